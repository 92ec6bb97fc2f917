#include "acs/desk/person.h"

#include <string.h>

#include "tests/base/check.h"

static void a_document_is_read_in_any_dress(void **state)
{
    static const struct {
        const char *text, *kept;
        bool right;
    } rows[] = {
        {"529.982.247-25",     "52998224725",    true },
        {"52998224725",        "52998224725",    true },
        {"529 982 247 25",     "52998224725",    true },
        {"529.982.247-24",     "52998224725",    false},
        {"168.995.350-09",     "16899535009",    true }, /* a remainder of less than two is 0 */
        {"111.111.111-11",     "11111111111",    false},
        {"000.000.000-00",     "00000000000",    false},
        {"11.222.333/0001-81", "11222333000181", true },
        {"11222333000180",     "11222333000180", false},
        {"12.ABC.345/01DE-35", "12ABC34501DE35", true }, /* with letters, since July 2026 */
        {"12.abc.345/01de-35", "12ABC34501DE35", true },
        {"12ABC34501DE36",     "12ABC34501DE36", false},
    };
    char document[DOCUMENT_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_true(document_read(rows[i].text, document));
        if (rows[i].right)
            assert_string_equal(document, rows[i].kept);
        if (document_is_right(document) != rows[i].right)
            fail_msg("%s is judged wrongly", rows[i].text);
    }
}

static void what_has_another_form_is_no_document(void **state)
{
    static const char *const rows[] = {"",
                                       "5299822472",
                                       "529982247255",
                                       "5299822472A",
                                       "112223330001A1",
                                       "12ABC34501DEÇ5",
                                       "529_982_247_25",
                                       "1122233300018",
                                       "112223330001811",
                                       "....",
                                       "11111111111111111111111111111111111111111111111111"};
    char document[DOCUMENT_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (document_read(rows[i], document))
            fail_msg("'%s' is taken for a document", rows[i]);
}

/* Every single digit that is mistyped is found, and every pair of neighbours that changed places. */
static void a_slip_of_the_finger_is_found(void **state)
{
    static const char *const good[] = {"52998224725", "16899535009", "11222333000181"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        for (size_t at = 0; at < strlen(good[i]); at++) {
            char bad[DOCUMENT_MAX];

            memcpy(bad, good[i], strlen(good[i]) + 1);
            bad[at] = (char)(bad[at] == '9' ? '0' : bad[at] + 1);
            assert_false(document_is_right(bad));
        }
    }
}

static void a_telephone_becomes_e164(void **state)
{
    static const struct {
        const char *text, *kept;
    } rows[] = {
        {"(11) 98765-4321",    "+5511987654321"},
        {"11987654321",        "+5511987654321"},
        {"+55 11 98765 4321",  "+5511987654321"},
        {"55 11 98765-4321",   "+5511987654321"},
        {"0055 11 98765-4321", "+5511987654321"},
        {"011 98765-4321",     "+5511987654321"},
        {"(19) 3234-5678",     "+551932345678" },
        {"551932345678",       "+551932345678" },
        {"11 8765-4321",       "+551187654321" }, /* a mobile of before the ninth digit */
        {"+351 912 345 678",   "+351912345678" },
        {"00351912345678",     "+351912345678" },
        {"+1 (202) 555-0123",  "+12025550123"  },
    };
    char number[PHONE_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (!phone_read(rows[i].text, number))
            fail_msg("'%s' is not taken", rows[i].text);
        assert_string_equal(number, rows[i].kept);
    }
}

static void what_nobody_can_call_is_no_telephone(void **state)
{
    static const char *const rows[] = {
        "",
        "98765-4321", /* no area */
        "3234-5678",
        "10 98765-4321",
        "11 18765-4321", /* no such number */
        "11 88765-4321", /* eleven digits are a mobile's, which begins with 9 */
        "+55 11 8765",
        "+55",
        "+",
        "++5511987654321",
        "+5511+987654321",
        "+0351912345678",
        "+1234567",
        "+1234567890123456",
        "telefone",
        "11 98765-432l",
        "1198765432111987654321"};
    char number[PHONE_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (phone_read(rows[i], number))
            fail_msg("'%s' is taken for the telephone %s", rows[i], number);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_read_in_any_dress),
        cmocka_unit_test(what_has_another_form_is_no_document),
        cmocka_unit_test(a_slip_of_the_finger_is_found),
        cmocka_unit_test(a_telephone_becomes_e164),
        cmocka_unit_test(what_nobody_can_call_is_no_telephone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
