/*
 * What actions do to the credentials of devices.
 */
#pragma once

#include "acs/api/call.h"

/* Both in a transaction that holds the device (device_lock). The first refuses, the second makes new ones,
 * which the device has once an action gave them to it. */
enum err credential_may_renew(struct call *call, int64_t device_id) MUST_CHECK;
enum err credential_renew(struct call *call, int64_t device_id) MUST_CHECK;
