/* What people elsewhere wrote, as text. */
#include "acs/outbox/html_text.h"

#include "tests/support/check.h"

static void check_html(const char *html, const char *expected)
{
    AUTO_ARENA arena = arena_new(256);

    assert_string_equal(html_text(html, 1000, arena), expected);
}

static void test_lines_begin_where_a_browser_begins_them(void **state)
{
    (void)state;
    check_html("<p>Troque o <b>cabo</b>.</p>\n<p>E ligue.</p>", "Troque o cabo.\n\nE ligue.");
    check_html("a<br>b<BR/>c<div>d</div>e", "a\nb\nc\nd\ne");
    check_html("<ul><li>um</li><li>dois</li></ul>", "um\n\ndois");
    check_html("  a \t\n b  ", "a b");
    check_html("<p><p><p><p>a</p></p></p>b", "a\n\nb");
}

static void test_what_is_no_text_is_left_out(void **state)
{
    (void)state;
    check_html("<style>p{}</style>a<script>alert('<b>')</script>b<!-- <p>c</p> -->d", "abd");
    check_html("<head><title>t</title></head><body class=\"x\">a</body>", "a");
    check_html("<script>never ends", "");
    check_html("a<!-- never ends", "a");
    check_html("a<b never ends", "a");
    check_html("<!DOCTYPE html><?xml?>a", "a");
    check_html("1 < 2 > 0", "1 < 2 > 0");
    check_html("<scripted>a</scripted>", "a");
}

static void test_characters_that_are_written_by_name_or_number(void **state)
{
    (void)state;
    check_html("&eacute;&ccedil;&Atilde;&nbsp;o &lt;b&gt; &amp;amp; &#233;&#xE9;&#X1F600;",
               "éçÃ o <b> &amp; éé😀");
    check_html("&unknown; &; & &# &#; &#x; &#99999999999; &#xD800; &#0;x",
               "&unknown; &; & &# &#; &#x; &#99999999999; x");
    check_html("&lt;script&gt;", "<script>");
}

static void test_plain_text_is_cleaned_and_cut(void **state)
{
    AUTO_ARENA arena = arena_new(256);

    (void)state;
    assert_string_equal(plain_text("a\r\nb \r\n\r\n\r\n\r\nc\x1b[31m\x07\td  \n\n", 100, arena),
                        "a\nb\n\nc[31m d");
    assert_string_equal(plain_text("a\xC2\x85\xFF\xC3z", 100, arena), "az");
    assert_string_equal(plain_text("ação", 4, arena), "açã…");
    assert_string_equal(plain_text("ação", 6, arena), "ação");
    assert_string_equal(plain_text("", 6, arena), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_begin_where_a_browser_begins_them),
        cmocka_unit_test(test_what_is_no_text_is_left_out),
        cmocka_unit_test(test_characters_that_are_written_by_name_or_number),
        cmocka_unit_test(test_plain_text_is_cleaned_and_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
