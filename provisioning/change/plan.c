/* The words with which a kind says what shall be so. */
#include "provisioning/change/change.h"

#include "acs/base/text.h"

void change_refuse(struct change_plan *plan, const char *why)
{
    if (plan->unavailable == NULL)
        plan->unavailable = why;
}

static void add(struct change_plan *plan, const struct home_binding *binding, struct change_write write)
{
    if (plan->count == CHANGE_WRITES_MAX) {
        change_refuse(plan, "this model keeps it in more places than one request may write");
        return;
    }
    write.name = binding->value->name;
    write.type = binding->value->type != CWMP_UNKNOWN_TYPE ? binding->value->type : CWMP_STRING;
    write.what = fact_name(binding->row->key, binding->place, plan->arena);
    write.before = write.secret == NULL ? binding->value->value : NULL;
    plan->writes[plan->count++] = write;
}

static void refuse_unknown(struct change_plan *plan, enum fact_key key, const char *place)
{
    change_refuse(plan,
                  arena_printf(plan->arena,
                               "this model does not show where it keeps %s, or does not let it be written",
                               fact_name(key, place, plan->arena)));
}

/* Of what several parameters hold alike, one connection's or one network's, the best is written. */
static const struct home_binding *best(struct change_plan *plan, enum fact_key key, const char *place)
{
    struct home_bindings found = home_find_writable(plan->home, key, place);

    return found.count > 0 ? &found.items[0] : NULL;
}

static void put(struct change_plan *plan, enum fact_key key, const char *place, const char *value)
{
    const struct home_binding *binding = best(plan, key, place);

    if (binding == NULL)
        refuse_unknown(plan, key, place);
    else
        add(plan, binding, (struct change_write){.value = arena_strdup(plan->arena, value)});
}

void change_text(struct change_plan *plan, enum fact_key key, const char *place, const char *value)
{
    put(plan, key, place, value);
}

/* A boolean as the device writes its own: 0 and 1 unless it says Up or Enabled. */
void change_flag(struct change_plan *plan, enum fact_key key, const char *place, bool flag)
{
    const struct home_binding *binding = best(plan, key, place);

    put(plan, key, place, binding != NULL ? encoding_write_flag(binding->row->encoding, flag) : "");
}

void change_flag_if_there(struct change_plan *plan, enum fact_key key, const char *place, bool flag)
{
    if (best(plan, key, place) != NULL)
        change_flag(plan, key, place, flag);
}

void change_number(struct change_plan *plan, enum fact_key key, const char *place, double number)
{
    const struct home_binding *binding = best(plan, key, place);

    put(plan, key, place,
        binding != NULL ? encoding_write_number(binding->row->encoding, number, plan->arena) : "");
}

/* Makers keep a passphrase at several names and read one of them: all are written. */
void change_secret(struct change_plan *plan, enum fact_key key, const char *place, const char *secret)
{
    struct home_bindings found = home_find_writable(plan->home, key, place);

    if (found.count == 0)
        refuse_unknown(plan, key, place);
    for (size_t i = 0; i < found.count; i++)
        add(plan, &found.items[i],
            (struct change_write){.secret = secret, .one_of_several = found.count > 1});
}
