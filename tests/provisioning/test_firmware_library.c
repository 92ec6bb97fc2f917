/* The firmware library's decisions: moves, rules, the manifest and who has signed it. */
#include <string.h>

#include "provisioning/firmware/manifest.h"
#include "provisioning/firmware/state.h"
#include "tests/support/check.h"

/* ---- moves ---- */

static void test_every_pair_of_states(void **state)
{
    static const enum firmware_mover wanted[FIRMWARE_STATE_COUNT][FIRMWARE_STATE_COUNT] = {
        [FIRMWARE_DRAFT] = {[FIRMWARE_TESTING] = FIRMWARE_KEEPER, [FIRMWARE_RETIRED] = FIRMWARE_KEEPER},
        [FIRMWARE_TESTING] = {[FIRMWARE_DRAFT] = FIRMWARE_KEEPER,
                            [FIRMWARE_APPROVED] = FIRMWARE_OTHER,
                            [FIRMWARE_RETIRED] = FIRMWARE_KEEPER},
        [FIRMWARE_APPROVED] = {[FIRMWARE_TESTING] = FIRMWARE_KEEPER, [FIRMWARE_RETIRED] = FIRMWARE_KEEPER},
        [FIRMWARE_RETIRED] = {[FIRMWARE_TESTING] = FIRMWARE_KEEPER                                   },
    };

    (void)state;
    for (unsigned from = 0; from < FIRMWARE_STATE_COUNT; from++)
        for (unsigned to = 0; to < FIRMWARE_STATE_COUNT; to++)
            assert_int_equal(firmware_move((enum firmware_state)from, (enum firmware_state)to),
                             wanted[from][to]);
}

static void test_a_change_takes_back_an_approval_only(void **state)
{
    (void)state;
    assert_int_equal(firmware_state_changed(FIRMWARE_APPROVED), FIRMWARE_TESTING);
    assert_int_equal(firmware_state_changed(FIRMWARE_DRAFT), FIRMWARE_DRAFT);
    assert_int_equal(firmware_state_changed(FIRMWARE_TESTING), FIRMWARE_TESTING);
}

static void test_names_lead_back(void **state)
{
    enum firmware_state read;

    (void)state;
    for (unsigned i = 0; i < FIRMWARE_STATE_COUNT; i++) {
        assert_true(firmware_state_by_name(firmware_state_name((enum firmware_state)i), &read));
        assert_int_equal(read, i);
    }
    assert_false(firmware_state_by_name("released", &read));
}

/* ---- rules ---- */

static enum err read_rules(const char *text, struct arena *arena, struct firmware_rules *ret)
{
    AUTO_JSON json = NULL;

    assert_int_equal(json_read(text, strlen(text), &json), ERR_OK);
    return firmware_rules_read(json, arena, ret);
}

static void test_rules_are_read_and_written_in_one_form(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct firmware_rules rules;

    (void)state;
    assert_int_equal(
        read_rules("[{\"product_class\":\"F680\"},"
                   "{\"from_versions\":[\"2.1.6\",\"..2.0\",\"3..\"],\"hardware_version\":\"V6\","
                   "\"product_class\":\"F670\",\"manufacturer\":\"ZTE\"}]",
                   arena, &rules),
        ERR_OK);
    assert_string_equal(firmware_rules_write(&rules, arena),
                        "[{\"manufacturer\":null,\"product_class\":\"F680\",\"hardware_version\":null,\"from_"
                        "versions\":null},"
                        "{\"manufacturer\":\"ZTE\",\"product_class\":\"F670\",\"hardware_version\":\"V6\","
                        "\"from_versions\":[\"2.1.6\",\"..2.0\",\"3..\"]}]");
    assert_int_equal(read_rules(firmware_rules_write(&rules, arena), arena, &rules), ERR_OK);
    assert_int_equal(rules.count, 2);
}

