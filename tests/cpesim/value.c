#include "tests/cpesim/value.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "tests/cpesim/fact.h"
#include "tests/cpesim/value_work.h"

enum { OFFSET_HOURS = 3, WAVE_SECONDS = 600, NOISE_SECONDS = 10, DAY_SECONDS = 86400 };

/* splitmix64 */
static uint64_t mixed(uint64_t x)
{
    x += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

uint64_t value_random(const struct tree *tree, uint64_t purpose)
{
    return mixed(mixed(tree->settings->seed ^ mixed(tree->index)) ^ purpose);
}

unsigned value_pick(const struct tree *tree, uint64_t purpose, unsigned count)
{
    return (unsigned)(value_random(tree, purpose) % count);
}

int64_t value_uptime(const struct tree *tree)
{
    return (clock_mono_us() - tree->booted_us) / US_PER_S;
}

/* ---- who and where ---- */

/* base: which text of the model. */
const char *value_make_model_text(const struct tree *tree, const struct parameter *parameter,
                                  struct arena *arena)
{
    (void)arena;
    return *(const char *const *)((const char *)tree->model + parameter->generator->base);
}

/* base: which text of the settings. */
const char *value_make_setting_text(const struct tree *tree, const struct parameter *parameter,
                                    struct arena *arena)
{
    (void)arena;
    return *(const char *const *)((const char *)tree->settings + parameter->generator->base);
}

const char *value_make_serial(const struct tree *tree, const struct parameter *parameter, struct arena *arena)
{
    (void)parameter;
    return tree_serial(tree, arena_alloc(arena, SERIAL_MAX));
}

/* ---- management ---- */

const char *value_make_cr_url(const struct tree *tree, const struct parameter *parameter, struct arena *arena)
{
    char serial[SERIAL_MAX];

    (void)parameter;
    return arena_printf(arena, "%s%s", tree->settings->cr_base, tree_serial(tree, serial));
}

/* All but letters, digits and the underscore is percent-encoded, so that the hyphens can be told apart
 * (3.4.4). */
static void put_escaped(struct text *out, const char *part)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

    for (; *part != '\0'; part++) {
        if (strchr(plain, *part) != NULL)
            text_putc(out, *part);
        else
            text_printf(out, "%%%02X", (unsigned)(unsigned char)*part);
    }
}

const char *value_make_acs_username(const struct tree *tree, const struct parameter *parameter,
                                    struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    char serial[SERIAL_MAX];

    (void)parameter;
    if (tree->settings->acs_username != NULL)
        return tree->settings->acs_username;
    put_escaped(&out, tree->model->oui);
    text_putc(&out, '-');
    put_escaped(&out, tree->model->product_class);
    text_putc(&out, '-');
    put_escaped(&out, tree_serial(tree, serial));
    return text_string(&out);
}

const char *value_make_interval(const struct tree *tree, const struct parameter *parameter,
                                struct arena *arena)
{
    (void)parameter;
    return arena_printf(arena, "%" PRIu32, tree->settings->interval);
}

const char *value_make_retry_seconds(const struct tree *tree, const struct parameter *parameter,
                                     struct arena *arena)
{
    (void)parameter;
    return arena_printf(arena, "%" PRIu32, tree->settings->retry_seconds);
}

/* ---- time ---- */

const char *value_local_time(struct arena *arena)
{
    char utc[TEXT_TIME_MAX];

    text_write_time(utc, clock_now_us() - (int64_t)OFFSET_HOURS * 3600 * US_PER_S, false);
    return arena_printf(arena, "%.19s-0%d:00", utc, OFFSET_HOURS);
}

const char *value_make_local_time(const struct tree *tree, const struct parameter *parameter,
                                  struct arena *arena)
{
    (void)tree, (void)parameter;
    return value_local_time(arena);
}

/* Within the year 2025. */
const char *value_make_first_use(const struct tree *tree, const struct parameter *parameter,
                                 struct arena *arena)
{
    const int64_t new_year = INT64_C(1735689600);
    int64_t day = value_pick(tree, OF_NAMES, 365);

    (void)parameter;
    return text_write_time(arena_alloc(arena, TEXT_TIME_MAX), (new_year + day * DAY_SECONDS) * US_PER_S,
                           false);
}

const char *value_make_uptime(const struct tree *tree, const struct parameter *parameter, struct arena *arena)
{
    (void)parameter;
    return arena_printf(arena, "%" PRIi64, value_uptime(tree));
}

/* ---- addresses and names ---- */

/* base: which interface of the home. */
const char *value_make_mac(const struct tree *tree, const struct parameter *parameter, struct arena *arena)
{
    uint64_t number = value_random(tree, OF_MAC) + (uint64_t)parameter->generator->base + parameter->outer;
    const char *oui = tree->model->oui;

    return arena_printf(arena, "%.2s:%.2s:%.2s:%02X:%02X:%02X", oui, oui + 2, oui + 4,
                        (unsigned)(number >> 16 & 0xff), (unsigned)(number >> 8 & 0xff),
                        (unsigned)(number & 0xff));
}

