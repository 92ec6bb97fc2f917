#include "tests/cpesim/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"
#include "tests/cpesim/rows.h"
#include "tests/cpesim/value.h"

static const struct model models[MODEL_COUNT] = {
    {
     .name = "gpon181",
     .about = "GPON gateway, Device:2, CWMP 1.4",
     .root = "Device.",
     .manufacturer = "Aurora Redes",
     .oui = "0A51C0",
     .product_class = "AR-G2426",
     .hardware = "AR-G2426-V1",
     .software = "4.2.18",
     .version = CWMP_1_4,
     .quirks = QUIRK_XML_DECLARATION,
     .down_kbps = 940000,
     .up_kbps = 940000,
     .groups = {rows_device, rows_tr181, rows_diag181},
     },
    {
     .name = "gpon098",
     .about = "GPON gateway, InternetGatewayDevice:1, CWMP 1.2, chunked requests",
     .root = "InternetGatewayDevice.",
     .manufacturer = "Pampa Telecom",
     .oui = "0A51C1",
     .product_class = "PT-ONT 8145",
     .hardware = "8145.A",
     .software = "V3R017C10S115",
     .version = CWMP_1_2,
     .quirks = QUIRK_CHUNKED | QUIRK_MD5_ALONE | QUIRK_AT_ONCE,
     .down_kbps = 230000,
     .up_kbps = 120000,
     .groups = {rows_device, rows_tr098, rows_wlan098_1_5, rows_gpon098, rows_diag098, rows_scan098},
     },
    {
     .name = "dsl098",
     .about = "VDSL gateway, InternetGatewayDevice:1, CWMP 1.1, one connection per request",
     .root = "InternetGatewayDevice.",
     .manufacturer = "Serra & Filhos",
     .oui = "0A51C2",
     .product_class = "SF-VDSL7",
     .hardware = "Rev B",
     .software = "1.0.7.3312",
     .version = CWMP_1_1,
     .quirks = QUIRK_RECONNECTS | QUIRK_ODD_IDS | QUIRK_ASKS_METHODS | QUIRK_PIECES,
     .down_kbps = 48000,
     .up_kbps = 9000,
     .groups = {rows_device, rows_tr098, rows_wlan098_1_5, rows_dsl098, rows_diag098, rows_scan098},
     },
    {
     .name = "cheap098",
     .about =
            "cheap router, InternetGatewayDevice:1, CWMP 1.0, no cookies, odd XML, goes silent to restart",                                                                               .root = "InternetGatewayDevice.",
     .manufacturer = "Barato",
     .oui = "0A51C3",
     .product_class = "B300N",
     .hardware = "1",
     .software = "B300N_2019.03.11",
     .version = CWMP_1_0,
     .quirks = QUIRK_NO_COOKIES | QUIRK_SHORT_INFORM | QUIRK_SINGLE_QUOTES | QUIRK_SILENT_RESTART |
                  QUIRK_MD5_ALONE | QUIRK_COMPLETED | QUIRK_ONE_BAND,
     .down_kbps = 92000,
     .up_kbps = 92000,
     .groups = {rows_device, rows_tr098, rows_wlan098_1, rows_ethernet098, rows_diag098},
     },
};

/* The parameters of one model while its rows are unfolded. */
struct unfolding {
    struct arena *arena;
    const struct row *row;
    struct parameter *items;
    size_t count;
    size_t capacity;
};

/* Where the numbers stood while a path was unfolded. */
struct place {
    unsigned outer;
    unsigned instance;
    size_t table_len;
};

static void add(struct unfolding *unfolding, const char *name, const struct place *place)
{
    const struct row *row = unfolding->row;
    const bool made = row->value[0] == '$';

    if (unfolding->count == unfolding->capacity) {
        size_t more = unfolding->capacity ? unfolding->capacity * 2 : 256;

        unfolding->items =
            arena_grow(unfolding->arena, unfolding->items, unfolding->capacity * sizeof(*unfolding->items),
                       more * sizeof(*unfolding->items));
        unfolding->capacity = more;
    }
    unfolding->items[unfolding->count++] = (struct parameter){
        .name = name,
        .type = row->type,
        .flags = row->flags,
        .check = row->check,
        .text = made ? NULL : row->value,
        .generator = made ? value_generator(row->value + 1) : NULL,
        .outer = place->outer,
        .instance = place->instance,
        .table_len = place->table_len,
    };
}

/* "{1-4}" or "{1,5}": the first and the last number, and the way from one to the next. */
static void read_numbers(const char *braces, unsigned *ret_first, unsigned *ret_last, unsigned *ret_step)
{
    char *end;

    *ret_first = (unsigned)strtoul(braces + 1, &end, 10);
    *ret_step = *end == '-' ? 1 : 0;
    *ret_last = (unsigned)strtoul(end + 1, &end, 10);
    if (*end != '}' || *ret_last <= *ret_first)
        abort();
    if (*ret_step == 0)
        *ret_step = *ret_last - *ret_first;
}

/* One after the other, each instance number takes the place of the first braces; then those behind them are
 * unfolded. */
static void unfold(struct unfolding *unfolding, const char *name, struct place place)
{
    size_t open = strcspn(name, "{");
    unsigned first, last, step;

    if (name[open] == '\0') {
        add(unfolding, name, &place);
        return;
    }
    read_numbers(name + open, &first, &last, &step);
    for (unsigned number = first; number <= last; number += step) {
        const char *rest = strchr(name, '}') + 1;
        struct place inner = {place.outer ? place.outer : number, number, open};

        unfold(unfolding, arena_printf(unfolding->arena, "%.*s%u%s", (int)open, name, number, rest), inner);
    }
}

static int compare(const void *a, const void *b)
{
    const struct parameter *left = a, *right = b;

    return strcmp(left->name, right->name);
}

static void load(struct model *model, struct arena *arena)
{
    struct unfolding unfolding = {.arena = arena};

    for (size_t i = 0; model->groups[i] != NULL; i++) {
        for (unfolding.row = model->groups[i]; unfolding.row->path != NULL; unfolding.row++)
            unfold(&unfolding, arena_printf(arena, "%s%s", model->root, unfolding.row->path),
                   (struct place){0});
    }
    if (unfolding.count == 0)
        abort();
    qsort(unfolding.items, unfolding.count, sizeof(*unfolding.items), compare);
    model->parameters = unfolding.items;
    model->count = unfolding.count;
}

struct model *models_load(struct arena *arena)
{
    struct model *loaded = ARENA_ARRAY(arena, struct model, MODEL_COUNT);

    for (size_t i = 0; i < MODEL_COUNT; i++) {
        loaded[i] = models[i];
        load(&loaded[i], arena);
    }
    return loaded;
}
