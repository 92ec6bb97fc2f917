/*
 * One home: its gateway's parameters, what it still has to tell, and when it speaks next.
 *
 * A gateway is on or restarting. When it is on it opens a session when something happened that cannot wait
 * (boot, value change, connection request), when its periodic time has come, or when a failed session is due
 * for another try. It has at most one session (session.h).
 */
#pragma once

#include "acs/base/list.h"
#include "tests/cpesim/alarm.h"
#include "tests/cpesim/ambush.h"
#include "tests/cpesim/attribute.h"
#include "tests/cpesim/event.h"
#include "tests/cpesim/journal.h"
#include "tests/cpesim/odd.h"
#include "tests/cpesim/running.h"
#include "tests/cpesim/tally.h"
#include "tests/cpesim/transfer.h"
#include "tests/cpesim/tree.h"
#include "tests/cpesim/unit.h"

struct fleet;
struct role;
struct session;

/* What an executed RPC asks of the home when the session is over. */
enum effect {
    EFFECT_RESTART = 1,   /* Reboot */
    EFFECT_TIMING = 2,    /* the periodic Inform changed */
    EFFECT_MOVED = 4,     /* the ACS's URL changed */
    EFFECT_RESET = 8,     /* FactoryReset */
    EFFECT_FIRMWARE = 16, /* one was installed */
    EFFECT_LINK = 32      /* its connection changed */
};

enum { HOME_CHANGES_MAX = 8, HOME_HISTORY = 8, HOME_SCHEDULED_MAX = 4 };

/* An Inform that the ACS has scheduled; its time has not come while the alarm is set. */
struct scheduled {
    struct home *home;
    struct alarm alarm;
    char *key; /* heap */
};

struct home {
    struct fleet *fleet;
    struct tree tree;
    struct events events;
    struct session *session; /* NULL: none */
    struct alarm wake;       /* the next session */
    struct alarm periodic;
    struct alarm power; /* the end of a restart */
    struct alarm link;  /* what comes next for its connection (wan.h) */
    struct role *role;  /* in a story (story.h); NULL: none */
    struct running running;
    enum home_end end;
    bool on;
    bool known;    /* an ACS has answered its 0 BOOTSTRAP */
    bool retrying; /* wake is the retry of a failed session */
    uint8_t effects;
    uint32_t retry_count;
    uint32_t drops;            /* sessions still to be cut after an RPC */
    enum cwmp_method drops_at; /* after this one; CWMP_UNKNOWN_METHOD: whichever comes */
    struct ambush ambush;      /* for the next request of one method */
    uint32_t message_number;   /* for cwmp:ID */
    uint32_t executed[RPC_COUNT];
    uint32_t restarts, sessions_ok, sessions_failed;

    uint32_t changes[HOME_CHANGES_MAX]; /* rows for the next 4 VALUE CHANGE */
    uint32_t change_count;
    struct attributes attributes;
    struct list diagnostics;    /* tests that were ordered (diagnostic.h) */
    struct list jobs;           /* transfers that were asked for (job.h) */
    struct transfer *transfers; /* heap: those that have ended and are to be told */
    uint32_t transfer_count;
    struct list late; /* and are not told yet */
    enum odd odd;
    struct unit_change *unit_change; /* software that is being changed, or is to be told; or NULL (unit.h) */
    bool defers;                     /* set by an RPC whose answer comes later (session_answer_transfer()) */
    struct scheduled *scheduled;     /* heap, HOME_SCHEDULED_MAX; NULL: none was ever */
    char **reboot_keys; /* heap; CommandKeys of the Reboots it executed, the newest HOME_HISTORY */
    uint32_t reboot_count;

    int64_t cr_minute; /* connection requests: the minute that is being counted, */
    uint32_t cr_count; /* how many were accepted in it, */
    uint32_t cr_nc;    /* the highest nc seen */
    int64_t cr_nonce;  /* of this nonce */
};

void home_init(struct home *home, struct fleet *fleet, uint32_t index);
void home_free(struct home *home);
const char *home_serial(const struct home *home, char ret[SERIAL_MAX]);

/* Boots at this monotonic time, unless it has ended. */
void home_switch_on_at(struct home *home, int64_t at_us);
/* The power fails now and comes back after the usual time. */
void home_power_cycle(struct home *home);
void home_switch_off(struct home *home); /* and it stays off until home_switch_on_at() */
void home_inform_now(struct home *home); /* 2 PERIODIC */
/* ERR_NOT_FOUND, ERR_INVALID: no such parameter, or not such a value. */
enum err home_set(struct home *home, const char *name, const char *value) MUST_CHECK;
/* A firmware starts when the session, if there is one, is over. lot NULL: it is the old one again. */
void home_install(struct home *home, const struct firmware_lot *lot);
/* Now, whatever it does. cause: for the journal. */
void home_restart(struct home *home, const char *cause, enum tally_id counter);
void home_arm_periodic(struct home *home); /* its parameters may have changed */
/* A value has changed by itself: told as its notification attribute says. */
void home_value_changed(struct home *home, uint32_t row);
/* Something was added to its events that cannot wait. */
void home_has_news(struct home *home);
/* False: too many of them in this minute, or in a session. */
bool home_connection_request(struct home *home);

/* ---- for session.c and rpc.c ---- */

/* This answer came: its events are delivered. key: see events_delivered(). */
void home_told(struct home *home, enum cwmp_method answer, const char *key);
void home_session_over(struct home *home, bool ok);
void home_note_reboot(struct home *home, const char *command_key);
/* 3 SCHEDULED after so many seconds. False: there are too many already. */
bool home_schedule_inform(struct home *home, uint32_t seconds, const char *command_key);
/* Before an effect: a line in the journal, with this home's serial number. */
void home_journal(struct home *home, struct journal_line *line);

void home_forget(struct home *home); /* all that was ever set in it, but not its firmware */

/* A line of an older run's journal: what it says was done to this home, is. */
void home_recall(struct home *home, const struct json *line);