static void test_wrong_rules_say_where(void **state)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"{}",                                                                       "rules: "                     },
        {"[]",                                                                       "rules: "                     },
        {"[1]",                                                                      "rules[0]: an object"         },
        {"[{}]",                                                                     "rules[0]: product_class: "   },
        {"[{\"product_class\":\"\"}]",                                               "rules[0]: product_class: "   },
        {"[{\"product_class\":1}]",                                                  "rules[0]: product_class: "   },
        {"[{\"product_class\":\"F\\n\"}]",                                           "rules[0]: product_class: "   },
        {"[{\"product_class\":\" F\"}]",                                             "rules[0]: product_class: "   },
        {"[{\"product_class\":\"F\",\"hardware\":\"V6\"}]",                          "rules[0]: hardware: "        },
        {"[{\"product_class\":\"F\"},{\"product_class\":\"F\",\"manufacturer\":7}]",
         "rules[1]: manufacturer: "                                                                                },
        {"[{\"product_class\":\"F\",\"from_versions\":[]}]",                         "rules[0]: from_versions: "   },
        {"[{\"product_class\":\"F\",\"from_versions\":\"1\"}]",                      "rules[0]: from_versions: "   },
        {"[{\"product_class\":\"F\",\"from_versions\":[\"1\",2]}]",                  "rules[0]: from_versions[1]: "},
        {"[{\"product_class\":\"F\",\"from_versions\":[\"..\"]}]",                   "rules[0]: from_versions[0]: "},
        {"[{\"product_class\":\"F\",\"from_versions\":[\"1..2..3\"]}]",              "rules[0]: from_versions[0]: "},
        {"[{\"product_class\":\"F\",\"from_versions\":[\"1...3\"]}]",                "rules[0]: from_versions[0]: "},
    };
    AUTO_ARENA arena = arena_new(4096);

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct firmware_rules rules;

        if (read_rules(cases[i].text, arena, &rules) != ERR_INVALID)
            fail_msg("%s was taken", cases[i].text);
        if (strncmp(err_message(), cases[i].said, strlen(cases[i].said)) != 0)
            fail_msg("%s: %s", cases[i].text, err_message());
    }
}

/* ---- the manifest ---- */

#define HASH  "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define RULES "\"rules\":[{\"product_class\":\"F680\"}]"
#define HEAD  "{\"farol_firmware\":1,\"sha256\":\"" HASH "\","
#define REST  "\"counter\":41,\"expires_at\":\"2027-06-30T00:00:00Z\"," RULES "}"
#define GOOD  HEAD "\"size\":5,\"version\":\"2.1.8\"," REST

static void test_a_manifest_is_read(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct firmware_manifest manifest;

    (void)state;
    assert_int_equal(firmware_manifest_read(GOOD, strlen(GOOD), arena, &manifest), ERR_OK);
    assert_int_equal(manifest.size, 5);
    assert_int_equal(manifest.sha256[1], 0x11);
    assert_string_equal(manifest.version, "2.1.8");
    assert_int_equal(manifest.counter, 41);
    assert_int_equal(manifest.expires_at_us, INT64_C(1814313600000000));
    assert_string_equal(manifest.rules.items[0].product_class, "F680");
}

static void test_wrong_manifests_say_what(void **state)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"[]",                                                                                                        "a manifest is"      },
        {HEAD "\"version\":\"1\"," REST,                                                                              "size: is missing"   },
        {HEAD "\"size\":5,\"version\":\"1\",\"x\":1," REST,                                                           "x: there is no such"},
        {HEAD "\"size\":5.5,\"version\":\"1\"," REST,                                                                 "size: "             },
        {HEAD "\"size\":-1,\"version\":\"1\"," REST,                                                                  "size: "             },
        {HEAD "\"size\":5,\"version\":\"\"," REST,                                                                    "version: "          },
        {HEAD "\"size\":5,\"version\":3," REST,                                                                       "version: "          },
        {"{\"farol_firmware\":2,\"sha256\":\"" HASH "\",\"size\":5,\"version\":\"1\"," REST,
         "farol_firmware: "                                                                                                                },
        {"{\"farol_firmware\":1,\"sha256\":\"0\",\"size\":5,\"version\":\"1\"," REST,                                 "sha256: "           },
        {HEAD "\"size\":5,\"version\":\"1\",\"counter\":0,\"expires_at\":\"2027-06-30T00:00:00Z\"," RULES "}",
         "counter: "                                                                                                                       },
        {HEAD "\"size\":5,\"version\":\"1\",\"counter\":1,\"expires_at\":\"soon\"," RULES "}",
         "expires_at: "                                                                                                                    },
        {HEAD "\"size\":5,\"version\":\"1\",\"counter\":1,\"expires_at\":null," RULES "}",                            "expires_at: "       },
        {HEAD "\"size\":5,\"version\":\"1\",\"counter\":1,\"expires_at\":\"1970-01-01T00:00:00Z\"," RULES "}",
         "expires_at: "                                                                                                                    },
        {HEAD
         "\"size\":5,\"version\":\"1\",\"counter\":1,\"expires_at\":\"2027-06-30T00:00:00Z\",\"rules\":[]}", "rules: "            },
    };
    AUTO_ARENA arena = arena_new(4096);

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct firmware_manifest manifest;

        if (firmware_manifest_read(cases[i].text, strlen(cases[i].text), arena, &manifest) != ERR_INVALID)
            fail_msg("%s was taken", cases[i].text);
        if (strncmp(err_message(), cases[i].said, strlen(cases[i].said)) != 0)
            fail_msg("%s: %s", cases[i].text, err_message());
    }
}

