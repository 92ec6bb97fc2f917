#include "acs/api/url.h"

#include <string.h>

#include "acs/base/crypto.h"
#include "acs/base/text.h"

enum err url_decode(const char *bytes, size_t len, bool plus_is_space, struct arena *arena, const char **ret)
{
    char *out = arena_alloc(arena, len + 1);
    size_t used = 0;

    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '%') {
            char digits[3] = {0};

            memcpy(digits, bytes + i + 1, i + 2 < len ? 2 : 0);
            if (!crypto_unhex(digits, out + used++, 1))
                return err_set(ERR_INVALID, "'%%' must be followed by two hexadecimal digits");
            i += 2;
        } else {
            out[used++] = plus_is_space && bytes[i] == '+' ? ' ' : bytes[i];
        }
    }
    out[used] = '\0';
    if (!text_is_utf8(out, used))
        return err_set(ERR_INVALID, "the URL is not valid UTF-8");
    *ret = out;
    return ERR_OK;
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

const char *url_encode(const char *text, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    for (const char *c = text; *c != '\0'; c++) {
        if (is_unreserved(*c))
            text_putc(&out, *c);
        else
            text_printf(&out, "%%%02X", (unsigned)(unsigned char)*c);
    }
    return text_string(&out);
}
