#include "acs/api/origin.h"

#include "tests/support/check.h"

static void a_page_is_ours_or_another(void **state)
{
    static const char host[] = "acs.example:8443";
    static const struct {
        const char *fetch_site, *origin, *host;
        bool secure;
        enum origin_page page;
    } rows[] = {
        {NULL,          NULL,                              host, false, ORIGIN_UNSAID},
        {"same-origin", NULL,                              host, false, ORIGIN_SAME  },
        {NULL,          "http://acs.example:8443",         host, false, ORIGIN_SAME  },
        {NULL,          "https://acs.example:8443",        host, true,  ORIGIN_SAME  },
        {NULL,          "https://ACS.Example:8443",        host, true,  ORIGIN_SAME  },
        {"same-origin", "https://acs.example:8443",        host, true,  ORIGIN_SAME  },
        {NULL,          "http://acs.example:8443",         host, true,  ORIGIN_OTHER },
        {"cross-site",  "https://acs.example:8443",        host, true,  ORIGIN_OTHER },
        {"same-site",   NULL,                              host, false, ORIGIN_OTHER },
        {"none",        NULL,                              host, false, ORIGIN_OTHER },
        {"",            NULL,                              host, false, ORIGIN_OTHER },
        {"same-origin", "https://evil.example",            host, true,  ORIGIN_OTHER },
        {NULL,          "null",                            host, false, ORIGIN_OTHER },
        {NULL,          "",                                host, false, ORIGIN_OTHER },
        {NULL,          "http://acs.example",              host, false, ORIGIN_OTHER },
        {NULL,          "http://acs.example:84430",        host, false, ORIGIN_OTHER },
        {NULL,          "http://acs.example:8443.evil",    host, false, ORIGIN_OTHER },
        {NULL,          "http://evil/://acs.example:8443", host, false, ORIGIN_OTHER },
        {NULL,          "acs.example:8443",                host, false, ORIGIN_OTHER },
        {NULL,          "http://",                         "",   false, ORIGIN_OTHER },
        {NULL,          "http://x",                        NULL, false, ORIGIN_OTHER },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(origin_page(rows[i].fetch_site, rows[i].origin, rows[i].host, rows[i].secure),
                         rows[i].page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_ours_or_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
