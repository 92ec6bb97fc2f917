#include "tests/provisioning/verdict_case.h"

#include <stdlib.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"
#include "acs/base/text.h"

enum { WORDS_MAX = 256, FACTS_MAX = 512 };

#define NOW_US (INT64_C(1800000000) * US_PER_S)

static const char healthy[] = "contact.ever=true contact.age_s=60 contact.period_s=300 device.boots_1h=0 "
                              "technology=gpon wan.link=Up wan.status=Connected"
                              " wan.ppp.status=Connected wan.ppp.last_error=ERROR_NONE "
                              "wan.optical.rx_dbm=-20 wan.drops_24h=0 test.dns_failed_percent=0"
                              " test.ping_loss_percent=0 wifi.2g.enabled=true wifi.2g.ssid=Casa "
                              "wifi.2g.channel=6 wifi.2g.channel_neighbours=2"
                              " lan.dhcp.from=192.168.1.2 lan.dhcp.to=192.168.1.254 plan.down_mbps=500 "
                              "plan.up_mbps=250 test.download_mbps=480"
                              " test.upload_mbps=240 device.cpu_percent=20 device.memory_percent=50 "
                              "firmware.state=approved profile.differences=0";

/* ---- a home ---- */

struct home {
    struct arena *arena;
    const char *names[FACTS_MAX];
    const char *values[FACTS_MAX];
    int64_t ages_s[FACTS_MAX];
    size_t count;
    const char *limits[WORDS_MAX];
    size_t limit_count;
};

static void take_away(struct home *home, const char *name)
{
    size_t kept = 0;

    for (size_t i = 0; i < home->count; i++) {
        if (strcmp(home->names[i], name) == 0)
            continue;
        home->names[kept] = home->names[i];
        home->values[kept] = home->values[i];
        home->ages_s[kept++] = home->ages_s[i];
    }
    home->count = kept;
}

static int64_t read_age(const char *text)
{
    char *unit;
    long number = strtol(text, &unit, 10);

    switch (*unit) {
    case 'm':
        return number * 60;
    case 'h':
        return number * 3600;
    case 'd':
        return number * 86400;
    case '\0':
        return number;
    default:
        fail_msg("%s is no age", text);
        return 0;
    }
}

static void read_word(struct home *home, char *word)
{
    char *value = strchr(word, '=');
    char *age = strchr(word, '@');

    if (*word == '-') {
        take_away(home, word + 1);
        return;
    }
    if (strcmp(word, "nothing") == 0) {
        home->count = 0;
        return;
    }
    if (value == NULL) {
        fail_msg("%s is no fact", word);
        return;
    }
    *value++ = '\0';
    if (age != NULL)
        *age++ = '\0';
    take_away(home, word);
    home->names[home->count] = word;
    home->values[home->count] = value;
    home->ages_s[home->count++] = age != NULL ? read_age(age) : 0;
}

static void read_words(struct home *home, const char *words)
{
    for (size_t len; *words != '\0'; words += len + (words[len] == ' ')) {
        len = strcspn(words, " ");
        if (len == 0)
            continue;
        if (*words == '#')
            home->limits[home->limit_count++] = arena_memdup(home->arena, words + 1, len - 1);
        else
            read_word(home, arena_memdup(home->arena, words, len));
    }
}

static void add_fact(struct fact_list *list, const char *name, const char *value, int64_t at_us)
{
    enum fact_key key = fact_key_of(name);
    bool added = false;

    if (key == KEY_COUNT)
        fail_msg("%s is not in key.def", name);
    switch (fact_rows[key].kind) {
    case FACT_NUMBER:
        added = fact_add_number(list, name, strtod(value, NULL), at_us);
        break;
    case FACT_TEXT:
        added = fact_add_text(list, name, value, at_us);
        break;
    case FACT_FLAG:
        added = fact_add_flag(list, name, strcmp(value, "true") == 0, at_us);
        break;
    case FACT_SECRET:
    case FACT_CLUE:
        break;
    }
    if (!added)
        fail_msg("%s=%s is no fact", name, value);
}

static void set_limits(const struct home *home, struct thresholds *thresholds)
{
    for (size_t i = 0; i < home->limit_count; i++) {
        size_t len = strcspn(home->limits[i], "=");
        int threshold = 0;

        while (threshold < THRESHOLD_COUNT &&
               (strncmp(threshold_rows[threshold].name, home->limits[i], len) != 0 ||
                threshold_rows[threshold].name[len] != '\0'))
            threshold++;
        if (threshold == THRESHOLD_COUNT)
            fail_msg("%s is no threshold", home->limits[i]);
        thresholds->values[threshold] = strtod(home->limits[i] + len + 1, NULL);
    }
}

struct verdict_question verdict_case_read(const char *words, struct arena *arena)
{
    struct home home = {.arena = arena};
    struct fact_list list = FACT_LIST_IN(arena);
    const struct model_identity identity = {"Acme", "GW", "1.0"};
    const struct threshold_set *set;
    struct verdict_question question = {0};
    const struct fact *technology;

