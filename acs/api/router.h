/*
 * From method and path to a row of the route table, which is made from openapi.yaml.
 *
 * A row names the capability that its use needs. The zero of that type is nobody's, so a row that forgot it
 * is shut.
 */
#pragma once

#include "acs/api/schema.h"
#include "acs/auth/capability.h"

struct call;
struct upload_way;
typedef enum err api_handler(struct call *call);

/* Whether its use goes into the audit trail (trail.h). */
enum route_audit {
    ROUTE_AUDIT_NO, /* shows nothing of a home or a person, and changes nothing */
    ROUTE_AUDIT_VIEW,
    ROUTE_AUDIT_CHANGE
};

struct route {
    const char *method;
    const char *path; /* "/api/v1/devices/{device}" */
    const char *operation;
    enum capability capability;
    api_handler *handle;
    const struct schema *body; /* NULL: takes none */
    bool body_required;
    const struct query_rule *query;
    size_t query_count;
    bool idempotent; /* takes an Idempotency-Key */
    bool moves;      /* a GET that may change something all the same */
    bool slow;       /* costs a password's hash (porter.h) */
    bool alone;      /* changes the session or the user that asks */
    const struct upload_way
        *upload; /* where a body that is too large for memory goes (upload.h); NULL: it is not */
    enum route_audit audit;
};

/* Anything but a GET that only looks. */
bool route_changes(const struct route *route);

extern const struct route api_routes[];
extern const size_t api_route_count;
extern const char api_document[]; /* openapi.yaml as JSON */
extern const size_t api_document_len;

enum { ROUTE_CAPTURES_MAX = 2 };

enum route_outcome { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_NO_METHOD };

struct route_match {
    const struct route *route;
    const char *captures[ROUTE_CAPTURES_MAX]; /* decoded, in the order of the path; in the arena */
    const char *allow;                        /* of ROUTE_NO_METHOD: "GET, HEAD, POST" */
};

/* HEAD finds what GET finds. A path that cannot be decoded is not found. */
enum route_outcome route_find(const struct route *routes, size_t count, const char *method, const char *path,
                              struct arena *arena, struct route_match *ret);
