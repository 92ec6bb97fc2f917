#include "acs/ctl/rest.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acs/api/url.h"
#include "acs/base/crypto.h"
#include "acs/ctl/output.h"

enum {
    TRIES = 5,
    FIRST_PAUSE_MS = 200,
    CONNECT_S = 10,
    ANSWER_S = 30,
    RETRY_AFTER_MAX_S = 10,
    STALL_S = 30, /* a file that does not move for so long */
    ANSWER_MAX = 64 << 20
};

static const struct {
    const char *method;
    const char *path;
} operations[OPERATION_COUNT] = {
#define OPERATION(id, name, method, path, idempotent, summary) [OPERATION_##id] = {(method), (path)},
#include "acs/api/operations.def"
#undef OPERATION
};

/* ---- paths ---- */

const char *rest_path(struct ctl *ctl, enum operation operation, const char *argument)
{
    const char *path = operations[operation].path;
    size_t before = strcspn(path, "{");
    const char *after = strchr(path, '}');

    if (after == NULL)
        return path;
    return arena_printf(ctl->arena, "%.*s%s%s", (int)before, path,
                        url_encode(text_or_empty(argument), ctl->arena), after + 1);
}

const char *rest_new_key(struct ctl *ctl)
{
    char id[ID_MAX];

    crypto_new_id("ctl_", id);
    return arena_strdup(ctl->arena, id);
}

/* ---- one attempt ---- */

struct attempt {
    struct ctl *ctl;
    struct text body;
    const char *location;
    uint32_t retry_after_s;
    FILE *file; /* what is sent, and how much of it is not yet */
    int64_t file_left;
};

static size_t take_body(char *bytes, size_t size, size_t count, void *user)
{
    struct attempt *attempt = user;

    if (attempt->body.len + size * count > ANSWER_MAX)
        return 0; /* ends the transfer with an error */
    text_add(&attempt->body, bytes, size * count);
    return size * count;
}

static const char *header_value(struct ctl *ctl, const char *line, size_t len, const char *name)
{
    size_t name_len = strlen(name);
    const char *value = arena_memdup(ctl->arena, line, len);

    if (len <= name_len || strncasecmp(line, name, name_len) != 0 || line[name_len] != ':')
        return NULL;
    value += name_len + 1;
    value += strspn(value, " \t");
    return arena_memdup(ctl->arena, value, strcspn(value, "\r\n"));
}

static size_t take_header(char *line, size_t size, size_t count, void *user)
{
    struct attempt *attempt = user;
    size_t len = size * count;
    const char *location = header_value(attempt->ctl, line, len, "Location");
    const char *retry = header_value(attempt->ctl, line, len, "Retry-After");

    if (location != NULL)
        attempt->location = location;
    if (retry != NULL && text_read_u32(retry, &attempt->retry_after_s) != ERR_OK)
        attempt->retry_after_s = 0;
    return len;
}

static int stop_when_interrupted(void *user, curl_off_t total, curl_off_t now, curl_off_t up_total,
                                 curl_off_t up_now)
{
    (void)user, (void)total, (void)now, (void)up_total, (void)up_now;
    return ctl_is_interrupted();
}

static struct curl_slist *add_header(struct ctl *ctl, struct curl_slist *headers, const char *name,
                                     const char *value)
{
    return value == NULL ? headers
                         : curl_slist_append(headers, arena_printf(ctl->arena, "%s: %s", name, value));
}

const char *rest_language(void)
{
    return rest_speaks_portuguese() ? "pt-BR" : "en";
}

bool rest_speaks_portuguese(void)
{
    const char *names[] = {getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG")};

    for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (names[i] != NULL && *names[i] != '\0')
            return text_starts_with(names[i], "pt");
    return false;
}

static struct curl_slist *request_headers(struct ctl *ctl, const struct rest_request *request)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");

    headers = add_header(ctl, headers, "Accept-Language", rest_language());
    headers = add_header(ctl, headers, "Idempotency-Key", request->key);
    if (ctl->token != NULL)
        headers =
            add_header(ctl, headers, "Authorization", arena_printf(ctl->arena, "Bearer %s", ctl->token));
    if (request->body != NULL)
        headers = add_header(ctl, headers, "Content-Type", "application/json");
    if (request->file != NULL)
        headers = add_header(ctl, headers, "Content-Type",
                             request->file_type != NULL ? request->file_type : "application/octet-stream");
    if (request->wait_s > 0)
        headers = add_header(ctl, headers, "Prefer", arena_printf(ctl->arena, "wait=%u", request->wait_s));
    return headers;
}