/* ---- what moves ---- */

/* A slow wave with a little noise, from -swing to swing. */
int64_t value_wave(const struct tree *tree, uint64_t purpose, int64_t swing)
{
    int64_t second = clock_mono_us() / US_PER_S + (int64_t)(value_random(tree, purpose) % WAVE_SECONDS);
    int64_t at = second % WAVE_SECONDS;
    int64_t noise = (int64_t)(mixed(purpose ^ (uint64_t)(second / NOISE_SECONDS)) % 21) - 10;
    int64_t height = at < WAVE_SECONDS / 2 ? at : WAVE_SECONDS - at; /* 0 … 300 … 0 */

    return swing * (height - WAVE_SECONDS / 4) * 9 / (WAVE_SECONDS / 4 * 10) + swing * noise / 100;
}

/* A middle between base and base + spread, and what moves around it. */
static int64_t moving(const struct tree *tree, const struct parameter *parameter)
{
    const struct generator *generator = parameter->generator;
    uint64_t purpose = OF_NUMBERS + ((uint64_t)generator->base << 20) + ((uint64_t)parameter->outer << 12) +
                       ((uint64_t)parameter->instance << 4);
    int64_t middle = generator->base;

    if (generator->spread > 0)
        middle += (int64_t)(value_random(tree, purpose) % (uint64_t)generator->spread);
    return middle + value_wave(tree, purpose, generator->swing);
}

const char *value_make_number(const struct tree *tree, const struct parameter *parameter, struct arena *arena)
{
    return arena_printf(arena, "%" PRIi64, moving(tree, parameter));
}

/* base: bytes in a second, more or less; spread: where the counter begins again, 0 for never. */
const char *value_make_bytes(const struct tree *tree, const struct parameter *parameter, struct arena *arena)
{
    const struct generator *generator = parameter->generator;
    uint64_t rate =
        (uint64_t)generator->base / 2 + value_random(tree, OF_TRAFFIC) % (uint64_t)generator->base;
    uint64_t bytes = rate * (uint64_t)value_uptime(tree);

    return arena_printf(arena, "%" PRIu64,
                        generator->spread > 0 ? bytes % (uint64_t)generator->spread : bytes);
}

/* ---- facts: base is which, swing how far it moves ---- */

static int64_t moving_fact(const struct tree *tree, const struct parameter *parameter)
{
    const struct generator *generator = parameter->generator;

    return fact_of(tree, (enum fact)generator->base) +
           value_wave(tree, OF_NUMBERS + ((uint64_t)generator->base << 24), generator->swing);
}

const char *value_make_fact(const struct tree *tree, const struct parameter *parameter, struct arena *arena)
{
    return arena_printf(arena, "%" PRIi64, moving_fact(tree, parameter));
}

/* Thousandths, shown with two decimals: "-19.47". */
const char *value_make_fact_decimal(const struct tree *tree, const struct parameter *parameter,
                                    struct arena *arena)
{
    int64_t number = moving_fact(tree, parameter);
    int64_t size = number < 0 ? -number : number;

    return arena_printf(arena, "%s%" PRIi64 ".%02" PRIi64, number < 0 ? "-" : "", size / 1000,
                        size % 1000 / 10);
}

/* Thousandths of a dBm as tenths of a microwatt. */
const char *value_make_fact_tenth_uw(const struct tree *tree, const struct parameter *parameter,
                                     struct arena *arena)
{
    double dbm = (double)moving_fact(tree, parameter) / 1000;

    return arena_printf(arena, "%ld", lround(pow(10, dbm / 10) * 10000));
}

/* One more each time that the fact says. */
const char *value_make_fact_errors(const struct tree *tree, const struct parameter *parameter,
                                   struct arena *arena)
{
    return arena_printf(arena, "%" PRIi64,
                        value_uptime(tree) / fact_of(tree, (enum fact)parameter->generator->base));
}

#define LIMIT_32            (INT64_C(1) << 32)
#define OF_MODEL(member)    offsetof(struct model, member)
#define OF_SETTINGS(member) offsetof(struct settings, member)

static const struct generator generators[] = {
#define GENERATOR(name, make, base, spread, swing) {name, value_make_##make, base, spread, swing},
#include "tests/cpesim/generator.def"
#undef GENERATOR
};

const struct generator *value_generator(const char *name)
{
    for (size_t i = 0; i < sizeof(generators) / sizeof(*generators); i++)
        if (strcmp(generators[i].name, name) == 0)
            return &generators[i];
    fprintf(stderr, "cpesim: a row of rows/ names the generator '%s', which value.c does not have\n", name);
    abort();
}

const char *value_make(const struct tree *tree, const struct parameter *parameter, struct arena *arena)
{
    return parameter->generator->make(tree, parameter, arena);
}
