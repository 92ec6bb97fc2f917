#include "soap/value_check.h"

#include <ctype.h>
#include <string.h>

#include "acs/base/text.h"

enum err value_check_time(const char *text)
{
    int64_t us;

    return text_read_time(text, &us);
}

enum err value_check_base64(const char *text)
{
    size_t digits = 0;
    size_t padding = 0;

    for (const char *c = text; *c != '\0'; c++) {
        if (text_is_blank(c, 1))
            continue;
        if (*c == '=')
            padding++;
        else if (padding > 0 || (!isalnum((unsigned char)*c) && *c != '+' && *c != '/'))
            return err_set(ERR_INVALID, "'%.64s' is not base64", text);
        digits++;
    }
    if (digits % 4 != 0 || padding > 2)
        return err_set(ERR_INVALID, "base64 of %zu characters is cut short", digits);
    return ERR_OK;
}

enum err value_check_uuid(const char *text)
{
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    size_t i = 0;

    while (shape[i] != '\0' && (shape[i] == 'x' ? isxdigit((unsigned char)text[i]) : text[i] == '-'))
        i++;
    if (shape[i] != '\0' || text[i] != '\0')
        return err_set(ERR_INVALID, "'%.64s' is not a UUID of 8-4-4-4-12 hexadecimal digits", text);
    return ERR_OK;
}

/* " Firmware Upgrade Image": words of one space between them; at least one. */
static bool is_words(const char *text)
{
    if (*text != ' ')
        return false;
    for (; *text != '\0'; text++)
        if (isspace((unsigned char)*text) && (*text != ' ' || text[1] == ' ' || text[1] == '\0'))
            return false;
    return true;
}

/* "X 00256D Logo", "X EXAMPLE-COM Logo 2": a vendor, and whatever the vendor says on one line. */
static bool is_vendors(const char *text)
{
    size_t vendor;

    if (text[0] != 'X' || text[1] != ' ')
        return false;
    vendor = strcspn(text + 2, " \t\r\n");
    text += 2 + vendor;
    return vendor > 0 && text[0] == ' ' && text[1] != '\0' && strpbrk(text, "\r\n") == NULL;
}

enum err value_check_numbered(const char *text)
{
    size_t digits = strspn(text, "0123456789");

    if ((digits > 0 && *text != '0' && is_words(text + digits)) || is_vendors(text))
        return ERR_OK;
    return err_set(ERR_INVALID, "'%.64s' is neither like '1 Firmware Upgrade Image' nor like 'X 00256D Logo'",
                   text);
}

enum err value_check_url(const char *text)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%";
    const char *host = strstr(text, "://");
    size_t authority = host == NULL ? 0 : strcspn(host + 3, "/?#");

    if (!isalpha((unsigned char)*text) || authority == 0 || text[strspn(text, allowed)] != '\0')
        return err_set(ERR_INVALID, "'%.256s' is not a URL", text);
    if (memchr(host + 3, '@', authority) != NULL)
        return err_set(ERR_INVALID, "the URL has a user in it: Username and Password are for that (F-05)");
    return ERR_OK;
}

enum err value_check_parameter(const char *text)
{
    if (*text == '\0' || text_ends_with(text, "."))
        return err_set(ERR_INVALID, "'%.256s' is not the full name of a parameter", text);
    return ERR_OK;
}

/* The last segment of a path that ends in a dot; NULL: it does not, or has nothing in front of the dot. */
static const char *last_segment(const char *path, size_t *ret_len)
{
    size_t len = strlen(path);
    const char *dot;

    if (len < 2 || path[len - 1] != '.' || path[len - 2] == '.')
        return NULL;
    dot = memrchr(path, '.', len - 1);
    *ret_len = dot == NULL ? len - 1 : (size_t)(path + len - 1 - (dot + 1));
    return path + len - 1 - *ret_len;
}

static bool is_number(const char *segment, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!isdigit((unsigned char)segment[i]))
            return false;
    return len > 0;
}

enum err value_check_table(const char *text)
{
    size_t len = 0;
    const char *last = last_segment(text, &len);

    if (last == NULL || is_number(last, len) || *last == '*')
        return err_set(ERR_INVALID, "'%.256s' is not the path of a table, like 'Device.X.'", text);
    return ERR_OK;
}

enum err value_check_instance(const char *text)
{
    size_t len = 0;
    const char *last = last_segment(text, &len);

    if (last == NULL || !(is_number(last, len) || (*last == '[' && last[len - 1] == ']')))
        return err_set(ERR_INVALID, "'%.256s' is not the path of one object, like 'Device.X.3.'", text);
    return ERR_OK;
}

enum err value_check_access(const char *text)
{
    if (strcmp(text, "Subscriber") != 0 && !text_starts_with(text, "X_"))
        return err_set(ERR_INVALID, "'%.64s' is not 'Subscriber'", text);
    return ERR_OK;
}

enum err value_check_du_state(const char *text)
{
    if (strcmp(text, "Installed") != 0 && strcmp(text, "Uninstalled") != 0 && strcmp(text, "Failed") != 0)
        return err_set(ERR_INVALID, "'%.64s' is not Installed, Uninstalled or Failed", text);
    return ERR_OK;
}
