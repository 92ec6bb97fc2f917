#include "tests/bench/tally.h"

#include <string.h>

/* A bucket per microsecond up to 128, then 64 for each doubling. */
enum { EXACT = 128, PER_DOUBLING = 64, DOUBLING_BITS = 6 };

static unsigned bucket_of(uint32_t us)
{
    unsigned shift;

    if (us < EXACT)
        return us;
    shift = 31 - (unsigned)__builtin_clz(us) - DOUBLING_BITS;
    return shift * PER_DOUBLING + (us >> shift);
}

static uint64_t middle_of(unsigned bucket)
{
    unsigned shift;

    if (bucket < EXACT)
        return bucket;
    shift = bucket / PER_DOUBLING - 1;
    return ((uint64_t)(bucket - shift * PER_DOUBLING) << shift) + ((1ULL << shift) / 2);
}

void tally_session(struct tally *tally, int64_t us)
{
    uint64_t took = us < 0 ? 0 : (uint64_t)us;

    tally->sessions++;
    tally->buckets[bucket_of(took > UINT32_MAX ? UINT32_MAX : (uint32_t)took)]++;
    if (took > tally->max_us)
        tally->max_us = took;
}

void tally_error(struct tally *tally, enum tally_error kind, const char *example, size_t len)
{
    char *keep = tally->examples[kind];

    tally->errors[kind]++;
    if (keep[0] != '\0')
        return;
    if (len > TALLY_EXAMPLE_MAX - 1)
        len = TALLY_EXAMPLE_MAX - 1;
    for (size_t i = 0; i < len; i++)
        keep[i] = example[i] >= ' ' && example[i] <= '~' ? example[i] : ' ';
    keep[len] = '\0';
}

void tally_add(struct tally *sum, const struct tally *more)
{
    sum->sessions += more->sessions;
    sum->requests += more->requests;
    sum->challenges += more->challenges;
    sum->reconnects += more->reconnects;
    if (more->max_us > sum->max_us)
        sum->max_us = more->max_us;
    for (enum tally_error i = 0; i < TALLY_ERROR_KINDS; i++) {
        if (sum->errors[i] == 0)
            memcpy(sum->examples[i], more->examples[i], TALLY_EXAMPLE_MAX);
        sum->errors[i] += more->errors[i];
    }
    for (int i = 0; i < TALLY_BUCKETS; i++)
        sum->buckets[i] += more->buckets[i];
}

uint64_t tally_errors(const struct tally *tally)
{
    uint64_t sum = 0;

    for (enum tally_error i = 0; i < TALLY_ERROR_KINDS; i++)
        sum += tally->errors[i];
    return sum;
}

uint64_t tally_permille_us(const struct tally *tally, unsigned permille)
{
    uint64_t wanted = (tally->sessions * permille + 999) / 1000;
    uint64_t seen = 0;

    for (unsigned i = 0; i < TALLY_BUCKETS; i++) {
        seen += tally->buckets[i];
        if (seen >= wanted && seen > 0)
            return middle_of(i);
    }
    return 0;
}

const char *tally_error_name(enum tally_error kind)
{
    static const char *const names[] = {
#define X(name, text) #name,
        TALLY_ERRORS(X)
#undef X
    };

    return names[kind];
}

const char *tally_error_text(enum tally_error kind)
{
    static const char *const texts[] = {
#define X(name, text) text,
        TALLY_ERRORS(X)
#undef X
    };

    return texts[kind];
}
