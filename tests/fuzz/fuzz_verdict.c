/*
 * A verdict that was kept, of any bytes: it is none, or it has causes in order, every word filled in, and the
 * question written again has the same answer.
 */
#include <string.h>

#include "acs/base/json.h"
#include "provisioning/verdict/verdict.h"
#include "tests/fuzz/fuzz.h"

static const char *answer(const struct verdict_question *question, struct arena *arena)
{
    const struct verdict *verdict = verdict_judge(question, arena);
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    FUZZ_CHECK(verdict->count > 0);
    for (size_t i = 0; i < verdict->count; i++) {
        FUZZ_CHECK(verdict->causes[i].confidence >= 0 && verdict->causes[i].confidence <= 100);
        FUZZ_CHECK(i == 0 || verdict->causes[i].code > verdict->causes[i - 1].code);
        FUZZ_CHECK(verdict->causes[i].headline.pt[0] != '\0' && verdict->causes[i].say.en[0] != '\0');
    }
    json_open_object(&json);
    verdict_write(verdict, &question->thresholds, &json);
    json_close_object(&json);
    return text_string(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(4096);
    struct verdict_question question, again;
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    AUTO_JSON doc = NULL;
    AUTO_JSON second = NULL;
    int64_t rules;

    if (json_read((const char *)data, size, &doc) != ERR_OK ||
        verdict_read_question(doc, arena, &question, &rules) != ERR_OK)
        return 0;
    verdict_write_question(&question, &json);
    FUZZ_CHECK(json_read(out.data, out.len, &second) == ERR_OK);
    FUZZ_CHECK(verdict_read_question(second, arena, &again, &rules) == ERR_OK);
    FUZZ_CHECK(strcmp(answer(&question, arena), answer(&again, arena)) == 0);
    return 0;
}