static void test_a_manifest_that_is_too_long(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    char *bytes = arena_alloc(arena, MANIFEST_MAX + 1);
    struct firmware_manifest manifest;

    (void)state;
    memset(bytes, ' ', MANIFEST_MAX + 1);
    assert_int_equal(firmware_manifest_read(bytes, MANIFEST_MAX + 1, arena, &manifest), ERR_INVALID);
}

static void test_a_row_that_differs_from_its_manifest(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct firmware_manifest says, row, other;
    struct firmware_rule rule = {.product_class = "F680", .hardware_version = "V1"};

    (void)state;
    assert_int_equal(firmware_manifest_read(GOOD, strlen(GOOD), arena, &says), ERR_OK);
    assert_int_equal(firmware_manifest_read(GOOD, strlen(GOOD), arena, &row), ERR_OK);
    assert_int_equal(firmware_manifest_match(&says, &row, arena), ERR_OK);
#define DIFFERS(change)                                                               \
    do {                                                                              \
        other = row;                                                                  \
        change;                                                                       \
        assert_int_equal(firmware_manifest_match(&says, &other, arena), ERR_INVALID); \
    } while (0)
    DIFFERS(other.sha256[31] ^= 1);
    DIFFERS(other.size++);
    DIFFERS(other.version = "2.1.7");
    DIFFERS(other.counter--);
    DIFFERS(other.expires_at_us++);
    DIFFERS((other.rules = (struct firmware_rules){&rule, 1}));
#undef DIFFERS
}

/* ---- signatures ---- */

enum { SIGNERS = 2 };

struct signers {
    struct firmware_keys keys;
    const char *signatures[SIGNERS];
    struct firmware_signed manifest;
};

static void sign_by_two(struct arena *arena, struct signers *ret)
{
    ret->keys = (struct firmware_keys){ARENA_ARRAY(arena, struct firmware_key, SIGNERS), SIGNERS};
    for (unsigned i = 0; i < SIGNERS; i++) {
        unsigned char seed[SIGN_KEY_BYTES] = {(unsigned char)(i + 1)};
        unsigned char signature[SIGNATURE_BYTES];
        char *text = arena_alloc(arena, 96);

        crypto_sign_public(seed, ret->keys.items[i].bytes);
        crypto_sign(seed, GOOD, strlen(GOOD), signature);
        crypto_base64(signature, sizeof(signature), text);
        ret->signatures[i] = text;
    }
    ret->manifest = (struct firmware_signed){GOOD, strlen(GOOD), ret->signatures, SIGNERS};
}

static void test_two_keys_are_two_signers(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct signers two;

    (void)state;
    sign_by_two(arena, &two);
    assert_int_equal(firmware_signers(&two.keys, &two.manifest), 2);
    two.manifest.count = 1;
    assert_int_equal(firmware_signers(&two.keys, &two.manifest), 1);
}

static void test_the_same_key_twice_is_one_signer(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct signers two;

    (void)state;
    sign_by_two(arena, &two);
    two.signatures[1] = two.signatures[0];
    assert_int_equal(firmware_signers(&two.keys, &two.manifest), 1);
}

