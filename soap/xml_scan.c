#include "soap/xml_scan.h"

#include <stdint.h>
#include <string.h>

static size_t left(const struct xml_scan *scan)
{
    return scan->len - scan->pos;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* No end was found where it should be. */
static enum err unfinished(const struct xml_scan *scan, const char *what)
{
    if (left(scan) >= XML_MARKUP_MAX)
        return err_set(ERR_TOO_LARGE, "%s of more than %d bytes", what, XML_MARKUP_MAX);
    return err_set(ERR_INVALID, "message ends inside of a %s", what);
}

/* A comment or a processing instruction. */
static enum err scan_aside(struct xml_scan *scan, const char *what, const char *end)
{
    const char *begin = scan->bytes + scan->pos;
    const char *found = memmem(begin, smaller(left(scan), XML_MARKUP_MAX), end, strlen(end));

    if (++scan->asides > XML_ASIDES_MAX)
        return err_set(ERR_TOO_LARGE, "more than %d comments and processing instructions", XML_ASIDES_MAX);
    if (found == NULL)
        return unfinished(scan, what);
    scan->pos += (size_t)(found - begin) + strlen(end);
    return ERR_OK;
}

static enum err scan_declaration(struct xml_scan *scan)
{
    const char *begin = scan->bytes + scan->pos;

    if (left(scan) >= 4 && memcmp(begin, "<!--", 4) == 0) {
        scan->pos += 4; /* "<!-->" is not a whole comment */
        return scan_aside(scan, "comment", "-->");
    }
    if (left(scan) < 9 || memcmp(begin, "<![CDATA[", 9) != 0)
        return err_set(ERR_INVALID, "document type or entity declaration");
    scan->pos += 9;
    scan->in_cdata = true;
    return ERR_OK;
}

/* What a name cannot go on with; the quotes and the end of the tag are what scan_attributes() looks for. */
static const bool ends_name[UINT8_MAX + 1] = {
    [' '] = true, ['\t'] = true, ['\r'] = true, ['\n'] = true, ['/'] = true,
    ['='] = true, ['>'] = true,  ['"'] = true,  ['\''] = true,
};

static const char *skip_name(const char *at, const char *limit)
{
    while (at < limit && !ends_name[(unsigned char)*at])
        at++;
    return at;
}

static enum err check_name(size_t len)
{
    if (len > XML_NAME_MAX)
        return err_set(ERR_TOO_LARGE, "name of more than %d characters", XML_NAME_MAX);
    return ERR_OK;
}

/* From behind the element's name to the '>' of the tag, over quoted values that may hold another '>'. */
static enum err scan_attributes(const char *at, const char *limit, const char **ret_end)
{
    unsigned attributes = 0;

    while (at != NULL && at < limit && *at != '>') {
        const char *name = at;

        at = skip_name(at, limit);
        TRY(check_name((size_t)(at - name)));
        if (at == limit || *at == '>')
            break;
        if (*at == '"' || *at == '\'') {
            if (++attributes > XML_ATTRIBUTES_MAX)
                return err_set(ERR_TOO_LARGE, "tag with more than %d attributes", XML_ATTRIBUTES_MAX);
            at = memchr(at + 1, *at, (size_t)(limit - at - 1));
        }
        if (at != NULL)
            at++;
    }
    *ret_end = at == limit ? NULL : at;
    return ERR_OK;
}

static enum err scan_tag(struct xml_scan *scan)
{
    const char *begin = scan->bytes + scan->pos;
    const char *limit = begin + smaller(left(scan), XML_MARKUP_MAX);
    bool closing = limit - begin > 1 && begin[1] == '/';
    const char *name = begin + 1 + closing;
    const char *at = skip_name(name, limit);
    const char *end = NULL;

    TRY(check_name((size_t)(at - name)));
    TRY(scan_attributes(at, limit, &end));
    if (end == NULL)
        return unfinished(scan, "tag");
    if (closing)
        scan->depth -= scan->depth > 0;
    else if (end[-1] != '/' && ++scan->depth > XML_DEPTH_MAX)
        return err_set(ERR_TOO_LARGE, "elements nested deeper than %d", XML_DEPTH_MAX);
    scan->pos += (size_t)(end - begin) + 1;
    return ERR_OK;
}

static enum err scan_markup(struct xml_scan *scan)
{
    char second = left(scan) > 1 ? scan->bytes[scan->pos + 1] : '\0';

    scan->text_run = 0;
    if (second == '!')
        return scan_declaration(scan);
    if (second == '?')
        return scan_aside(scan, "processing instruction", "?>");
    return scan_tag(scan);
}

/* Text up to `stop`, where a mark was found, or to target. */
static enum err scan_text(struct xml_scan *scan, const char *stop, size_t target)
{
    size_t end = stop == NULL ? target : (size_t)(stop - scan->bytes);

    scan->text_run += end - scan->pos;
    scan->pos = end;
    if (scan->text_run > XML_TEXT_MAX)
        return err_set(ERR_TOO_LARGE, "text of more than %d bytes", XML_TEXT_MAX);
    return ERR_OK;
}

/* The end mark may lie across target. */
static enum err scan_cdata(struct xml_scan *scan, size_t target)
{
    size_t window = smaller(target + 2, scan->len) - scan->pos;
    const char *found = memmem(scan->bytes + scan->pos, window, "]]>", 3);

    TRY(scan_text(scan, found, target));
    if (found != NULL) {
        scan->pos += 3;
        scan->in_cdata = false;
    }
    return ERR_OK;
}

enum err xml_scan_to(struct xml_scan *scan, size_t target)
{
    target = smaller(target, scan->len);
    while (scan->pos < target) {
        const char *at = scan->bytes + scan->pos;

        if (scan->in_cdata)
            TRY(scan_cdata(scan, target));
        else if (*at == '<')
            TRY(scan_markup(scan));
        else
            TRY(scan_text(scan, memchr(at, '<', target - scan->pos), target));
    }
    return ERR_OK;
}
