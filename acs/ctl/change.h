/*
 * Something is changed by one request, and what it is now is printed.
 */
#pragma once

#include "acs/ctl/rest.h"

/* Sends a JSON object (NULL: none) and prints the object that comes back. */
enum ctl_exit change_send(struct ctl *ctl, struct rest_request *request, struct text *body);

typedef enum ctl_exit change_fill(struct ctl *ctl, struct json_writer *json);

/* Sends an object, its members written by fill, to what the operation names of the device of the first
 * argument. */
enum ctl_exit change_device(struct ctl *ctl, const char *method, enum operation operation, change_fill *fill);
