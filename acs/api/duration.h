/*
 * Durations as the API writes them (ISO 8601, without years and months): "PT15M", "P3D", "PT1H30M".
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

bool duration_read(const char *text, uint32_t *ret_s); /* false: not such a text, or over ten years */
