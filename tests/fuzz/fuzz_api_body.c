/*
 * A body for a route: the first byte picks the route. What is wrong is named with a place that a reader of
 * JSON finds, and the answer that says so is JSON itself.
 */
#include <string.h>

#include "acs/api/problem.h"
#include "acs/api/router.h"
#include "tests/fuzz/fuzz.h"

static const struct schema *pick_schema(uint8_t byte)
{
    const struct schema *schemas[16] = {NULL};
    size_t count = 0;

    for (size_t i = 0; i < api_route_count && count < 16; i++)
        if (api_routes[i].body != NULL)
            schemas[count++] = api_routes[i].body;
    FUZZ_CHECK(count > 0);
    return schemas[byte % count];
}

/* One part of a JSON pointer, its escapes undone. */
static const char *read_part(const char *part, size_t len, struct arena *arena)
{
    struct text name = TEXT_IN(arena);

    for (size_t i = 0; i < len; i++)
        text_putc(&name, part[i] != '~' ? part[i] : part[++i] == '0' ? '~' : '/');
    return text_string(&name);
}

static const struct json *go_down(const struct json *value, const char *part)
{
    uint32_t index = 0;

    if (json_kind(value) != JSON_ARRAY)
        return json_get(value, part);
    FUZZ_CHECK(text_read_u32(part, &index) == ERR_OK);
    return json_at(value, index);
}

/* Only a member that is missing is not there. */
static bool is_there(const struct json *value, const char *pointer, struct arena *arena)
{
    while (value != NULL && *pointer == '/') {
        size_t len = strcspn(++pointer, "/");

        value = go_down(value, read_part(pointer, len, arena));
        pointer += len;
    }
    return value != NULL;
}

static void check_complaint(const struct complaint *complaint, const struct json *body, struct arena *arena)
{
    FUZZ_CHECK(complaint->parameter == NULL && complaint->pointer != NULL);
    FUZZ_CHECK(complaint->pointer[0] == '\0' || complaint->pointer[0] == '/');
    FUZZ_CHECK(strlen(complaint->code) > 0 && strlen(complaint->detail) > 0);
    FUZZ_CHECK(is_there(body, complaint->pointer, arena) == (strcmp(complaint->code, "required") != 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(4096);
    struct complaints complaints = {.arena = arena, .language = LANGUAGE_EN};
    struct problem_report report = {
        .problem = PROBLEM_INVALID, .instance = "req_1", .complaints = &complaints};
    struct text out = TEXT_IN(arena);
    AUTO_JSON body = NULL;
    AUTO_JSON answer = NULL;

    if (size < 1 || json_read((const char *)data + 1, size - 1, &body) != ERR_OK)
        return 0;
    schema_check(pick_schema(data[0]), body, &complaints);
    FUZZ_CHECK(complaints.count <= COMPLAINTS_MAX);
    for (unsigned i = 0; i < complaints.count; i++)
        check_complaint(&complaints.items[i], body, arena);
    problem_write(&report, LANGUAGE_EN, &out);
    FUZZ_CHECK(json_read(out.data, out.len, &answer) == ERR_OK);
    FUZZ_CHECK(json_count(json_get(answer, "errors")) == complaints.count);
    return 0;
}
