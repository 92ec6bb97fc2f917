/*
 * The table of messages: rpc.def as rows, each with its list of fields.
 *
 * Encoder, decoder, round-trip test, schema test and fuzzer walk it; adding a method is a struct (types.h,
 * and a member of union cwmp_body), a row (rpc.def) and a field list (rpc.c).
 */
#pragma once

#include "soap/fields.h"

enum rpc_sender { RPC_ACS = 1, RPC_CPE = 2, RPC_BOTH = RPC_ACS | RPC_CPE };

struct rpc {
    const char *name; /* on the wire */
    const struct field *fields;
    size_t size; /* of its struct */
    enum rpc_sender sender;
    enum cwmp_version since;
    const char *clause; /* of TR-069 */
};

/* By enum cwmp_method; the row of CWMP_UNKNOWN_METHOD has no name and no fields. */
extern const struct rpc rpcs[CWMP_METHOD_COUNT];

enum cwmp_method rpc_find(const char *name); /* CWMP_UNKNOWN_METHOD: in no row */
