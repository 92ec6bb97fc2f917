/*
 * Giving others what they may do: people, roles and tokens are managed through here, so that nobody gives, or
 * takes over, more than they have to give (caller_may_give).
 */
#pragma once

#include "acs/api/call.h"

/* Refused with what is missing unless the caller may give all of it. */
enum err grant_check(struct call *call, capability_set wanted) MUST_CHECK;

/* The same of a role that the member /role of the body names: refused if there is none. NULL: nothing. */
enum err grant_check_role(struct call *call, const char *role) MUST_CHECK;

/* The same of somebody who has a role already, and whose account is to be changed. */
enum err grant_check_holder(struct call *call, const char *role) MUST_CHECK;

/* The member /capabilities of the body, an array of names. Refused at the one that there is not. */
enum err grant_read_capabilities(struct call *call, capability_set *ret) MUST_CHECK;

/* "capabilities":[…] into the object that is open. */
void grant_write_capabilities(struct call *call, capability_set capabilities);
