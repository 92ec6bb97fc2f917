/* Wi-Fi passwords before they are set: one is made, one is weighed. */
#include <math.h>
#include <string.h>

#include "acs/api/actions.h"
#include "acs/api/routes.h"
#include "acs/base/crypto.h"
#include "acs/base/text.h"
#include "db/device.h"
#include "db/fact.h"
#include "provisioning/passphrase/passphrase.h"

enum { TENTHS = 10 };

static const char *const strength_names[] = {
    [PASSPHRASE_WEAK] = "weak",
    [PASSPHRASE_FAIR] = "fair",
    [PASSPHRASE_STRONG] = "strong",
};

/* ---- the names of its own network ---- */

static bool holds_ssid(const struct facts *facts, const char *password)
{
    for (const struct fact *fact = facts_first(facts, "wifi."); fact != NULL;
         fact = facts_next(facts, fact, "wifi."))
        if (fact->key == KEY_WIFI_SSID && fact->text != NULL && passphrase_holds(password, fact->text))
            return true;
    return false;
}

/* NULL: nothing speaks against it. */
static enum err find_problem(struct call *call, int64_t device_id, const char *password, double bits,
                             const char **ret)
{
    struct fact_list list = FACT_LIST_IN(call->arena);
    struct facts facts;

    *ret = NULL;
    if (passphrase_strength(bits) == PASSPHRASE_WEAK)
        *ret = call_say(call, "É fácil de adivinhar: use quatro palavras e dois números, por exemplo.",
                        "It is easy to guess: four words and two digits would do, for example.");
    if (*ret != NULL)
        return ERR_OK;
    TRY(fact_load(call->db, device_id, &list));
    facts = facts_of_list(&list, 0);
    if (holds_ssid(&facts, password))
        *ret = call_say(call, "Contém o nome da própria rede, que todos veem.",
                        "It holds the name of its own network, which everybody sees.");
    return ERR_OK;
}

enum err action_check_passphrase(struct call *call, const struct action_kind *kind, int64_t device_id)
{
    const char *password = json_string(json_get(json_get(call->body, "params"), "password"), "");
    const char *problem;

    if (strcmp(kind->name, "wifi.set_password") != 0)
        return ERR_OK;
    TRY(find_problem(call, device_id, password, passphrase_bits(password), &problem));
    return problem == NULL ? ERR_OK : call_refuse_body(call, "/params/password", "weak", problem);
}

/* ---- routes ---- */

static void write_weight(struct call *call, const char *password, double bits)
{
    struct json_writer *json = &call->json;
    bool portuguese = strcmp(call_say(call, "pt", "en"), "pt") == 0;

    json_key(json, "bits");
    json_put_real(json, floor(bits * TENTHS) / TENTHS);
    json_field_string(json, "strength", strength_names[passphrase_strength(bits)]);
    json_field_string(json, "spelled", passphrase_spell(password, portuguese, call->arena));
}

/* What is made by chance may hold a smaller word or a year, and be worth less: then another is made. */
enum err api_passphrase_make(struct call *call)
{
    const char *password;
    double bits;

    do {
        password = passphrase_make(crypto_random_u64(), call->arena);
        bits = passphrase_bits(password);
    } while (passphrase_strength(bits) != PASSPHRASE_STRONG);
    json_open_object(&call->json);
    json_field_string(&call->json, "password", password);
    write_weight(call, password, bits);
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_passphrase_weigh(struct call *call)
{
    const char *password = json_string(json_get(call->body, "password"), "");
    double bits = passphrase_bits(password);
    struct device_row device;
    const char *problem;
    int64_t id;

    TRY(call_device_id(call, &id));
    TRY(device_show(call->db, id, call->arena, &device));
    TRY(find_problem(call, id, password, bits, &problem));
    json_open_object(&call->json);
    write_weight(call, password, bits);
    json_field_string(&call->json, "problem", problem);
    json_close_object(&call->json);
    return ERR_OK;
}