/* Not a byte more than was said: libcurl would send them. */
static size_t give_file(char *to, size_t size, size_t count, void *user)
{
    struct attempt *attempt = user;
    size_t most = size * count;

    if (attempt->file_left < (int64_t)most)
        most = (size_t)attempt->file_left;
    most = fread(to, 1, most, attempt->file);
    attempt->file_left -= (int64_t)most;
    return most;
}

/* As long as it takes, while it moves. */
static void prepare_file(CURL *curl, const struct rest_request *request, struct attempt *attempt)
{
    attempt->file = request->file;
    attempt->file_left = request->file_size;
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_file);
    curl_easy_setopt(curl, CURLOPT_READDATA, attempt);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->file_size);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 0L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)STALL_S);
}

static void prepare(CURL *curl, const struct rest_request *request, struct attempt *attempt)
{
    struct ctl *ctl = attempt->ctl;

    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, arena_printf(ctl->arena, "%s%s", ctl->url, request->path));
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)request->wait_s + ANSWER_S);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "acsctl/" FAROL_VERSION);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, attempt);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, attempt);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, stop_when_interrupted);
    if (request->file != NULL)
        prepare_file(curl, request, attempt);
    else if (request->body != NULL || strcmp(request->method, "POST") == 0)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, text_or_empty(request->body));
}

static CURLcode attempt_once(CURL *curl, const struct rest_request *request, struct attempt *attempt,
                             struct rest_answer *ret)
{
    struct curl_slist *headers = request_headers(attempt->ctl, request);
    CURLcode outcome;
    long status = 0;

    prepare(curl, request, attempt);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    outcome = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    *ret = (struct rest_answer){.status = (unsigned)status,
                                .body = text_string(&attempt->body),
                                .len = attempt->body.len,
                                .location = attempt->location};
    return outcome;
}

/* ---- until it is answered ---- */

static bool may_repeat(const struct rest_request *request)
{
    return request->key != NULL || strcmp(request->method, "GET") == 0;
}

/* Nothing was done, and soon it may be: the server is busy, or still at it under this key. */
static bool is_for_the_moment(const struct rest_answer *answer)
{
    return answer->status == 503 ||
           (answer->status == 409 && strstr(answer->body, "\"idempotency_in_progress\"") != NULL);
}

static void pause_before(unsigned try, uint32_t retry_after_s)
{
    unsigned ms = (unsigned)FIRST_PAUSE_MS << try;

    if (retry_after_s > 0 && retry_after_s < RETRY_AFTER_MAX_S)
        ms = retry_after_s * 1000;
    usleep(ms * 1000);
}

static enum ctl_exit send_until_answered(struct ctl *ctl, const struct rest_request *request,
                                         struct rest_answer *ret)
{
    unsigned tries = may_repeat(request) ? TRIES : 1;
    CURLcode outcome = CURLE_OK;

    for (unsigned try = 0; try < tries; try++) {
        struct attempt attempt = {.ctl = ctl, .body = TEXT_IN(ctl->arena)};

        outcome = attempt_once(ctl->curl, request, &attempt, ret);
        if (ctl_is_interrupted())
            return CTL_INTERRUPTED;
        if (outcome == CURLE_OK && (request->any_status || !is_for_the_moment(ret)))
            return CTL_OK;
        if (try + 1 < tries)
            pause_before(try, attempt.retry_after_s);
    }
    if (outcome == CURLE_OK)
        return CTL_OK;
    return request->quiet ? CTL_ERROR : ctl_fail(CTL_ERROR, "%s: %s", ctl->url, curl_easy_strerror(outcome));
}

