/*
 * The codes of verdicts that a playbook may name: "optical_bad".
 */
#pragma once

#include <stdbool.h>

bool verdict_name_is_known(const char *code);
