/*
 * What a device says beside its messages: the cookie it returns and the address at which it wants to be
 * called. A cookie that is found is one we could have given; an address that may be called is inside the
 * networks that were listed.
 */
#include <string.h>

#include "acs/cwmp/dial_policy.h"
#include "acs/cwmp/sessions.h"
#include "tests/fuzz/fuzz.h"

static void check_cookie(const char *text)
{
    struct cookie cookie = {0};
    struct cookie again = {0};
    struct worker worker = {0};
    struct session session = {.worker = &worker};
    char written[COOKIE_TEXT_MAX];
    char header[COOKIE_TEXT_MAX + 16];

    cookie_read(text, &cookie);
    if (!cookie.found)
        return;
    FUZZ_CHECK(cookie.worker < 256);
    worker.number = cookie.worker;
    session.cookie = cookie.value;
    cookie_write(&session, written);
    snprintf(header, sizeof(header), "%s=%s", cookie_name, written);
    cookie_read(header, &again);
    FUZZ_CHECK(again.found && again.worker == cookie.worker);
    FUZZ_CHECK(again.value.high == cookie.value.high && again.value.low == cookie.value.low);
}

static void check_address(const char *url)
{
    struct dial_policy *policy = NULL;

    FUZZ_CHECK(dial_policy_new("192.0.2.0/24", &policy) == ERR_OK);
    if (dial_policy_check(policy, url, NULL) == ERR_OK)
        FUZZ_CHECK(strncmp(url, "http://192.0.2.", 15) == 0 || strncmp(url, "http://[", 8) == 0);
    dial_policy_free(policy);
}

static void check_networks(const char *text)
{
    struct dial_policy *policy = NULL;

    if (dial_policy_new(text, &policy) == ERR_OK)
        dial_policy_free(policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(1024);
    const char *text = arena_memdup(arena, data, size);

    check_cookie(text);
    check_address(text);
    check_networks(text);
    return 0;
}
