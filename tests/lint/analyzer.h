/*
 * Included by check_tidy.py in front of every source: tells the analyzer what it cannot see from a
 * declaration, that both functions return their first argument. Else it follows paths on which an error was
 * recorded and OK returned.
 */
#pragma once

#include "acs/base/err.h"

#define err_set(code, ...)                          \
    ({                                              \
        enum err analyzed_err = (code);             \
        (void)(err_set)(analyzed_err, __VA_ARGS__); \
        analyzed_err;                               \
    })
#define err_while(code, ...)                          \
    ({                                                \
        enum err analyzed_err = (code);               \
        (void)(err_while)(analyzed_err, __VA_ARGS__); \
        analyzed_err;                                 \
    })
