/*
 * Which addresses Farol may call. A ConnectionRequestURL is text from a device: without a policy it would
 * turn the server into a tool against its own network (security rule T14).
 */
#pragma once

#include <stdbool.h>

#include "acs/base/arena.h"

struct dial_policy;

/* networks: "100.64.0.0/10, 2001:db8::/32"; "" for none. ERR_INVALID names the part that is no network. */
enum err dial_policy_new(const char *networks, struct dial_policy **ret) MUST_CHECK;
void dial_policy_free(struct dial_policy *policy);

/*
 * OK, or ERR_DENIED with a sentence for the operator. Allowed is http:// with a literal address that equals
 * the source of the device's last session or lies inside the configured networks. Loopback, link-local,
 * multicast and unspecified addresses are allowed only by the configured networks. No names, no user
 * information.
 */
enum err dial_policy_check(const struct dial_policy *policy, const char *url,
                           const char *source_address) MUST_CHECK;
