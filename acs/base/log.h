/*
 * The log: one line per event on stderr, a fixed sentence plus typed fields.
 *
 *     log_info("action done", log_s("kind", kind), log_s("outcome", outcome), log_i("ms", ms));
 *
 *     2026-11-22T19:40:01.123Z info action done kind=reboot outcome=succeeded ms=5210         (LOG_TEXT)
 *     {"ts":"2026-…","level":"info","msg":"action done","kind":"reboot","ms":5210}              (LOG_JSON)
 *
 * Values are quoted and escaped by the writer, so text from a device can neither end a line nor forge a
 * field. Secrets have a type of their own (struct secret, crypto.h) for which there is no field. Only the
 * edge logs (see err.h). Thread-safe; a line is one write(2).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
enum log_format { LOG_TEXT, LOG_JOURNAL, LOG_JSON }; /* JOURNAL: "<prio>" in front, no time */

struct log_field {
    const char *key;
    enum { LOG_FIELD_TEXT, LOG_FIELD_INT } kind;
    const char *text;
    int64_t number;
};

static inline struct log_field log_s(const char *key, const char *text)
{
    return (struct log_field){.key = key, .kind = LOG_FIELD_TEXT, .text = text};
}

static inline struct log_field log_i(const char *key, int64_t number)
{
    return (struct log_field){.key = key, .kind = LOG_FIELD_INT, .number = number};
}

void log_setup(enum log_level lowest, enum log_format format);
bool log_wants(enum log_level level);
void log_write(enum log_level level, const char *message, const struct log_field *fields, unsigned count);

#define LOG_AT(level, message, ...)                                                                  \
    do {                                                                                             \
        const struct log_field log_fields[] = {{0}, ##__VA_ARGS__};                                  \
        if (log_wants(level))                                                                        \
            log_write(level, message, log_fields + 1, sizeof(log_fields) / sizeof(*log_fields) - 1); \
    } while (0)

#define log_debug(message, ...) LOG_AT(LOG_DEBUG, message, ##__VA_ARGS__)
#define log_info(message, ...)  LOG_AT(LOG_INFO, message, ##__VA_ARGS__)
#define log_warn(message, ...)  LOG_AT(LOG_WARN, message, ##__VA_ARGS__)
#define log_error(message, ...) LOG_AT(LOG_ERROR, message, ##__VA_ARGS__)
