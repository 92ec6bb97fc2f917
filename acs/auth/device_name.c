#include "acs/auth/device_name.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "acs/base/text.h"

/* RFC 3986 2.3 */
static void add_encoded(struct text *out, const char *part)
{
    for (; *part != '\0'; part++) {
        unsigned char c = (unsigned char)*part;

        if (c < 0x80 && (isalnum(c) || strchr("-._~", c) != NULL)) {
            text_putc(out, *part);
            continue;
        }
        text_putc(out, '%');
        text_putc(out, "0123456789ABCDEF"[c >> 4]);
        text_putc(out, "0123456789ABCDEF"[c & 15]);
    }
}

static const char *join(const char *oui, const char *product_class, const char *serial, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    text_room(&out, 64);
    add_encoded(&out, oui);
    if (product_class != NULL) {
        text_putc(&out, '-');
        add_encoded(&out, product_class);
    }
    text_putc(&out, '-');
    add_encoded(&out, serial);
    return text_string(&out);
}

const char *device_name_write(const struct cwmp_device_id *id, struct arena *arena)
{
    const char *product_class = *id->product_class == '\0' ? NULL : id->product_class;

    return join(id->oui, product_class, id->serial_number, arena);
}

bool device_name_fits(const char *name, const struct cwmp_device_id *id, struct arena *arena)
{
    return text_equal_nocase(name, join(id->oui, id->product_class, id->serial_number, arena)) ||
           text_equal_nocase(name, join(id->oui, NULL, id->serial_number, arena));
}

/* The value behind "CN=" up to the next part, which both ways of writing a subject begin differently. */
static const char *value_at(const char *at, bool slashes, struct arena *arena)
{
    return arena_memdup(arena, at, strcspn(at, slashes ? "/" : ",+"));
}

const char *device_name_from_subject(const char *subject, struct arena *arena)
{
    bool slashes = *subject == '/';

    for (const char *at = subject; (at = strcasestr(at, "CN=")) != NULL; at += strlen("CN="))
        if (at == subject || strchr(slashes ? "/" : ",+ ", at[-1]) != NULL)
            return value_at(at + strlen("CN="), slashes, arena);
    return *subject == '\0' || strchr(subject, '=') != NULL ? NULL : arena_strdup(arena, subject);
}
