/*
 * Where devices measure how fast bytes come and go (TR-143): bytes that mean nothing, and a place that throws
 * away what it gets. On the port for files, under tickets of their own:
 *
 *     GET, HEAD /s/<ticket>/<bytes>   so many bytes
 *     PUT, POST /s/<ticket>           takes what comes
 *
 * Only while the action that the ticket names is open and makes a test. Bounded in every way, so that file
 * transfers go on beside it: bytes of one transfer (files.speed_max), of an action (a few of those), how many
 * at once (files.speed_tests), how fast they go all together, each way (files.speed_rate). What is more
 * is refused in words. A transfer that takes longer than files.speed_time loses its place to the next one.
 */
#pragma once

#include "acs/files/file_service.h"

struct speed;

enum err speed_new(const struct config *config, struct speed **ret) MUST_CHECK;
void speed_free(struct speed *speed); /* NULL is allowed; nothing is under way any more */

/* The path is one for this, whether its ticket is good or not. */
bool speed_is_path(const char *path);
void speed_admit(const struct file_service *service, struct http_exchange *exchange);
void speed_serve(const struct file_service *service, struct http_exchange *exchange);

/* ---- the places, for tests too ---- */

struct speed_place {
    unsigned index;
    int64_t since_us;
};
/* False: all are taken, by transfers that are not too old. */
bool speed_take(struct speed *speed, int64_t now_us, struct speed_place *ret);
void speed_leave(struct speed *speed, const struct speed_place *place); /* it may have lost it already */
/*
 * How long to wait before more is taken of what came so far, at so many bytes a second. Never longer than a
 * thread that serves others too may sleep: a rate below a piece in that time is not kept.
 */
enum { SPEED_PAUSE_MAX_US = 100000 };
int64_t speed_pause_us(uint64_t carried, uint64_t rate, int64_t elapsed_us);
/* The number behind the ticket: 1 to most. */
bool speed_read_size(const char *path, uint64_t most, uint64_t *ret);