static void test_a_changed_byte_leaves_no_signer(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct signers two;

    (void)state;
    sign_by_two(arena, &two);
    for (size_t i = 0; i < strlen(GOOD); i++) {
        char *bytes = arena_strdup(arena, GOOD);

        bytes[i] ^= 1;
        two.manifest.bytes = bytes;
        assert_int_equal(firmware_signers(&two.keys, &two.manifest), 0);
    }
}

static void test_what_is_no_signature_counts_for_nothing(void **state)
{
    static const char *const none[] = {"", "AAAA", "not base64 at all", "!!!!"};
    AUTO_ARENA arena = arena_new(4096);
    struct signers two;

    (void)state;
    sign_by_two(arena, &two);
    two.manifest.signatures = none;
    two.manifest.count = sizeof(none) / sizeof(*none);
    assert_int_equal(firmware_signers(&two.keys, &two.manifest), 0);
    two.manifest.signatures = two.signatures;
    two.manifest.count = SIGNERS;
    two.keys.count = 0;
    assert_int_equal(firmware_signers(&two.keys, &two.manifest), 0);
}

/* Made by openssl genpkey -algorithm ed25519, and pkey -pubout. */
#define DER "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="
#define RAW "GdWwdiXAeuJGvKUZwPAzRzSyRImuI8ZVHL1yGdAm8DA="

static void test_keys_are_read_from_a_file(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct firmware_keys keys;

    (void)state;
    assert_int_equal(
        firmware_keys_read("# who may release\n\nana " DER "\r\n  bruno\t" RAW "  \n", arena, &keys), ERR_OK);
    assert_int_equal(keys.count, 2);
    assert_string_equal(keys.items[0].name, "ana");
    assert_int_equal(keys.items[0].bytes[0], 0x19);
    assert_int_equal(keys.items[0].bytes[1], 0xbf);
    assert_string_equal(keys.items[1].name, "bruno");
    assert_int_equal(firmware_keys_read("", arena, &keys), ERR_OK);
    assert_int_equal(keys.count, 0);
}

static void test_wrong_key_files_say_the_line(void **state)
{
    static const char *const files[] = {
        "ana",
        "ana x",
        "ana " RAW " " RAW,
        "ana AAAA",
        "ana " DER DER,
        "\nana " RAW "\nbruno " RAW,
        "ana " RAW "\nana " DER,
    };
    AUTO_ARENA arena = arena_new(4096);

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        struct firmware_keys keys;

        if (firmware_keys_read(files[i], arena, &keys) != ERR_INVALID)
            fail_msg("%s was taken", files[i]);
        assert_non_null(strstr(err_message(), "line "));
    }
}

static void test_more_keys_than_are_taken(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text file = TEXT_IN(arena);
    struct firmware_keys keys;

    (void)state;
    for (unsigned i = 0; i <= MANIFEST_KEYS_MAX; i++) {
        unsigned char bytes[SIGN_KEY_BYTES] = {(unsigned char)i};
        char text[64];

        crypto_base64(bytes, sizeof(bytes), text);
        text_printf(&file, "k%u %s\n", i, text);
    }
    assert_int_equal(firmware_keys_read(text_string(&file), arena, &keys), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_pair_of_states),
        cmocka_unit_test(test_a_change_takes_back_an_approval_only),
        cmocka_unit_test(test_names_lead_back),
        cmocka_unit_test(test_rules_are_read_and_written_in_one_form),
        cmocka_unit_test(test_wrong_rules_say_where),
        cmocka_unit_test(test_a_manifest_is_read),
        cmocka_unit_test(test_wrong_manifests_say_what),
        cmocka_unit_test(test_a_manifest_that_is_too_long),
        cmocka_unit_test(test_a_row_that_differs_from_its_manifest),
        cmocka_unit_test(test_two_keys_are_two_signers),
        cmocka_unit_test(test_the_same_key_twice_is_one_signer),
        cmocka_unit_test(test_a_changed_byte_leaves_no_signer),
        cmocka_unit_test(test_what_is_no_signature_counts_for_nothing),
        cmocka_unit_test(test_keys_are_read_from_a_file),
        cmocka_unit_test(test_wrong_key_files_say_the_line),
        cmocka_unit_test(test_more_keys_than_are_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
