/*
 * Transfers that have ended, until the ACS has answered their TransferComplete (TR-069 A.3.3.2).
 */
#pragma once

#include "tests/cpesim/event.h"
#include "tests/cpesim/firmware.h"

struct home;
struct json;

/* The end of one. */
struct transfer_end {
    enum event_code event; /* M Download, M Upload, M ScheduleDownload */
    const char *command_key;
    uint32_t fault;
    int64_t begun_us; /* wall clock */
    enum fate telling;
};

/* A TransferComplete that the ACS has not yet answered. */
struct transfer {
    enum event_code event;
    char *command_key; /* heap */
    uint32_t fault;
    int64_t begun_us; /* wall clock */
    int64_t ended_us;
    uint8_t again; /* so many times more, after it was answered */
};

/* 7 TRANSFER COMPLETE and the event of the method; how and whether it is told say end->telling and
 * home->odd. */
void home_transfer_ended(struct home *home, const struct transfer_end *end);
/* The same without events: it is told in the session that is open. */
void home_transfer_note(struct home *home, const struct transfer_end *end);
/* TransferCompleteResponse for home->transfers[place]. True: it is to be told no more. */
bool home_transfer_told(struct home *home, uint32_t place);
void home_transfer_forget(struct home *home); /* all of them, those that are late, too */

/* A line of an older run's journal. */
void transfer_recall(struct home *home, const struct json *line);
void transfer_recall_told(struct home *home, enum event_code event, const char *command_key);
