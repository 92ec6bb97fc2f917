/*
 * Where the servers and tokens are kept: ${XDG_CONFIG_HOME:-~/.config}/farol/contexts.json, mode 0600.
 *
 *     {"current": "acs.example.net", "contexts": {"acs.example.net": {"url": "https://…", "token": "acs_…"}}}
 */
#pragma once

#include "acs/ctl/ctl.h"

/*
 * Sets ctl->url and ctl->token from --url, --token-file, --context, ACSCTL_URL, ACSCTL_TOKEN and the stored
 * contexts. A stored token is only ever sent to the server it was stored with. ctl->token stays NULL if there
 * is none.
 */
enum ctl_exit context_choose(struct ctl *ctl);

/* The token of --token-file, ACSCTL_TOKEN, or a line from standard input; in the arena. */
enum ctl_exit context_read_token(struct ctl *ctl, const char **ret);

/* The beginning of a file up to one of these characters; path NULL or "-": of standard input; in the arena.
 */
enum ctl_exit context_read_secret(struct ctl *ctl, const char *path, const char *ends, const char **ret);

enum ctl_exit context_store(struct ctl *ctl, const char *name, const char *url,
                            const char *token); /* and makes it current */
enum ctl_exit context_make_current(struct ctl *ctl, const char *name);
enum ctl_exit context_print(struct ctl *ctl); /* one line each: * name url */
