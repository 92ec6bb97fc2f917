#include "acs/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_MAX = 512 };

static _Thread_local char message[MESSAGE_MAX];

static const struct {
    const char *name;
    int http;
} errors[] = {
#define ERROR(name, http, advice) [ERR_##name] = {#name, http},
#include "acs/base/err.def"
#undef ERROR
};

enum err err_set(enum err code, const char *format, ...)
{
    char text[MESSAGE_MAX]; /* an argument may be the old message */
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    memcpy(message, text, sizeof(message));
    return code;
}

enum err err_while(enum err code, const char *format, ...)
{
    char text[2 * MESSAGE_MAX + 2];
    va_list args;
    size_t used;

    if (code == ERR_OK)
        return code;

    va_start(args, format);
    vsnprintf(text, MESSAGE_MAX, format, args);
    va_end(args);
    used = strlen(text);
    snprintf(text + used, sizeof(text) - used, ": %s", message);
    text[MESSAGE_MAX - 1] = '\0';
    memcpy(message, text, sizeof(message));
    return code;
}

const char *err_message(void)
{
    return message;
}

const char *err_name(enum err code)
{
    return errors[code].name;
}

int err_http_status(enum err code)
{
    return errors[code].http;
}