    read_words(&home, healthy);
    read_words(&home, words);
    for (size_t i = 0; i < home.count; i++)
        add_fact(&list, home.names[i], home.values[i], NOW_US - home.ages_s[i] * US_PER_S);
    question.facts = facts_of_list(&list, NOW_US);
    technology = facts_find(&question.facts, "technology");
    assert_int_equal(threshold_set_new(NULL, arena, &set), ERR_OK);
    question.thresholds =
        threshold_set_find(set, NULL, technology != NULL ? technology->text : NULL, &identity);
    set_limits(&home, &question.thresholds);
    return question;
}

/* ---- what is said ---- */

static const struct verdict_missing *find_missing(const struct verdict *verdict, const char *name)
{
    for (size_t i = 0; i < verdict->missing_count; i++)
        if (strcmp(verdict->missing[i].fact, name) == 0)
            return &verdict->missing[i];
    return NULL;
}

static void check_missing(const struct verdict_case *row, const struct verdict *verdict, const char *word)
{
    const struct verdict_missing *missing = find_missing(verdict, word + 1);

    if (missing == NULL)
        fail_msg("%s: %s is not said to be missing", row->name, word + 1);
    else if ((missing->age_s < 0) != (*word == '?'))
        fail_msg("%s: %s is missing for another reason", row->name, word + 1);
}

static void check_cause(const struct verdict_case *row, const struct verdict *verdict, size_t place,
                        const char *word)
{
    const char *given = place < verdict->count ? verdict_code_name(verdict->causes[place].code) : "nothing";
    size_t len = strcspn(word, "=");

    if (strlen(given) != len || strncmp(given, word, len) != 0)
        fail_msg("%s: cause %zu is %s, not %s", row->name, place, given, word);
    if (word[len] == '=' && verdict->causes[place].confidence != (int)strtol(word + len + 1, NULL, 10))
        fail_msg("%s: %s with a confidence of %d, not %s", row->name, given,
                 verdict->causes[place].confidence, word + len + 1);
}

static void check_said(const struct verdict_case *row, const struct verdict *verdict, struct arena *arena)
{
    const char *words = row->said;
    size_t place = 0;

    for (size_t len; *words != '\0'; words += len + (words[len] == ' ')) {
        const char *word;

        len = strcspn(words, " ");
        word = arena_memdup(arena, words, len);
        if (*word == '?' || *word == '!')
            check_missing(row, verdict, word);
        else
            check_cause(row, verdict, place++, word);
    }
    if (place != verdict->count)
        fail_msg("%s: there are %zu causes, not %zu; the next one is %s", row->name, verdict->count, place,
                 verdict_code_name(verdict->causes[place].code));
}

static void check_words(const struct verdict_case *row, const char *words)
{
    if (*words == '\0' || strpbrk(words, "{}?") == words || strstr(words, "{") != NULL ||
        strstr(words, "? dBm") != NULL)
        fail_msg("%s: is not filled in: %s", row->name, words);
}

const char *verdict_case_answer(const struct verdict_question *question, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    verdict_write(verdict_judge(question, arena), &question->thresholds, &json);
    json_close_object(&json);
    return text_string(&out);
}

/* Written, read and asked again it answers the same, byte for byte. */
static void check_replay(const struct verdict_case *row, const struct verdict_question *question,
                         struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    struct verdict_question again;
    AUTO_JSON doc = NULL;
    int64_t rules;

    verdict_write_question(question, &json);
    assert_int_equal(json_read(out.data, out.len, &doc), ERR_OK);
    assert_int_equal(verdict_read_question(doc, arena, &again, &rules), ERR_OK);
    assert_int_equal(rules, VERDICT_RULES_VERSION);
    if (strcmp(verdict_case_answer(question, arena), verdict_case_answer(&again, arena)) != 0)
        fail_msg("%s: %s is not what is answered the second time: %s", row->name,
                 verdict_case_answer(question, arena), verdict_case_answer(&again, arena));
}

void verdict_cases_check(const struct verdict_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        AUTO_ARENA arena = arena_new(65536);
        struct verdict_question question = verdict_case_read(cases[i].home, arena);
        const struct verdict *verdict = verdict_judge(&question, arena);

        check_said(&cases[i], verdict, arena);
        for (size_t k = 0; k < verdict->count; k++) {
            check_words(&cases[i], verdict->causes[k].headline.pt);
            check_words(&cases[i], verdict->causes[k].headline.en);
            check_words(&cases[i], verdict->causes[k].say.pt);
            check_words(&cases[i], verdict->causes[k].say.en);
            check_words(&cases[i], verdict->causes[k].next.pt);
            check_words(&cases[i], verdict->causes[k].next.en);
        }
        check_replay(&cases[i], &question, arena);
    }
}
