/*
 * Facts: what is known of a home in the words of map/key.def, each with its unit and the time at which it was
 * so.
 *
 * Verdicts, playbooks and filters read facts by name and see neither paths nor makers. A fact that is not
 * there is not known; its age says how far to trust it. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acs/base/arena.h"

enum fact_kind { FACT_TEXT, FACT_NUMBER, FACT_FLAG, FACT_SECRET, FACT_CLUE };

enum fact_flag { FACT_LIGHT = 1, FACT_DRAWN = 2, FACT_TOLD = 4, FACT_APART = 8 };

enum fact_key {
#define KEY(id, name, kind, unit, flags, low, high) KEY_##id,
#include "provisioning/map/key.def"
#undef KEY
    KEY_COUNT
};

/* A row of map/key.def. */
struct fact_row {
    const char *name; /* with {band} or {n} */
    enum fact_kind kind;
    const char *unit; /* "": none */
    unsigned flags;
    double low, high; /* of a number */
};

extern const struct fact_row fact_rows[KEY_COUNT];

struct fact {
    const char *name; /* in full: "wifi.2g.channel", "lan.hosts.3.mac" */
    enum fact_key key;
    double number;    /* of a number; of a flag 0 or 1 */
    const char *text; /* of a text; else NULL */
    int64_t at_us;    /* when it was so */
};

/* Sorted by name, each once. */
struct facts {
    const struct fact *items;
    size_t count;
    int64_t now_us; /* the moment of the question: ages count from here */
};

/* The row that a full name belongs to; KEY_COUNT: none. */
enum fact_key fact_key_of(const char *name);
/* The full name: place is the band or the row of the list; ignored where the key has no such part. */
const char *fact_name(enum fact_key key, const char *place, struct arena *arena);

const struct fact *facts_find(const struct facts *facts, const char *name); /* NULL: not known */
/* The first whose name begins so; with facts_next() all of a list ("wifi.clients."). NULL: none. */
const struct fact *facts_first(const struct facts *facts, const char *prefix);
const struct fact *facts_next(const struct facts *facts, const struct fact *fact, const char *prefix);
int64_t fact_age_s(const struct facts *facts, const struct fact *fact);

/* Facts being collected; of one name the newest counts. */
struct fact_list {
    struct arena *arena;
    struct fact *items;
    size_t count, capacity;
};

#define FACT_LIST_IN(in_arena) ((struct fact_list){.arena = (in_arena)})

/* The name must be one of key.def and its kind must fit; a number out of its row's range is left out: false.
 */
bool fact_add_number(struct fact_list *list, const char *name, double number, int64_t at_us);
bool fact_add_text(struct fact_list *list, const char *name, const char *text, int64_t at_us);
bool fact_add_flag(struct fact_list *list, const char *name, bool flag, int64_t at_us);
/* All of these, which stay where they are. */
void fact_add_all(struct fact_list *list, const struct facts *facts);
/* Sorts; the list must not be added to afterwards. */
struct facts facts_of_list(struct fact_list *list, int64_t now_us);

/*
 * {"wan.optical.rx_dbm":[-27.6,1764442800.5],…}: value and seconds since 1970. The form in which they are
 * kept and shown to a rule again (db: device_fact.doc). Names that key.def does not know any more are left
 * out.
 */
struct json;
struct json_writer;
void facts_write(const struct facts *facts, struct json_writer *json);
void facts_read(const struct json *doc, struct fact_list *list);
