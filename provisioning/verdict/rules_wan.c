/* The way to the provider: signal, session, drops, names. */
#include "provisioning/verdict/judge.h"

static const char *const down_words[] = {"Down",        "NotPresent", "LowerLayerDown", "NoSignal", "Error",
                                         "Unavailable", "Disabled",   "Initializing",   "Dormant",  "NoLink",
                                         NULL};
static const char *const training_words[] = {"NoSignal", "Initializing", "EstablishingLink", "Error",
                                             "Disabled", "Down",         "Retraining",       NULL};
static const char *const connected_words[] = {"Connected", "Up", "Bound", NULL};
static const char *const idle_words[] = {
    "Disconnected", "Connecting",    "Authenticating", "PendingDisconnect", "Down",
    "Unconfigured", "Disconnecting", "Error",          "Selecting",         "Requesting",
    "Rebinding",    "Init",          "LowerLayerDown", "Unknown",           NULL};
static const char *const fibre_words[] = {"gpon", "xgpon", "xgspon", "epon", NULL};
static const char *const dsl_words[] = {"dsl", "adsl", "vdsl", NULL};

/* What the technology says; where nobody has said it, whether the fact of that technology is there. */
static bool is_of(struct judge *judge, const char *const *technologies, const char *sign)
{
    const struct fact *technology = judge_look(judge, "technology");

    if (technology != NULL)
        return judge_word_in(technology, technologies);
    if (judge_look(judge, sign) != NULL)
        return true;
    judge_note_missing(judge, "technology");
    return false;
}

/* The state of the session: of all that may tell it, the first that does. */
static const struct fact *look_session(const struct judge *judge)
{
    static const char *const names[] = {"wan.status", "wan.ppp.status", "wan.ipoe.status"};
    const struct fact *found = NULL;

    for (size_t i = 0; found == NULL && i < sizeof(names) / sizeof(*names); i++)
        found = judge_look(judge, names[i]);
    return found;
}

static const struct fact *look_error(const struct judge *judge)
{
    const struct fact *error = judge_look(judge, "wan.ppp.last_error");

    return error != NULL ? error : judge_look(judge, "wan.last_error");
}

/* ---- signal ---- */

bool rule_wan_down(struct judge *judge)
{
    static const char *const no_carrier[] = {"NO_CARRIER", NULL};
    const struct fact *link = judge_need(judge, "wan.link");
    const struct fact *line = judge_look(judge, "wan.dsl.status");
    const struct fact *session = look_session(judge);
    const struct fact *error = look_error(judge);

    if (judge_word_in(link, down_words)) {
        judge_cite(judge, link, THRESHOLD_COUNT);
        judge_cite(judge, line, THRESHOLD_COUNT);
        return true;
    }
    if (judge_word_in(line, training_words)) {
        judge_cite(judge, line, THRESHOLD_COUNT);
        return true;
    }
    judge_cite(judge, error, THRESHOLD_COUNT);
    judge_cite(judge, session, THRESHOLD_COUNT);
    judge_doubt(judge, 0.75); /* the session's word for it only */
    return judge_word_in(error, no_carrier) && judge_word_in(session, idle_words);
}

static const struct fact *need_light(struct judge *judge)
{
    return is_of(judge, fibre_words, "wan.optical.rx_dbm") ? judge_need(judge, "wan.optical.rx_dbm") : NULL;
}

bool rule_optical_bad(struct judge *judge)
{
    const struct fact *light = need_light(judge);
    enum threshold limit;

    if (light == NULL)
        return false;
    judge->shape = light->number > judge_limit(judge, THRESHOLD_RX_HIGH);
    limit = judge->shape == 1 ? THRESHOLD_RX_HIGH : THRESHOLD_RX_LOW;
    judge_cite(judge, light, limit);
    judge_cite(judge, judge_look(judge, "wan.optical.fall_7d_db"), THRESHOLD_FALL);
    judge_say_number(judge, "x", light->number);
    judge_say_number(judge, "limit", judge_limit(judge, limit));
    return judge->shape == 1 || light->number < judge_limit(judge, limit);
}

/* Not what is bad already; of both shapes the level counts. */
bool rule_optical_warn(struct judge *judge)
{
    const struct fact *light = need_light(judge);
    const struct fact *fall = judge_look(judge, "wan.optical.fall_7d_db");

    if (light == NULL || light->number < judge_limit(judge, THRESHOLD_RX_LOW) ||
        light->number > judge_limit(judge, THRESHOLD_RX_HIGH))
        return false;
    judge_cite(judge, light, THRESHOLD_RX_WARN);
    judge_cite(judge, fall, THRESHOLD_FALL);
    if (light->number < judge_limit(judge, THRESHOLD_RX_WARN)) {
        judge_say_number(judge, "x", light->number);
        return true;
    }
    if (fall == NULL || fall->number < judge_limit(judge, THRESHOLD_FALL))
        return false;
    judge->shape = 1;
    judge_say_number(judge, "x", fall->number);
    return true;
}

