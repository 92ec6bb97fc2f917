/*
 * The columns of rows/ are short words; for rows098.c and rows181.c alone.
 */
#pragma once

#include "tests/cpesim/rows.h"

#define ROW(path, type, flags, check, value) {path, CWMP_##type, flags, CHECK_##check, value},
#define READ                                 PARAMETER_READ
#define WRITE                                PARAMETER_WRITE
#define HIDDEN                               PARAMETER_HIDDEN
#define INFORM                               PARAMETER_INFORM
#define OFTEN                                PARAMETER_OFTEN
#define ACTIVE                               PARAMETER_ACTIVE
#define HOST                                 PARAMETER_HOST
#define STATION                              PARAMETER_STATION
#define MADE                                 PARAMETER_MADE
#define UNIT                                 PARAMETER_UNIT
#define RESULT                               PARAMETER_RESULT
#define AIR                                  PARAMETER_AIR
#define LINK                                 PARAMETER_LINK
#define SATELLITE                            PARAMETER_SATELLITE
