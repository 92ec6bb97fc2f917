/*
 * Files on their way to the server.
 */
#pragma once

#include "acs/ctl/rest.h"

/* An option of the command line and the query parameter that it becomes. */
struct send_option {
    enum option option;
    const char *name;
};

/* "&name=value" for each of these options that was given. */
void send_write_query(struct ctl *ctl, const struct send_option *options, size_t count, struct text *query);

/*
 * Opens the file that the first argument names and hands it to send, with its size; --name is the last part
 * of its path unless it was given. CTL_USAGE: it is none.
 */
enum ctl_exit send_argument(struct ctl *ctl,
                            enum ctl_exit (*send)(struct ctl *ctl, FILE *file, int64_t size));
