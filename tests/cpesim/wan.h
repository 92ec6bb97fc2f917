/*
 * The PPPoE connection of a home: it stands when its user name and password are those that the provider has
 * for it. The way to the ACS is another one (a management VLAN), and always there.
 *
 * Whatever is changed in it makes it dial again, which takes two seconds; a new address, or none, is told as
 * a change of its value. By the facts of a home it may have a wrong password, or drop every so often; with
 * some firmware it never stands (running.h).
 */
#pragma once

#include "tests/cpesim/tree.h"

struct home;

bool wan_is_up(const struct tree *tree);
const char *wan_status(const struct tree *tree); /* "Connected" … as ConnectionStatus has it */
const char *wan_error(const struct tree *tree);  /* "ERROR_NONE" … as LastConnectionError has it */
int64_t wan_uptime_s(const struct tree *tree);

/* What the provider has for this home. */
const char *wan_right_user(const struct tree *tree, struct arena *arena);
const char *wan_right_password(const struct tree *tree, struct arena *arena);

void wan_boot(struct home *home);
void wan_dial(struct home *home);  /* after a change, or when the line was lost */
void wan_check(struct home *home); /* dials if that would end otherwise than it did */
void wan_stop(struct home *home);  /* the power failed */
