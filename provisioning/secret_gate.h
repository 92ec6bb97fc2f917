/*
 * Which secrets may go to which device: the one place that all requests of all actions pass (action_next).
 */
#pragma once

#include "provisioning/action.h"

/* A device that is trusted (it proved to be itself by what only it has) may be told everything; another one
 * no secret but its own credentials, which make it trusted. */
bool secret_gate_opens(const struct cwmp_message *request, const struct action_facts *facts);
