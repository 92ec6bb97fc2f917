/*
 * Counters, gauges and histograms, declared as rows of metrics.def and shown in the Prometheus text format.
 *
 * Counting is a relaxed atomic add in the calling thread's own block: no lock, no shared cache line.
 * There is no per-device label, ever.
 */
#pragma once

#include <stdint.h>

#include "acs/base/text.h"

/*
 * Rows: COUNTER, GAUGE and HISTOGRAM (seconds) have (id, "name", "help"); LABELLED is a counter and has
 * (id, "name", "label", "value", "help").
 */
enum metric {
#define COUNTER(id, name, help)                METRIC_##id,
#define LABELLED(id, name, label, value, help) METRIC_##id,
#define GAUGE(id, name, help)                  METRIC_##id,
#define HISTOGRAM(id, name, help)              METRIC_##id,
#include "acs/base/metrics.def"
#undef COUNTER
#undef LABELLED
#undef GAUGE
#undef HISTOGRAM
    METRIC_COUNT
};

void metric_add(enum metric metric, int64_t amount);    /* counter or gauge (gauges may go down) */
void metric_observe_us(enum metric metric, int64_t us); /* histogram */
int64_t metric_value(enum metric metric);               /* counter or gauge, summed over threads */
void metrics_write(struct text *out);                   /* Prometheus text 0.0.4 */

static inline void metric_count(enum metric metric)
{
    metric_add(metric, 1);
}
