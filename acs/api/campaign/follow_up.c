/* Campaigns that come after others: what undoes one, and what tries one again. Nothing is kept: whoever asks
 * looks at it, gives a reason, and sends it. */
#include <string.h>

#include "acs/api/campaign/campaigns.h"
#include "acs/api/routes.h"
#include "db/campaign_follow.h"

/* What the other one has touched itself keeps nobody away; and a home that complains needs the way back most.
 */
static const struct follow_up {
    const char *states, *drops, *sets;
    const char *prefix_pt, *prefix_en;
    bool goes_back; /* with the firmware from before */
} rollback = {"healthy lying", "touched_days", "{\"open_case\":false}", "Volta: ", "Back: ", true},
  retry = {"failed", "touched_days", "{}", "De novo: ", "Again: ", false};

/* ---- the firmware from before ---- */

static bool gives_firmware(const char *kind)
{
    return strcmp(kind, "firmware.install") == 0 || strcmp(kind, "download.schedule") == 0;
}

static enum err refuse_way_back(struct call *call, const char *detail)
{
    return call_refuse(call, PROBLEM_NO_WAY_BACK, detail);
}

static enum err find_way_back(struct call *call, struct campaign_follow *follow)
{
    struct campaign_way_back back;

    TRY(campaign_follow_way_back(call->db, follow, call->arena, &back));
    if (back.version == NULL)
        return refuse_way_back(call, call_say(call, "Não se sabe de que versão esses aparelhos vieram.",
                                              "From which version these devices came is not known."));
    if (back.file == NULL)
        return refuse_way_back(
            call,
            arena_printf(
                call->arena,
                call->language == LANGUAGE_PT
                    ? "A maioria veio da versão %s, e nenhum firmware dela está homologado para o modelo %s."
                    : "Most came from version %s, and no firmware of it is approved for the model %s.",
                back.version, back.model));
    follow->file = back.file;
    return ERR_OK;
}

/* ---- both ---- */

static enum err propose(struct call *call, const struct follow_up *how)
{
    struct campaign_follow follow = {.states = how->states,
                                     .drops = how->drops,
                                     .sets = how->sets,
                                     .prefix = call_say(call, how->prefix_pt, how->prefix_en)};
    const char *kind, *body;
    int64_t devices;

    TRY(campaign_read_id(call, &follow.id));
    TRY(campaign_follow_look(call->db, &follow, call->arena, &kind, &devices));
    if (how->goes_back && !gives_firmware(kind))
        return refuse_way_back(
            call, call_say(call, "Só se desfaz uma campanha de firmware.", "Only firmware can be undone."));
    if (devices == 0)
        return call_refuse(call, PROBLEM_NOTHING_TO_FOLLOW, NULL);
    if (how->goes_back)
        TRY(find_way_back(call, &follow));
    TRY(campaign_follow_body(call->db, &follow, call->arena, &body));
    json_open_object(&call->json);
    json_field_raw(&call->json, "campaign", body);
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_campaign_rollback(struct call *call)
{
    return propose(call, &rollback);
}

enum err api_campaign_retry(struct call *call)
{
    return propose(call, &retry);
}