/* ---- what it means ---- */

static enum ctl_exit exit_of_status(unsigned status)
{
    static const struct {
        unsigned status;
        enum ctl_exit code;
    } rows[] = {
        {401, CTL_NOT_ALLOWED},
        {403, CTL_NOT_ALLOWED},
        {404, CTL_NOT_FOUND  },
        {409, CTL_CONFLICT   },
        {412, CTL_CONFLICT   },
        {422, CTL_USAGE      }
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (rows[i].status == status)
            return rows[i].code;
    return CTL_ERROR;
}

/* A place in a document that was sent, a query parameter, or a member of the body. */
static const char *place_of(struct ctl *ctl, const struct json *error)
{
    int64_t line = json_int(json_get(error, "line"), 0);

    if (line > 0)
        return arena_printf(ctl->arena, "line %d, column %d", (int)line,
                            (int)json_int(json_get(error, "column"), 0));
    return json_string(json_get(error, "parameter"), json_string(json_get(error, "pointer"), ""));
}

enum ctl_exit rest_say_problem(struct ctl *ctl, const struct rest_answer *answer)
{
    const struct json *errors = json_get(answer->json, "errors");
    const char *title = json_string(json_get(answer->json, "title"), NULL);

    if (title != NULL && ctl->format == OUTPUT_JSON) {
        fprintf(stderr, "%s\n", answer->body);
        return exit_of_status(answer->status);
    }
    if (title == NULL)
        return ctl_fail(exit_of_status(answer->status), "%s answered %u", ctl->url, answer->status);
    ctl_fail(CTL_ERROR, "%s. %s", title, json_string(json_get(answer->json, "detail"), ""));
    for (size_t i = 0; i < json_count(errors); i++) {
        const struct json *error = json_at(errors, i);

        fprintf(stderr, "  %s: %s\n", place_of(ctl, error),
                output_text(ctl->arena, json_get(error, "detail")));
    }
    if (answer->status == 401 && ctl->token == NULL)
        fputs("  No token was sent: acsctl login URL, or --token-file, or ACSCTL_TOKEN.\n", stderr);
    return exit_of_status(answer->status);
}

void rest_keep(struct ctl *ctl, struct json *document)
{
    struct ctl_document *node = ARENA_NEW(ctl->arena, struct ctl_document);

    *node = (struct ctl_document){.json = document, .next = ctl->documents};
    ctl->documents = node;
}

void rest_forget(struct ctl *ctl)
{
    for (; ctl->documents != NULL; ctl->documents = ctl->documents->next)
        json_free(ctl->documents->json);
}

enum ctl_exit rest_send(struct ctl *ctl, const struct rest_request *request, struct rest_answer *ret)
{
    struct json *document;
    enum ctl_exit code;

    if (ctl->curl == NULL)
        ctl->curl = curl_easy_init();
    if (ctl->curl == NULL)
        return ctl_fail(CTL_ERROR, "libcurl cannot be used");
    code = send_until_answered(ctl, request, ret);
    if (code != CTL_OK)
        return code;
    if (json_read(ret->body, ret->len, &document) == ERR_OK) {
        rest_keep(ctl, document);
        ret->json = document;
    }
    if (ret->status >= 400 && !request->any_status)
        return rest_say_problem(ctl, ret);
    return CTL_OK;
}

void rest_close(struct ctl *ctl)
{
    if (ctl->curl != NULL)
        curl_easy_cleanup(ctl->curl);
    ctl->curl = NULL;
    rest_forget(ctl);
}

enum ctl_exit rest_get(struct ctl *ctl, const char *path, const struct json **ret)
{
    struct rest_answer answer = {0};
    enum ctl_exit code = rest_send(ctl, &(struct rest_request){.method = "GET", .path = path}, &answer);

    if (code != CTL_OK)
        return code;
    if (answer.json == NULL)
        return ctl_fail(CTL_ERROR, "%s%s did not answer with JSON", ctl->url, path);
    *ret = answer.json;
    return CTL_OK;
}
