/*
 * What every test of acs/base needs: cmocka with the headers it asks for, and a way to see that our own bugs
 * end the process instead of going on.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

/* In a child process whose stderr goes nowhere: true if fn did not come back. */
bool dies(void (*fn)(void));
