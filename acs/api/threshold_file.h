/*
 * The thresholds that do not come from people: those that are built in and those of the operator's file
 * (verdicts.thresholds_file), read at the start and again on SIGHUP. A file with an error changes nothing.
 * What people have set besides is in the database (settings.h).
 */
#pragma once

#include "provisioning/verdict/thresholds.h"

struct threshold_file;

/* path: "" for the built-in ones only. ERR_NOT_FOUND, ERR_INVALID: path, line and column are named. */
enum err threshold_file_open(const char *path, struct threshold_file **ret) MUST_CHECK;
/* Sets of before stay valid, since requests may still look at them: each costs what the file holds. */
enum err threshold_file_reload(struct threshold_file *file) MUST_CHECK;
const struct threshold_set *threshold_file_set(const struct threshold_file *file); /* any thread */
void threshold_file_close(struct threshold_file *file); /* after all who use its sets; NULL is allowed */
