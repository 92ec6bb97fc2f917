/*
 * What the file server does with a request: give out a file (file_fetch.c), take one (file_receive.c),
 * ask who it is (file_login.c).
 */
#pragma once

#include "acs/files/files.h"
#include "acs/files/ticket.h"
#include "acs/http/body.h"
#include "db/pool.h"

enum { FILE_BYTES_PER_MBIT = 1000 * 1000 / 8 }; /* the settings are in Mb/s */

struct file_service {
    const struct files *files;
    struct db_pool *pool;
    struct speed *speed;
    struct pump *pump;
    unsigned char nonce_key[SHA256_BYTES]; /* of Digest (file_login.c) */
};

void file_fetch(const struct file_service *service, struct http_exchange *exchange);
/* Before a body: of a valid ticket it goes to the disk, others are answered at once. */
void file_admit(const struct file_service *service, struct http_exchange *exchange);
/* The body is there. */
void file_receive(const struct file_service *service, struct http_exchange *exchange);

/* A valid ticket of this kind that has not expired. */
bool file_ticket(const struct file_service *service, const struct http_exchange *exchange,
                 enum ticket_kind kind, struct ticket *ret);
/* What a ticket asks for besides itself. False: it was not given, and the exchange has been answered. */
bool file_proves(const struct file_service *service, struct http_exchange *exchange,
                 const struct ticket *ticket);
/* The address to be compared with the device's; NULL: any is good. */
const char *file_from(const struct file_service *service, const struct http_exchange *exchange);
/* Says no: ERR_UNAVAILABLE is 503, "come again"; whatever else is 404, without a reason. */
void file_refuse(struct http_exchange *exchange, enum err err);
