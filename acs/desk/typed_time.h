/*
 * The time behind "@": "ontem 20:00", "hoje 8:15", "20:00", "22/11 20:00", "22/11/2026 20:00", "2026-11-22
 * 20:00", "anteontem 7h", "yesterday 20:00".
 */
#pragma once

#include "acs/desk/typed.h"

/* ERR_INVALID: it is none. */
enum err typed_read_time(const char *text, struct arena *arena, struct typed *typed) MUST_CHECK;
