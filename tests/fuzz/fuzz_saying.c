/*
 * Words that somebody writes in place of a text, of any bytes: they are refused, or they are said with every
 * place filled in, and come out of what is kept as they went in.
 */
#include <string.h>

#include "acs/base/json.h"
#include "provisioning/verdict/verdict.h"
#include "tests/fuzz/fuzz.h"

static const char *say(const struct sayings *sayings, struct arena *arena)
{
    struct verdict_question question = {.sayings = *sayings};

    for (int i = 0; i < THRESHOLD_COUNT; i++)
        question.thresholds.values[i] = threshold_rows[i].otherwise;
    return verdict_judge(&question, arena)->causes[0].say.pt;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(4096);
    const struct saying saying = {"no_data.say", arena_memdup(arena, data, size), "One moment please."};
    const struct sayings sayings = {&saying, 1};
    struct saying_places places = {0};

    saying_places_of(saying.pt, &places);
    FUZZ_CHECK(places.count <= SAYING_PLACES_MAX);
    (void)!saying_check(saying.pt, &places, 40, NULL);
    if (!verdict_form_takes(&saying))
        return 0;
    FUZZ_CHECK(text_is_utf8(saying.pt, strlen(saying.pt)));
    FUZZ_CHECK(strcmp(say(&sayings, arena), saying.pt) == 0);
    return 0;
}
