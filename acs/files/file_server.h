/*
 * The port at which devices fetch and send files, one per ticket (ticket.h).
 *
 *     GET, HEAD /f/<ticket>/<name>    the file of the action: whole or a range of it, up to a budget of bytes
 *     PUT, POST /u/<ticket>           a file of the device: on its disk and in the database before it is
 * answered
 *
 * Whoever has no valid ticket gets 404, whatever the reason; a ticket that wants a user name and a password
 * as well answers 401 with challenges of Digest and Basic until it has them. Has threads of its own, which
 * may block; a file goes from the disk to the socket without passing through them.
 */
#pragma once

#include "acs/files/files.h"
#include "db/pool.h"

struct file_server;

/* Binds and serves. ERR_CONFLICT, ERR_INVALID, …: as http_bind(). */
enum err file_server_new(const struct files *files, struct db_pool *pool,
                         struct file_server **ret) MUST_CHECK;
/* At which devices fetch files, all together, from now on, also those that have begun; 0: no limit. From any
 * thread. */
void file_server_set_rate(struct file_server *server, uint64_t bytes_per_s);
void file_server_free(struct file_server *server); /* what is being transferred breaks off; NULL is allowed */
