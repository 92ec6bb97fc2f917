#include "acs/http/dial.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "acs/base/text.h"

enum { REQUESTS_MAX = 2, PORT_MAX = 65535, CHALLENGES_MAX = 8, CHALLENGE_BYTES = 8 * 1024 };

/* ---- the URL ---- */

static bool read_port(const char *text, size_t len)
{
    char port[8] = "";
    uint32_t number;

    if (len == 0 || len >= sizeof(port))
        return false;
    memcpy(port, text, len);
    return text_read_u32(port, &number) == ERR_OK && number > 0 && number <= PORT_MAX;
}

static bool is_literal(const char *text, size_t len, int family)
{
    char host[INET6_ADDRSTRLEN] = "";
    unsigned char address[sizeof(struct in6_addr)];

    if (len >= sizeof(host))
        return false;
    memcpy(host, text, len);
    return inet_pton(family, host, address) == 1;
}

/* An address as inet_pton() knows it, perhaps with a port: no name, no user, none of the older forms of IPv4.
 */
static bool is_authority(const char *text, size_t len)
{
    const char *end = text + len;
    const char *close = memchr(text, ']', len);
    const char *colon;

    if (text[0] == '[') {
        if (close == NULL || !is_literal(text + 1, (size_t)(close - text - 1), AF_INET6))
            return false;
        return close + 1 == end || (close[1] == ':' && read_port(close + 2, (size_t)(end - close - 2)));
    }
    colon = memchr(text, ':', len);
    return is_literal(text, (size_t)((colon != NULL ? colon : end) - text), AF_INET) &&
           (colon == NULL || read_port(colon + 1, (size_t)(end - colon - 1)));
}

const char *dial_read_where(struct arena *arena, const char *url)
{
    static const char scheme[] = "http://";
    const char *authority = url + sizeof(scheme) - 1;
    size_t len;

    if (strncasecmp(url, scheme, sizeof(scheme) - 1) != 0)
        return NULL;
    len = strcspn(authority, "/?#");
    for (const char *c = url; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f || *c == '"' || *c == '\\')
            return NULL;
    return is_authority(authority, len) ? arena_memdup(arena, authority, len) : NULL;
}

const char *dial_read_target(struct arena *arena, const char *url)
{
    const char *target = url + strlen("http://");
    size_t len;

    target += strcspn(target, "/?#");
    len = strcspn(target, "#");
    return arena_printf(arena, "%s%.*s", *target == '/' ? "" : "/", (int)len, target);
}

/* ---- the answer ---- */

static bool starts_nocase(const char *line, size_t len, const char *word)
{
    size_t word_len = strlen(word);

    return len >= word_len && strncasecmp(line, word, word_len) == 0;
}

/* "HTTP/1.1 401 Unauthorized". An interim answer counts for nothing. */
static void read_status(struct dial_answer *answer, const char *line, size_t len)
{
    const char *space = memchr(line, ' ', len);
    unsigned status = 0;

    for (const char *c = space; c != NULL && ++c < line + len && *c >= '0' && *c <= '9' && status < 1000;)
        status = status * 10 + (unsigned)(*c - '0');
    if (status / 100 == 1)
        return;
    answer->status = status;
    answer->requests++;
    answer->digest = false;
    answer->challenge = NULL;
    answer->challenges = 0;
}

/* One byte more than is allowed is kept of what is too long, to know it by. */
static void add_asked(struct dial_answer *answer, const char *bytes, size_t len)
{
    size_t room = CHALLENGE_BYTES + 1 - answer->asks.len;

    text_add(&answer->asks, bytes, len < room ? len : room);
}

/* The header has no further line. */
static void end_asked(struct dial_answer *answer, struct arena *arena)
{
    const char *value = answer->asks.data;
    struct challenge *challenge;

    if (value != NULL && answer->asks.len <= CHALLENGE_BYTES && answer->challenges++ < CHALLENGES_MAX) {
        challenge = ARENA_NEW(arena, struct challenge);
        answer->digest |= challenge_offers_digest(value);
        if (answer->challenge == NULL && challenge_read(value, arena, challenge) == ERR_OK)
            answer->challenge = challenge;
    }
    answer->asks = TEXT_IN(arena);
}

void dial_read_line(struct dial_answer *answer, const char *line, size_t len, struct arena *arena)
{
    static const char asks[] = "WWW-Authenticate:";
    bool folded = len > 0 && (*line == ' ' || *line == '\t');

    while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
        len--;
    if (folded) {
        if (answer->asks.data != NULL)
            add_asked(answer, line, len);
        return;
    }
    end_asked(answer, arena);
    if (starts_nocase(line, len, "HTTP/"))
        read_status(answer, line, len);
    else if (starts_nocase(line, len, asks))
        add_asked(answer, line + strlen(asks), len - strlen(asks));
}

bool dial_is_decided(const struct dial_answer *answer)
{
    bool can_answer = answer->challenge != NULL && answer->can_login && answer->requests < REQUESTS_MAX;

    return answer->status != 0 && (answer->status != 401 || !can_answer);
}

static struct dial_verdict judge_denial(const struct dial_answer *answer)
{
    const char *detail = "the router refused the user name or password";

    if (!answer->digest)
        detail = "the router wants a kind of login that would show it the password; only Digest is used";
    else if (!answer->can_login)
        detail = "the router wants a user name and password, and none are known for it";
    else if (answer->requests < REQUESTS_MAX)
        detail = "the router wants a kind of Digest that is not known here";
    return (struct dial_verdict){HTTP_DIAL_DENIED, detail};
}

struct dial_verdict dial_judge(const struct dial_answer *answer, const char *where, struct arena *arena)
{
    const char *redirect = answer->status / 100 == 3 ? ", a redirect, which is not followed" : "";

    if (answer->status == 200 || answer->status == 204)
        return (struct dial_verdict){HTTP_DIAL_ACCEPTED, "the router accepted"};
    if (answer->status == 503)
        return (struct dial_verdict){HTTP_DIAL_BUSY, "the router is busy, or was asked too often"};
    if (answer->status == 401)
        return judge_denial(answer);
    return (struct dial_verdict){
        HTTP_DIAL_STRANGE, arena_printf(arena, "%s answered HTTP %u%s", where, answer->status, redirect)};
}
