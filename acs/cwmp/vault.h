/*
 * Secrets of homes, for the programs of actions: sealed under the keys of the installation, for one device
 * and one name each.
 */
#pragma once

#include "acs/cwmp/endpoint.h"

/* NULL: the server has no keys (devices.authentication = none). Good as long as the post. */
const struct action_vault *vault_of(const struct post *post);
