/*
 * The parameters that models are made of, in groups: rows/<group>.def (rows098.c, rows181.c).
 */
#pragma once

#include "tests/cpesim/model.h"

struct row {
    const char *path; /* {1-4} and {1,5} stand for instance numbers; NULL: the end of the group */
    enum cwmp_type type;
    unsigned flags;
    enum check_id check;
    const char *value; /* "$name" is a generator of value.c */
};

extern const struct row rows_device[], rows_tr181[], rows_diag181[], rows_optical181[], rows_modules181[],
    rows_mesh181[];
extern const struct row rows_tr098[], rows_wlan098_1[], rows_wlan098_1_5[], rows_gpon098[], rows_dsl098[],
    rows_ethernet098[], rows_diag098[], rows_scan098[], rows_wlan098_6_1[], rows_gponct098[];
