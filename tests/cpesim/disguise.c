#include "tests/cpesim/disguise.h"

#include <ctype.h>
#include <string.h>

static const struct {
    const char *ours;
    const char *theirs;
} prefixes[] = {
    {"SOAP-ENV", "soapenv"},
    {"SOAP-ENC", "soapenc"},
    {"cwmp",     "c"      },
};

/* Length of one of our prefixes at this place inside a tag: in "cwmp:Inform", "xmlns:cwmp=",
 * "='cwmp:EventStruct[1]'". */
static size_t prefix_at(const char *at, const char *before, const char **ret_theirs)
{
    if (isalnum((unsigned char)*before) || *before == '-')
        return 0;
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
        size_t len = strlen(prefixes[i].ours);

        if (strncmp(at, prefixes[i].ours, len) == 0 && (at[len] == ':' || at[len] == '=')) {
            *ret_theirs = prefixes[i].theirs;
            return len;
        }
    }
    return 0;
}

void disguise(const char *xml, size_t len, struct text *out)
{
    bool in_tag = false;

    for (size_t i = 0; i < len; i++) {
        const char *theirs;
        size_t ours = in_tag ? prefix_at(xml + i, xml + i - 1, &theirs) : 0;

        if (ours > 0) {
            text_puts(out, theirs);
            i += ours - 1;
            continue;
        }
        if (xml[i] == '<' || xml[i] == '>')
            in_tag = xml[i] == '<';
        text_putc(out, in_tag && xml[i] == '"' ? '\'' : xml[i]);
    }
}
