/* The insides of a home, shared by home*.c only. */
#pragma once

#include "provisioning/map/home.h"

/* A value that a row is about. */
struct home_hit {
    const struct map_row *row;
    const struct home_value *value;
    const char *object; /* in full, with its dot; "": none */
    const char *place;  /* NULL: of no use, as the second connection */
    uint32_t order;
};

/* A network, radio, access point or connection. */
struct home_object {
    const char *path; /* with its dot */
    enum map_scope scope;
    uint32_t number; /* the last of its path */
    int band;        /* BAND_COUNT: not known */
    bool main;       /* of its band */
};

struct home {
    struct arena *arena;
    const struct map_view *model;
    const struct home_value *values;
    size_t value_count;
    struct home_hit *hits;
    size_t hit_count, hit_capacity;
    struct home_object *objects; /* in the order of their paths, numbers as numbers */
    size_t object_count, object_capacity;
    struct home_binding *bindings; /* by key, place and order */
    size_t binding_count;
    const struct home_object *ppp, *ip; /* the chosen ones */
    bool uses_ppp;
    int64_t newest_us[HOME_LISTS + 1]; /* of each list; and of what is of none */
};

/* The value that a row of this key has at the object; NULL: none. */
const char *home_value_at(const struct home *home, enum fact_key key, const char *object);
struct home_object *home_object_at(const struct home *home, const char *path);
/* A table whose rows a parameter counts, as HostNumberOfEntries does; false: it counts none that a key is in.
 */
struct home_table {
    const char *path; /* with its dot */
    enum fact_key key;
};
bool home_counts(const struct home *home, const char *name, struct home_table *ret);
/* "…Host.3." without its number: "…Host." */
const char *home_table_of(const char *object, struct arena *arena);
/* An object of TR-098: TR-181 trees with leftovers of it describe one connection twice. */
bool home_is_of_igd(const char *object);
/* "a.10.b" comes behind "a.9.b". */
int home_compare_paths(const char *a, const char *b);
/* Behind "Device." or "InternetGatewayDevice."; NULL: it has no root. */
const char *home_below_root(const char *name);

void home_find_bands(struct home *home);       /* home_wifi.c */
void home_find_connections(struct home *home); /* home_wan.c */
void home_date_lists(struct home *home);       /* home_facts.c */
