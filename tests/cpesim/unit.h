/*
 * Software modules of a home: what ChangeDUState installs, updates and uninstalls, and the result that is
 * told afterwards (TR-069 A.4.1.10, A.4.2.3).
 *
 * One change at a time, told and answered before the next (9004). Each operation fetches its file over HTTP;
 * the version is that of the file (image.h). What is installed shows as
 * Device.SoftwareModules.DeploymentUnit.
 */
#pragma once

#include "soap/types.h"

struct home;
struct unit_change;

enum { UNITS_MAX = 4 };

/* False: there is one already. */
bool unit_change_begin(struct home *home, const struct cwmp_change_du_state *ask);
/* It has ended, and the ACS has not answered its DUStateChangeComplete yet. */
bool unit_change_is_due(const struct home *home);
struct cwmp_du_state_change_complete unit_change_report(const struct home *home);
void unit_change_told(struct home *home);
void unit_change_drop(struct home *home);
void units_forget(struct home *home); /* FactoryReset */
