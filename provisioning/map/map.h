/*
 * The map of models: which parameter of which maker is what the desk calls by one name (key.def).
 *
 * Rows are text, one per line, the same for those that come with Farol (standard.map, vendors.map,
 * models.map) and for the operator's file (devices.map_file):
 *
 *     # key                  path below the root                                    encoding  options
 *     wan.optical.rx_dbm     WANDevice.{i}.X_CT-COM_GponInterfaceConfig.RXPower       power
 *     wifi.{band}.ssid       LANDevice.{i}.WLANConfiguration.{i}/SSID
 *
 *     model "ZTE*" "F6600*" *              # from here on for these only; "model * * *" ends it
 *     wan.optical.rx_dbm     WANDevice.{i}.X_ZTE-COM_WANPONInterfaceConfig.RXPower    plain
 *     band 2g 6                            # where its values do not tell: the instance of a network
 *     ceiling 300                          # Mb/s that its own speed test can measure
 *     both "TCP/UDP"                       # its word for a port forward of both; none: it has no such word
 *     without wifi.{band}.channel          # it cannot do that
 *     test ping IPPingDiagnostics          # the object whose DiagnosticsState starts this test
 *     without test scan                    # it cannot make that test
 *
 * {i} in a path is an instance number, which is found out and never assumed. Both roots are tried with every
 * path, for trees are met that mix them. "/" ends the path of the object that is one network, one connection,
 * one row of a list. Options: ro, never written; reboot, takes effect at a restart.
 *
 * Of several rows that fit a device a later one outranks an earlier one, so a model's rows outrank the
 * general ones and the operator's file all. Pure; a map is made once and read from any thread.
 */
#pragma once

#include "provisioning/fact.h"
#include "provisioning/map/encoding.h"
#include "provisioning/model.h"

enum map_option { MAP_READ_ONLY = 1, MAP_REBOOT = 2 };

/* What kind of object the part of a path before "/" is. */
enum map_scope {
    SCOPE_NONE,
    SCOPE_NETWORK, /* with a name (SSID) */
    SCOPE_RADIO,
    SCOPE_ACCESS_POINT,
    SCOPE_PPP,
    SCOPE_IP,
    SCOPE_LIST /* a row of a list */
};

struct map_row {
    enum fact_key key;
    const char *path; /* below the root, without "/" */
    const char *leaf; /* behind its last dot */
    size_t object;    /* length of the part before "/"; 0: none */
    enum map_scope scope;
    enum encoding encoding;
    unsigned options;
    uint32_t section; /* of the models it is for */
    uint32_t rank;    /* the later, the higher */
};

enum { BAND_2G, BAND_5G, BAND_6G, BAND_COUNT };
extern const char *const band_names[BAND_COUNT]; /* "2g" … */

/* What a device can be told to find out, each at an object with a DiagnosticsState. */
enum map_test { TEST_PING, TEST_TRACE, TEST_DNS, TEST_DOWNLOAD, TEST_UPLOAD, TEST_SCAN, MAP_TESTS };
extern const char *const map_test_names[MAP_TESTS]; /* "ping", "trace", … as in rows */

struct map_test_row {
    enum map_test test;
    const char *path; /* of the object below the root, with its dot; {i} as in other rows */
    uint32_t section;
};

struct model_map;

/* text: of the operator's file, NULL: none. ERR_INVALID names file, line and column. */
enum err model_map_new(const char *text, struct arena *arena, const struct model_map **ret) MUST_CHECK;

/* What holds for one model. Costs a walk over the sections: callers remember it. */
struct map_view {
    const struct model_map *map;
    const bool *sections;       /* which apply; in the arena */
    uint32_t ceiling_mbps;      /* of its own speed test; 0: not known */
    const char *both;           /* what it calls TCP and UDP together; NULL: it has no word for them */
    uint32_t bands[BAND_COUNT]; /* instance of the network of each band, where that is known of the model */
    const bool *without;        /* by key: it cannot do that */
    unsigned without_tests;     /* bit n: of enum map_test */
};

struct map_view model_map_find(const struct model_map *map, const struct model_identity *identity,
                               struct arena *arena);

/* Rows whose path ends in this leaf, whatever the model: in the order of rank. */
const struct map_row *model_map_rows(const struct model_map *map, const char *leaf, size_t *ret_count);
const struct map_row *model_map_all(const struct model_map *map, size_t *ret_count);
/* The row is for this model, or for some, and not for all. */
bool model_map_is_special(const struct model_map *map, const struct map_row *row);
/* In the order of the files: the last that applies outranks the others. */
const struct map_test_row *model_map_tests(const struct model_map *map, size_t *ret_count);
static inline bool map_view_has(const struct map_view *model, const struct map_row *row)
{
    return model->sections[row->section] && !model->without[row->key];
}
static inline bool map_view_tests(const struct map_view *model, const struct map_test_row *row)
{
    return model->sections[row->section] && !(model->without_tests & 1U << row->test);
}
