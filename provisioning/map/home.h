/*
 * A home: what a device has told, seen through the map of its model.
 *
 * Which of its networks is the main one of a band, and which of its connections carries the internet, is
 * found out from its values and never assumed. Everything is pure and lives in the arena of home_new().
 */
#pragma once

#include "provisioning/map/map.h"
#include "soap/types.h"

/* One parameter as it is known. */
struct home_value {
    const char *name;
    const char *value; /* NULL: only its name is known */
    enum cwmp_type type;
    int64_t at_us; /* when it was read */
    bool locked;   /* the device has said that it cannot be written */
};

/* Where one thing is: the value, and the row that says how it is written. */
struct home_binding {
    const struct map_row *row;
    const struct home_value *value;
    const char *place;  /* "2g", the number of a row of a list, or "" */
    const char *object; /* the path of the object that it belongs to, with its dot; "": the device */
    uint32_t order;     /* of those of one key and place: the lower, the better */
};

struct home;

/* values: of one device, each once. */
struct home *home_new(const struct map_view *model, const struct home_value *values, size_t count,
                      struct arena *arena);

struct home_bindings {
    const struct home_binding *items; /* best first */
    size_t count;
};

/* All that bear this key. place: a band or a row of a list; "" where the key has none. */
struct home_bindings home_find(const struct home *home, enum fact_key key, const char *place);
/* Those that may be written, best first. In the home's arena. */
struct home_bindings home_find_writable(const struct home *home, enum fact_key key, const char *place);
/* The best of this key at an object (a path with its dot); writable: that may be written. NULL: none. */
const struct home_binding *home_find_at(const struct home *home, enum fact_key key, const char *object,
                                        bool writable);
/* Of one key whatever the place, sorted by place. */
struct home_bindings home_find_all(const struct home *home, enum fact_key key);

bool home_has_band(const struct home *home, int band);
/* "Device.WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.": of what carries the internet. NULL: none.
 */
const char *home_connection(const struct home *home);
/* That one is PPP. */
bool home_uses_ppp(const struct home *home);

/* The text of the best binding that has one; NULL: not known. */
const char *home_text(const struct home *home, enum fact_key key, const char *place);
bool home_flag(const struct home *home, enum fact_key key, const char *place, bool otherwise);
/* Of what the internet comes in by: "wan.link_mbps", or the port upstream of a router; 0: not known. */
double home_link_mbps(const struct home *home);
double home_number(const struct home *home, enum fact_key key, const char *place, double otherwise);

/*
 * All that follows from the values, as facts. partial: the values are a few of many (an Inform): only what
 * needs no other to be understood. Lists of which a row or the table was seen are told by bit: what was known
 * of their other rows is over.
 */
enum home_list { LIST_CLIENTS = 1, LIST_HOSTS = 2, LIST_PORTS = 4, LIST_FORWARDS = 8, LIST_NEIGHBOURS = 16 };
struct home_list_row {
    enum home_list list;
    const char *prefix; /* of its facts' names */
};
enum { HOME_LISTS = 5 };
extern const struct home_list_row home_lists[HOME_LISTS];

unsigned home_facts(const struct home *home, bool partial, struct fact_list *list);

/*
 * What is to be read to know the light facts anew: full names, and the tables of lists (which end in a dot).
 * Empty: nothing is known of the device yet.
 */
void home_light_names(const struct home *home, struct cwmp_strings *ret);
/* The same of other facts: those of the keys that are wanted. */
typedef bool home_wants(enum fact_key key);
void home_names(const struct home *home, home_wants *wants, struct cwmp_strings *ret);

/* ---- port forwards (home_forwards.c) ---- */

/* The tables that are known to be there, in full: those of all connections. */
void home_forward_tables(const struct home *home, struct cwmp_strings *ret);
/* The one that new ones of the internet connection go to; NULL: this home shows none, nor should it have one.
 */
const char *home_forward_table(const struct home *home);
/* "Device.IP.Interface.1", as a forward of TR-181 names what it is for; NULL: there is none. */
const char *home_ip_interface(const struct home *home);

/* ---- where a device keeps its tests ---- */

const struct map_view *home_model(const struct home *home);
/* The objects that fit the path (with its dot; {i} any instance) and are known to have this field; in full.
 */
void home_objects(const struct home *home, const char *path, const char *leaf, struct cwmp_strings *ret);
/* It was read from end to end, for all that can be seen: what is not there the device has not. */
bool home_is_whole(const struct home *home);
