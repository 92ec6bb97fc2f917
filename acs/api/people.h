/*
 * What the settings say of people who sign in (acs/config.def, [people] and [api]), and the links by which
 * they choose a password.
 */
#pragma once

#include "acs/auth/key.h"
#include "db/pool.h"
#include "db/sign_in.h"

struct config;
struct directory;
struct group_roles;
struct networks;
struct provider;
struct release_trust;

struct people {
    int64_t idle_ms, most_ms; /* of a session */
    struct try_limit by_login, by_address;
    int64_t link_s;
    const char *url;                    /* "https://acs.example": links begin with it; "": with the next */
    const char *listen;                 /* "127.0.0.1:8080" */
    struct networks *proxies;           /* NULL: none are trusted */
    struct directory *directory;        /* of the company; NULL: there is none */
    struct group_roles *group_roles;    /* of its people; NULL: there is no directory */
    struct provider *provider;          /* of identities; NULL: there is none */
    struct group_roles *provider_roles; /* of its people; NULL: there is no provider */
    struct release_trust *release;      /* who may release firmware */
    unsigned askers;                    /* so many threads ask one of both; 0: there is neither */
};

/* Reads [api] trusted_proxies, [directory], [provider] and [firmware], too: ERR_INVALID, ERR_NOT_FOUND. What
 * the texts of config are must live as long. After an error people_close() still frees what there is. */
enum err people_open(const struct config *config, struct people *ret) MUST_CHECK;
void people_stop(const struct people *people); /* from now on neither of both is asked */
void people_close(struct people *people);

/* "http://…/primeiro-acesso#KEY": a browser does not send what stands behind "#". In the arena. */
const char *people_link(const struct people *people, const char *key, struct arena *arena);

/* While there is no user: a link for the first one. *ret NULL: there is one. In the arena. */
enum err people_first_link(struct db *db, const struct people *people, struct arena *arena,
                           const char **ret) MUST_CHECK;
