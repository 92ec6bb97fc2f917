/*
 * The names that devices have towards us: OUI-ProductClass-SerialNumber or OUI-SerialNumber, each part
 * percent-encoded (TR-069 3.3, 3.4.4). "-" is not encoded, so such a name cannot be taken apart: what a
 * device says of itself is put together and compared.
 */
#pragma once

#include "acs/base/arena.h"
#include "soap/types.h"

/* The user name that a device gets from us. */
const char *device_name_write(const struct cwmp_device_id *id, struct arena *arena);
/* Is this one of the names of this device? */
bool device_name_fits(const char *name, const struct cwmp_device_id *id, struct arena *arena);

/*
 * The common name of a certificate's subject as proxies write it: "CN=00256D-SN1,O=…", "/O=…/CN=00256D-SN1",
 * or the name alone. NULL: it has none.
 */
const char *device_name_from_subject(const char *subject, struct arena *arena);
