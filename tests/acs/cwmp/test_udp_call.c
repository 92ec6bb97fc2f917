#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "acs/cwmp/udp_call.h"

static const char *write_call(struct arena *arena, const struct udp_call *call)
{
    struct text out = TEXT_IN(arena);

    udp_call_write(call, &out);
    return text_string(&out);
}

/* G-18: computed by another implementation */
static void a_call_is_signed_with_the_password(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    const struct udp_call call = {.address = "192.0.2.7:7547",
                                  .username = "cru",
                                  .password = {"crp"},
                                  .at_s = 1767323045,
                                  .id = 1234,
                                  .cnonce = "XTGRWIPC6D3IPXS3"};

    (void)state;
    assert_string_equal(
        write_call(arena, &call),
        "GET http://192.0.2.7:7547?ts=1767323045&id=1234&un=cru&cn=XTGRWIPC6D3IPXS3"
        "&sig=D060170F642E32358C58351669187059CA4E3293 HTTP/1.1\r\nHost: 192.0.2.7:7547\r\n\r\n");
}

/* G-21 */
static void names_are_encoded_after_they_were_signed(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct udp_call call = {
        .address = "192.0.2.7", .username = "a b&c", .password = {"p"}, .at_s = 1, .id = 2, .cnonce = "n"};
    unsigned char sum[SHA1_BYTES];
    char hex[2 * SHA1_BYTES + 1];
    const char *written = write_call(arena, &call);

    (void)state;
    crypto_hmac_sha1("p", 1, "12a b&cn", 8, sum);
    crypto_hex(sum, sizeof(sum), hex);
    assert_non_null(strstr(written, "&un=a%20b%26c&cn=n&sig="));
    assert_non_null(strcasestr(written, hex));
}

static void an_address_is_literal_and_may_lack_its_port(void **state)
{
    static const struct {
        const char *text;
        int family; /* 0: refused */
        unsigned port;
    } cases[] = {
        {"192.0.2.7:7547",        AF_INET,  7547 },
        {"192.0.2.7",             AF_INET,  80   },
        {"[2001:db8::7]:50000",   AF_INET6, 50000},
        {"[2001:db8::7]",         AF_INET6, 80   },
        {"",                      0,        0    },
        {"router.example:7547",   0,        0    },
        {"192.0.2.7:",            0,        0    },
        {"192.0.2.7:0",           0,        0    },
        {"192.0.2.7:65536",       0,        0    },
        {"192.0.2.7:7547/x",      0,        0    },
        {"192.0.2.7:7547 HTTP/1", 0,        0    },
        {"[2001:db8::7",          0,        0    },
        {"[2001:db8::7]x",        0,        0    },
        {"2001:db8::7",           0,        0    },
        {"[192.0.2.7]:80",        0,        0    },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct address address;
        bool taken = udp_call_read_address(cases[i].text, &address);

        if (taken != (cases[i].family != 0))
            fail_msg("'%s' is %s", cases[i].text, taken ? "taken" : "refused");
        if (!taken)
            continue;
        assert_int_equal(address.storage.ss_family, cases[i].family);
        assert_int_equal(ntohs(((struct sockaddr_in *)&address.storage)->sin_port), cases[i].port);
    }
}

static void an_address_that_is_too_long_is_refused(void **state)
{
    struct address address;
    char text[UDP_CALL_ADDRESS_MAX + 1];

    (void)state;
    memset(text, '1', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_false(udp_call_read_address(text, &address));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_signed_with_the_password),
        cmocka_unit_test(names_are_encoded_after_they_were_signed),
        cmocka_unit_test(an_address_is_literal_and_may_lack_its_port),
        cmocka_unit_test(an_address_that_is_too_long_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
