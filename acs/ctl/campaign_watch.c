/* Waiting: until the list of a campaign is there, until the campaign has ended. */
#include <string.h>
#include <unistd.h>

#include "acs/ctl/campaign.h"
#include "acs/ctl/options.h"

enum { LOOK_US = 500 * 1000, LOOKS_A_SECOND = 2, LIST_S = 600, LINE_MAX_LEN = 240 };

static const char *state_of(const struct json *campaign)
{
    return json_string(json_get(campaign, "state"), "");
}

static bool is_state(const struct json *campaign, const char *state)
{
    return strcmp(state_of(campaign), state) == 0;
}

enum ctl_exit campaign_wait_for_list(struct ctl *ctl, const char *id, const struct json **ret)
{
    for (unsigned looked = 0;; looked++) {
        enum ctl_exit code;

        rest_forget(ctl);
        code = campaign_get(ctl, id, ret);
        if (code != CTL_OK)
            return code;
        if (!is_state(*ret, "listing"))
            break;
        if (ctl_is_interrupted())
            return CTL_INTERRUPTED;
        if (looked >= LIST_S * LOOKS_A_SECOND)
            return ctl_fail(CTL_PENDING, "the list of %s is not there after %d s", id, LIST_S);
        usleep(LOOK_US);
    }
    if (is_state(*ret, "draft"))
        return ctl_fail(CTL_ERROR, "%s could not be listed: %s", id,
                        json_string(json_get(*ret, "list_error"), "somebody has changed it meanwhile"));
    campaign_print(ctl, *ret);
    return CTL_OK;
}

/* ---- until its end ---- */

/* As what it has ended, or waits for a person. */
static const struct {
    const char *state;
    enum ctl_exit code;
} ends[] = {
    {"finished",  CTL_OK       },
    {"halted",    CTL_HALTED   },
    {"held",      CTL_HELD     },
    {"cancelled", CTL_CANCELLED},
    {"draft",     CTL_CONFLICT },
    {"listing",   CTL_CONFLICT },
    {"listed",    CTL_CONFLICT },
};

static bool is_over(const struct json *campaign, enum ctl_exit *ret)
{
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
        if (is_state(campaign, ends[i].state)) {
            *ret = ends[i].code;
            return true;
        }
    return false;
}

/* On a terminal one line that changes; else a line for each change. */
static void show(struct ctl *ctl, const struct json *campaign, char last[LINE_MAX_LEN], bool is_last)
{
    const char *line = campaign_progress(ctl, campaign);
    bool terminal = isatty(STDERR_FILENO) != 0;

    if (strncmp(line, last, LINE_MAX_LEN - 1) != 0)
        fprintf(stderr, terminal ? "\r\033[K%s" : "%s\n", line);
    if (terminal && is_last)
        fputc('\n', stderr);
    snprintf(last, LINE_MAX_LEN, "%s", line);
}

static enum ctl_exit finish(struct ctl *ctl, const struct json *campaign, enum ctl_exit code)
{
    const char *remark = campaign_remark(ctl, campaign);
    const char *id = json_string(json_get(campaign, "id"), "");

    campaign_print(ctl, campaign); /* reaches standard output only if it has finished */
    if (code == CTL_OK)
        return code;
    if (code == CTL_CONFLICT)
        return ctl_fail(code, "%s is %s: nothing is under way", id, state_of(campaign));
    return ctl_fail(code, "%s was %s%s%s", id, state_of(campaign), remark != NULL ? "; " : "",
                    remark != NULL ? remark : "");
}

/* One look. ret_over: there is nothing more to be seen. */
static enum ctl_exit look(struct ctl *ctl, const char *id, char last[LINE_MAX_LEN], bool *ret_over)
{
    const struct json *campaign = NULL;
    enum ctl_exit code = campaign_get(ctl, id, &campaign), end = CTL_OK;

    *ret_over = code != CTL_OK || is_over(campaign, &end);
    if (code != CTL_OK)
        return code;
    show(ctl, campaign, last, *ret_over);
    return *ret_over ? finish(ctl, campaign, end) : CTL_OK;
}

enum ctl_exit campaign_watch(struct ctl *ctl, const char *id)
{
    struct arena *whole = ctl->arena;
    uint32_t wait_s = UINT32_MAX;
    char last[LINE_MAX_LEN] = "";
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, UINT32_MAX, UINT32_MAX, &wait_s);
    bool over = code != CTL_OK;

    ctl_catch_interrupts();
    rest_forget(ctl);
    ctl->arena = arena_new(64 << 10); /* nights are long: what a look needs goes with it */
    for (uint64_t looked = 0; !over; looked++) {
        rest_forget(ctl); /* before the arena that they are in */
        arena_reset(ctl->arena);
        code = look(ctl, id, last, &over);
        if (over)
            break;
        if (ctl_is_interrupted())
            code = CTL_INTERRUPTED;
        else if (looked >= (uint64_t)wait_s * LOOKS_A_SECOND)
            code = ctl_fail(CTL_PENDING, "%s has not ended after %u s", id, wait_s);
        over = code != CTL_OK;
        if (!over)
            usleep(LOOK_US);
    }
    rest_forget(ctl);
    arena_free(ctl->arena);
    ctl->arena = whole;
    return code;
}