bool rule_dsl_margin(struct judge *judge)
{
    static const char *const names[] = {"wan.dsl.down_margin_db", "wan.dsl.up_margin_db"};
    double least = judge_limit(judge, THRESHOLD_MARGIN);
    bool found = false;

    if (!is_of(judge, dsl_words, names[0]))
        return false;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const struct fact *margin = judge_need(judge, names[i]);

        if (margin == NULL || margin->number >= judge_limit(judge, THRESHOLD_MARGIN))
            continue;
        judge_cite(judge, margin, THRESHOLD_MARGIN);
        least = margin->number < least ? margin->number : least;
        found = true;
    }
    judge_cite(judge, judge_look(judge, "wan.dsl.down_attenuation_db"), THRESHOLD_COUNT);
    judge_say_number(judge, "x", least);
    judge_say_number(judge, "limit", judge_limit(judge, THRESHOLD_MARGIN));
    return found;
}

/* ---- session ---- */

static const char *const refused_words[] = {"AUTHENTICATION_FAILURE", NULL};
static const char *const blocked_words[] = {"ACCOUNT_DISABLED", "ACCOUNT_EXPIRED", "PASSWORD_EXPIRED",
                                            "RESTRICTED_LOGON_HOURS", NULL};

/* The newest error stays in the device after the session is up again: only one that is not up counts. */
bool rule_pppoe_auth(struct judge *judge)
{
    const struct fact *session = look_session(judge);
    const struct fact *error = look_error(judge);

    if (session == NULL)
        judge_note_missing(judge, "wan.ppp.status");
    judge_cite(judge, error, THRESHOLD_COUNT);
    judge_cite(judge, session, THRESHOLD_COUNT);
    judge_cite(judge, judge_look(judge, "wan.ppp.username"), THRESHOLD_COUNT);
    judge->shape = judge_word_in(error, blocked_words);
    return judge_word_in(session, idle_words) && (judge->shape == 1 || judge_word_in(error, refused_words));
}

/* Signal, but no session, and it is not the login. */
bool rule_no_session(struct judge *judge)
{
    const struct fact *session = look_session(judge);
    const struct fact *error = look_error(judge);

    if (!judge_word_in(session, idle_words) || judge_word_in(error, refused_words) ||
        judge_word_in(error, blocked_words) || judge_word_in(judge_look(judge, "wan.link"), down_words))
        return false;
    judge_cite(judge, session, THRESHOLD_COUNT);
    judge_cite(judge, error, THRESHOLD_COUNT);
    return true;
}

bool rule_wan_flapping(struct judge *judge)
{
    const struct fact *drops = judge_need(judge, "wan.drops_24h");

    if (drops == NULL || drops->number < judge_limit(judge, THRESHOLD_DROPS))
        return false;
    judge_cite(judge, drops, THRESHOLD_DROPS);
    judge_cite(judge, judge_look(judge, "wan.uptime_s"), THRESHOLD_COUNT);
    judge_cite(judge, look_error(judge), THRESHOLD_COUNT);
    judge_say_number(judge, "n", drops->number);
    return true;
}

/* Names are not found while an address answers. */
bool rule_dns_bad(struct judge *judge)
{
    const struct fact *failed = judge_need(judge, "test.dns_failed_percent");
    const struct fact *loss = judge_need(judge, "test.ping_loss_percent");

    if (failed == NULL || loss == NULL)
        return false;
    judge_cite(judge, failed, THRESHOLD_DNS_FAILED);
    judge_cite(judge, loss, THRESHOLD_DNS_LOSS);
    judge_cite(judge, judge_look(judge, "wan.dns_servers"), THRESHOLD_COUNT);
    return failed->number >= judge_limit(judge, THRESHOLD_DNS_FAILED) &&
           loss->number < judge_limit(judge, THRESHOLD_DNS_LOSS);
}

/* ---- nothing ---- */

bool rule_ok(struct judge *judge)
{
    const struct fact *session = look_session(judge);
    const struct fact *link = judge_look(judge, "wan.link");

    if (judge->verdict->count > 0)
        return false;
    if (session == NULL && link == NULL)
        judge_note_missing(judge, "wan.status");
    judge_cite(judge, judge_look(judge, "contact.age_s"), THRESHOLD_COUNT);
    judge_cite(judge, session, THRESHOLD_COUNT);
    judge_cite(judge, link, THRESHOLD_COUNT);
    return judge_word_in(session, connected_words) || judge_word_in(link, connected_words);
}

bool rule_no_data(struct judge *judge)
{
    return judge->verdict->count == 0;
}
