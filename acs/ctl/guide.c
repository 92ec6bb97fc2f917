#include "acs/ctl/guide.h"

#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "acs/ctl/follow.h"
#include "acs/ctl/output.h"
#include "acs/ctl/rest.h"

enum { LINE_MAX_LEN = 600, LOOK_MS = 500, TRIES_MAX = 20 };

struct guide {
    struct ctl *ctl;
    const char *id; /* of the run */
    const struct json *run;
    char stage[40]; /* the newest that was told of what is waited for */
    unsigned tries; /* answers that were none, one after the other */
};

static const char *member(const struct guide *guide, const char *name)
{
    return output_text(guide->ctl->arena, json_get(guide->run, name));
}

static bool is(const struct guide *guide, const char *name, const char *text)
{
    return strcmp(json_string(json_get(guide->run, name), ""), text) == 0;
}

static enum ctl_exit goes_on(const struct guide *guide, enum ctl_exit code)
{
    return ctl_fail(code, "nothing is lost: acsctl playbook run --run=%s", guide->id);
}

/* ---- talking to the server ---- */

static enum ctl_exit keep(struct guide *guide, const struct rest_answer *answer, enum ctl_exit code)
{
    if (code != CTL_OK)
        return code;
    if (answer->json == NULL)
        return ctl_fail(CTL_ERROR, "%s did not answer with JSON", guide->ctl->url);
    guide->run = answer->json;
    if (guide->id == NULL)
        guide->id = arena_strdup(guide->ctl->arena, json_string(json_get(guide->run, "id"), ""));
    return CTL_OK;
}

static enum ctl_exit post(struct guide *guide, const char *path, const char *body)
{
    struct rest_request request = {
        .method = "POST", .path = path, .body = body, .key = rest_new_key(guide->ctl)};
    struct rest_answer answer = {0};

    return keep(guide, &answer, rest_send(guide->ctl, &request, &answer));
}

static enum ctl_exit look(struct guide *guide)
{
    return rest_get(guide->ctl, rest_path(guide->ctl, OPERATION_RUN_SHOW, guide->id), &guide->run);
}

static enum ctl_exit begin(struct guide *guide)
{
    struct ctl *ctl = guide->ctl;
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    const char *device = NULL;
    enum ctl_exit code;

    if (ctl_has(ctl, OPTION_RUN)) {
        guide->id = ctl->values[OPTION_RUN];
        return ctl->argument_count == 0 ? look(guide)
                                        : ctl_fail(CTL_USAGE, "--run says all: no DEVICE and PLAYBOOK");
    }
    if (ctl->argument_count != 2)
        return ctl_fail(CTL_USAGE, "DEVICE and PLAYBOOK are needed, or --run");
    code = follow_device(ctl, ctl->arguments[0], &device);
    if (code != CTL_OK)
        return code;
    json_open_object(&json);
    json_field_string(&json, "device", device);
    json_field_string(&json, "playbook", ctl->arguments[1]);
    json_field_bool(&json, "dry", ctl_has(ctl, OPTION_DRY_RUN));
    json_close_object(&json);
    return post(guide, rest_path(ctl, OPERATION_RUN_CREATE, NULL), text_string(&body));
}

/* ---- showing ---- */

static void show_said(const struct guide *guide)
{
    const struct json *said = json_get(guide->run, "said");

    for (size_t i = 0; i < json_count(said); i++)
        fprintf(stderr, "  \"%s\"\n", output_text(guide->ctl->arena, json_at(said, i)));
}

static void show_line(const struct guide *guide, const char *before, const char *name)
{
    if (json_kind(json_get(guide->run, name)) == JSON_STRING)
        fprintf(stderr, "  %s%s\n", before, member(guide, name));
}

static void show_question(const struct guide *guide)
{
    const struct json *answers = json_get(guide->run, "answers");

    fprintf(stderr, "\n[%s/~%s] %s\n", member(guide, "position"), member(guide, "of"), member(guide, "step"));
    show_said(guide);
    show_line(guide, "", "text");
    if (is(guide, "kind", "do")) {
        show_line(guide, "-> ", "label");
        show_line(guide, "!  ", "warning");
    }
    for (size_t i = 0; i < json_count(answers); i++)
        fprintf(stderr, "    %s  %s\n",
                output_text(guide->ctl->arena, json_get(json_at(answers, i), "number")),
                output_text(guide->ctl->arena, json_get(json_at(answers, i), "label")));
}

/* What is waited for, once. */
static void show_waiting(struct guide *guide)
{
    char now[sizeof(guide->stage)];

    snprintf(now, sizeof(now), "%.12s %.26s", member(guide, "state"), member(guide, "step"));
    if (strcmp(now, guide->stage) == 0)
        return;
    memcpy(guide->stage, now, sizeof(now));
    show_said(guide);
    fprintf(stderr, "  ... %s\n", now);
}

/* ---- lines ---- */

