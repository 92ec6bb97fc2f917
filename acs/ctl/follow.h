/*
 * Actions from the command line: asked for, followed to their end, and judged.
 */
#pragma once

#include "acs/ctl/ctl.h"

/* A device's id from an id or a serial number. */
enum ctl_exit follow_device(struct ctl *ctl, const char *text, const char **ret_id);
/* For a list that may be of one device: "&device=…" of the first argument, nothing if there is none. */
enum ctl_exit follow_device_query(struct ctl *ctl, struct text *query);

/* What a command asks for. */
struct follow_order {
    const char *type;
    uint32_t wait_s; /* without --wait; 0: not at all */
    uint32_t bare_s; /* --wait without a time */
    /* Writes the members of the parameters; NULL: there are none. */
    enum ctl_exit (*fill)(struct ctl *ctl, struct json_writer *params);
    /* Prints the result of the ended action; NULL: the action itself is printed. */
    void (*print)(struct ctl *ctl, const struct json *action);
};

/* A command that does nothing but ask for an action, as a row: FOLLOW_ORDER(reboot, "reboot", 0, 180, NULL,
 * NULL). */
#define FOLLOW_ORDER(command, ...)                              \
    enum ctl_exit command_##command(struct ctl *ctl)            \
    {                                                           \
        static const struct follow_order order = {__VA_ARGS__}; \
                                                                \
        return follow_run(ctl, &order);                         \
    }

/* Posts the action for the device named by the first argument with the options of the command line. */
enum ctl_exit follow_run(struct ctl *ctl, const struct follow_order *order);

/* Waits at most wait_s for the end of this action; stages go to standard error on a terminal. */
enum ctl_exit follow_to_end(struct ctl *ctl, const char *action_id, uint32_t wait_s, const struct json **ret);
/* The exit code that the action's state stands for; says why on standard error unless it succeeded. */
enum ctl_exit follow_judge(struct ctl *ctl, const struct json *action);
