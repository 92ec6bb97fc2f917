/*
 * Who is sent away before any work is done for it: when there are too many, when one comes too often, and
 * when another server shall take the devices.
 *
 * Each function answers the post and returns true if it is sent away.
 */
#pragma once

#include "acs/cwmp/endpoint.h"

/* In the thread where the connection lives. Its connection is one too many; sessions that are open go on. */
bool admission_is_full(struct post *post);
/* An Inform, when devices shall go elsewhere (TR-069 3.4.2). No session begins here. */
bool admission_leads_away(struct post *post);
/* An Inform of the device that this key stands for, which sends too many (a boot loop, I-45). */
bool admission_is_flooded(struct post *post, struct hash128 key);
/* Something else than an Inform, without a session, from an address that sends a lot of them. */
bool admission_is_pestered(struct post *post);