/* One line without its end; false: there is none any more. What does not fit is dropped. */
static bool read_line(char *line, size_t size, bool secret)
{
    struct termios before, after;
    bool hide = secret && isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
    bool got;

    if (hide) {
        after = before;
        after.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &after);
    }
    got = fgets(line, (int)size, stdin) != NULL;
    if (hide) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fputc('\n', stderr);
    }
    if (!got)
        return false;
    if (strchr(line, '\n') == NULL)
        for (int c = getchar(); c != '\n' && c != EOF;)
            c = getchar();
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

/* ---- answering ---- */

static bool write_params(const struct guide *guide, struct json_writer *json)
{
    const struct json *params = json_get(guide->run, "params");

    json_key(json, "params");
    json_open_object(json);
    for (size_t i = 0; i < json_count(params); i++) {
        const struct json *param = json_at(params, i);
        char line[LINE_MAX_LEN];

        fprintf(stderr, "  %s: ", output_text(guide->ctl->arena, json_get(param, "label")));
        if (!read_line(line, sizeof(line), json_bool(json_get(param, "secret"), false)))
            return false;
        json_field_string(json, json_string(json_get(param, "name"), ""), line);
    }
    json_close_object(json);
    return true;
}

static bool starts_action(const char *key)
{
    return strcmp(key, "go") == 0 || strcmp(key, "again") == 0;
}

static enum ctl_exit send_answer(struct guide *guide, const char *key)
{
    struct ctl *ctl = guide->ctl;
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    enum ctl_exit code;

    json_open_object(&json);
    json_field_string(&json, "answer", key);
    json_field_string(&json, "step", json_string(json_get(guide->run, "step"), ""));
    json_field_int(&json, "revision", json_int(json_get(guide->run, "revision"), 0));
    if (starts_action(key) && json_count(json_get(guide->run, "params")) > 0 && !write_params(guide, &json))
        return goes_on(guide, CTL_PENDING);
    json_close_object(&json);
    code = post(guide, rest_path(ctl, OPERATION_RUN_ANSWER, guide->id), text_string(&body));
    if (code != CTL_USAGE)
        return code;
    guide->tries++; /* what the step was given is not taken: said why, asked again */
    return CTL_OK;
}

/* The key of the answer with this number or key; NULL: there is none. */
static const char *find_answer(const struct guide *guide, const char *line)
{
    const struct json *answers = json_get(guide->run, "answers");

    for (size_t i = 0; i < json_count(answers); i++) {
        const struct json *answer = json_at(answers, i);
        const char *key = json_string(json_get(answer, "key"), "");

        if (strcmp(line, key) == 0 ||
            strcmp(line, output_text(guide->ctl->arena, json_get(answer, "number"))) == 0)
            return arena_strdup(guide->ctl->arena, key);
    }
    return NULL;
}

static enum ctl_exit ask(struct guide *guide)
{
    char line[LINE_MAX_LEN];
    const char *key;

    show_question(guide);
    if (guide->tries == TRIES_MAX)
        return goes_on(guide, CTL_USAGE);
    fprintf(stderr, "  1-%zu, b back, q leave: ", json_count(json_get(guide->run, "answers")));
    if (!read_line(line, sizeof(line), false) || strcmp(line, "q") == 0)
        return goes_on(guide, ctl_is_interrupted() ? CTL_INTERRUPTED : CTL_PENDING);
    if (strcmp(line, "b") == 0) {
        enum ctl_exit code = post(guide, rest_path(guide->ctl, OPERATION_RUN_BACK, guide->id), NULL);

        return code == CTL_CONFLICT ? CTL_OK : code;
    }
    key = find_answer(guide, line);
    if (key == NULL) {
        guide->tries++;
        fputs("  That is none of the answers.\n", stderr);
        return CTL_OK;
    }
    guide->tries = 0;
    return send_answer(guide, key);
}

/* ---- to the end ---- */

static enum ctl_exit wait(struct guide *guide)
{
    show_waiting(guide);
    usleep(LOOK_MS * US_PER_MS);
    if (ctl_is_interrupted())
        return goes_on(guide, CTL_INTERRUPTED);
    return look(guide);
}

static void show_end(const struct guide *guide)
{
    const struct json *end = json_get(guide->run, "end");

    show_said(guide);
    show_line(guide, "", "text");
    fprintf(stderr, "\n= %s %s %s\n", output_text(guide->ctl->arena, json_get(end, "outcome")),
            output_text(guide->ctl->arena, json_get(end, "to")),
            output_text(guide->ctl->arena, json_get(end, "reason")));
}

enum ctl_exit guide_run(struct ctl *ctl)
{
    struct guide guide = {.ctl = ctl};
    enum ctl_exit code = begin(&guide);

    while (code == CTL_OK && !is(&guide, "state", "ended")) {
        if (is(&guide, "state", "cancelled") || is(&guide, "state", "stuck"))
            return ctl_fail(CTL_CONFLICT, "%s is %s", guide.id, member(&guide, "state"));
        code = is(&guide, "state", "asking") ? ask(&guide) : wait(&guide);
    }
    if (code != CTL_OK)
        return code;
    show_end(&guide);
    output_object(ctl, guide.run, "id");
    return CTL_OK;
}
