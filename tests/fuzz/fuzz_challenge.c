/*
 * What a router that is called asks for. What is found has a nonce and nothing that breaks a header, our
 * answer holds neither a line break nor the password, and a Digest that we can answer is one that is offered.
 */
#include <string.h>

#include "acs/http/challenge.h"
#include "acs/http/dial.h"
#include "tests/fuzz/fuzz.h"

static void check_answer(const struct challenge *challenge, struct arena *arena)
{
    const struct challenge_login login = {"farol", {"pa:ss"}, "GET", "/x?a=b", "0123456789abcdef"};
    const char *answer = challenge_answer(challenge, &login, arena);

    FUZZ_CHECK(strpbrk(answer, "\r\n") == NULL);
    FUZZ_CHECK(text_starts_with(answer, "Digest username=\"farol\", realm=\""));
    FUZZ_CHECK((strstr(answer, ", nc=00000001, qop=auth, response=\"") != NULL) == challenge->auth ||
               strstr(challenge->nonce, "qop=auth") != NULL || strstr(challenge->realm, "qop=auth") != NULL);
    FUZZ_CHECK(strstr(answer, "pa:ss") == NULL || strstr(challenge->realm, "pa:ss") != NULL ||
               strstr(challenge->nonce, "pa:ss") != NULL ||
               strstr(text_or_empty(challenge->opaque), "pa:ss") != NULL);
}

static void check_value(const char *value, struct arena *arena)
{
    struct challenge challenge;

    if (challenge_read(value, arena, &challenge) != ERR_OK)
        return;
    FUZZ_CHECK(challenge_offers_digest(value));
    FUZZ_CHECK(challenge.nonce != NULL && challenge.realm != NULL);
    FUZZ_CHECK(strlen(challenge.nonce) <= strlen(value));
    check_answer(&challenge, arena);
}

static void check_lines(const uint8_t *data, size_t size, struct arena *arena)
{
    struct dial_answer answer = {.can_login = true};
    const char *at = (const char *)data;
    const char *end = at + size;

    while (at < end) {
        const char *lf = memchr(at, '\n', (size_t)(end - at));
        const char *next = lf != NULL ? lf + 1 : end;

        dial_read_line(&answer, at, (size_t)(next - at), arena);
        at = next;
    }
    FUZZ_CHECK(answer.challenge == NULL || answer.digest);
    FUZZ_CHECK(dial_judge(&answer, "192.0.2.7", arena).detail != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(4096);

    check_value(arena_memdup(arena, data, size), arena);
    check_lines(data, size, arena);
    return 0;
}
