/* The texts that can be written anew: each is there once, fits where it stands, and can be seen filled in. */
#include <string.h>

#include "provisioning/desk/texts.h"
#include "tests/support/check.h"

static void test_every_text_fits_its_own_place(void **state)
{
    AUTO_ARENA arena = arena_new(65536);
    const struct desk_texts texts = desk_texts(arena);

    (void)state;
    assert_true(texts.count > VERDICT_COUNT * VERDICT_PART_COUNT);
    for (size_t i = 0; i < texts.count; i++) {
        const struct desk_text *text = &texts.items[i];
        const struct saying built_in = {text->id, text->pt, text->en};

        if (!desk_text_takes(text, &built_in))
            fail_msg("%s does not fit", text->id);
        assert_ptr_equal(desk_text_find(&texts, text->id), text);
        for (size_t k = 0; k < text->places.count; k++)
            if (strcmp(desk_text_example(text, text->places.names[k]).pt, "…") == 0)
                fail_msg("%s: {%s} has no example", text->id, text->places.names[k]);
    }
    assert_null(desk_text_find(&texts, "optical_bad"));
}

static void test_ids_lead_back(void **state)
{
    AUTO_ARENA arena = arena_new(65536);

    (void)state;
    for (int code = 0; code < VERDICT_COUNT; code++)
        for (unsigned shape = 0; shape < VERDICT_SHAPES_MAX; shape++)
            for (int part = 0; part < VERDICT_PART_COUNT; part++) {
                enum verdict_code read_code;
                enum verdict_part read_part;
                unsigned read_shape;

                if (verdict_form((enum verdict_code)code, shape, (enum verdict_part)part) == NULL)
                    continue;
                assert_true(verdict_form_read(
                    verdict_form_id((enum verdict_code)code, shape, (enum verdict_part)part, arena),
                    &read_code, &read_shape, &read_part));
                assert_int_equal(read_code, code);
                assert_int_equal(read_shape, shape);
                assert_int_equal(read_part, part);
            }
}

static void test_what_is_no_id_is_none(void **state)
{
    static const char *const ids[] = {"",
                                      "ok",
                                      "ok.",
                                      ".say",
                                      "ok.says",
                                      "o.say",
                                      "ok.1.say",
                                      "ok.0.say",
                                      "optical_bad.2.say",
                                      "optical_bad.1say",
                                      "optical_bad.1.",
                                      "optical_bad.1.say ",
                                      "reason.slow"};
    enum verdict_code code;
    enum verdict_part part;
    unsigned shape;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(ids); i++)
        if (verdict_form_read(ids[i], &code, &shape, &part))
            fail_msg("'%s' is taken", ids[i]);
    assert_true(verdict_form_read("optical_bad.1.say", &code, &shape, &part));
    assert_int_equal(shape, 1);
}

static void test_a_label_is_the_one_that_was_written(void **state)
{
    static const struct saying items[] = {
        {"fix.cable", "Cabo novo", "New cable"}
    };
    const struct sayings sayings = {items, COUNT_OF(items)};
    AUTO_ARENA arena = arena_new(4096);
    const struct desk_word *cable = desk_word_find(DESK_FIXES, "cable");
    const struct desk_word *other = desk_word_find(DESK_FIXES, "other");

    (void)state;
    assert_string_equal(desk_label(DESK_FIXES, cable, &sayings, arena).pt, "Cabo novo");
    assert_string_equal(desk_label(DESK_FIXES, other, &sayings, arena).pt, other->pt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_text_fits_its_own_place),
        cmocka_unit_test(test_ids_lead_back),
        cmocka_unit_test(test_what_is_no_id_is_none),
        cmocka_unit_test(test_a_label_is_the_one_that_was_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
