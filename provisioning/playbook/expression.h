/*
 * Conditions of a playbook: "wan.optical.rx_dbm >= -27 and not wan.ppp.status = Connected".
 *
 *     condition  = all { "or" all }             all   = one { "and" one }
 *     one        = "not" one | "(" condition ")" | flag | comparison
 *     flag       = a fact that is yes or no, "device.reachable", or "verdict." and its code
 *     comparison = fact ( = != < <= > >= ) value
 *     value      = number | [ number "*" ] fact | true | false | word | "text"
 *
 * "*" for a part of a name stands for any of a list: "wifi.clients.*.rssi_dbm < -75" is yes if it is so for
 * one of them. The answer is yes, no, or unknown where a fact is missing that decides; "unknown or yes" is
 * yes, "unknown and no" is no. Texts are compared without regard to case. Pure.
 */
#pragma once

#include "provisioning/fact.h"
#include "provisioning/playbook/fault.h"

enum { CONDITION_LENGTH_MAX = 500, REACHABLE_AGE_S = 60 };

enum tri { TRI_NO, TRI_YES, TRI_UNKNOWN };

struct expression;

/* What a condition is asked about. */
struct expression_world {
    const struct facts *facts;
    const char *const *verdicts; /* codes that hold now; NULL: nobody has judged */
    size_t verdict_count;
    int64_t oldest_us; /* what was read before is not known; the server's own facts are always of now */
};

struct expression_fault {
    enum playbook_fault fault;
    size_t at; /* characters before the place */
    const char *subject;
};

/* ERR_INVALID: ret_fault says what, and where. */
enum err expression_read(const char *text, struct arena *arena, const struct expression **ret,
                         struct expression_fault *ret_fault) MUST_CHECK;

enum tri expression_ask(const struct expression *expression, const struct expression_world *world);

/* It cannot be answered by what is known since world->oldest_us, and reading the device anew may help. */
bool expression_is_stale(const struct expression *expression, const struct expression_world *world);
/* The light set brings all that it asks the device for; of a home that was never read nobody knows that set.
 */
bool expression_is_light(const struct expression *expression, const struct facts *facts);
bool expression_asks_reachable(const struct expression *expression);
/* A fact that it asks for (from 0 on): its name and key; false: there are no more. */
bool expression_fact_at(const struct expression *expression, size_t index, const char **ret_name,
                        enum fact_key *ret_key);

/* {"wan.optical.rx_dbm":[-27.6,1764442800]}: what is known of all that it asks for, in the form of
 * facts_write(). */
void expression_write_values(const struct expression *expression, const struct facts *facts,
                             struct json_writer *json);

/* A fact, with "*" or without; KEY_COUNT: there is none of this name. */
enum fact_key expression_fact_key(const char *name);
