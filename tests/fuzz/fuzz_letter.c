/* Addresses that are taken are nothing but addresses; whatever is said in a letter, its headers are those of
 * every letter. */
#include <string.h>

#include "acs/outbox/letter.h"
#include "tests/fuzz/fuzz.h"

static void check_addresses(const char *list, struct arena *arena)
{
    const char *to[LETTER_TO_MOST];
    size_t count;

    if (letter_read_addresses(list, arena, to, &count) != ERR_OK)
        return;
    FUZZ_CHECK(count > 0 && count <= LETTER_TO_MOST);
    for (size_t i = 0; i < count; i++) {
        FUZZ_CHECK(strcspn(to[i], " \t\r\n\"<>()[]\\,;:") == strlen(to[i]));
        FUZZ_CHECK(strchr(to[i], '@') == strrchr(to[i], '@') && *letter_domain(to[i]) != '\0');
    }
}

/* How many lines begin with something, and that none is too long or broken. */
static unsigned count_lines(const char *written, const char *beginning)
{
    unsigned ret = 0;

    for (const char *line = written, *end; *line != '\0'; line = end + 2) {
        end = strstr(line, "\r\n");
        FUZZ_CHECK(end != NULL && end - line <= 78 && memchr(line, '\n', (size_t)(end - line)) == NULL);
        ret += strncmp(line, beginning, strlen(beginning)) == 0;
    }
    return ret;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const to[] = {"n2@isp.example"};
    AUTO_ARENA arena = arena_new(1024);
    const char *words = arena_memdup(arena, data, size), *written;
    const struct letter_page page = {"cas_1.html", words};
    const struct letter letter = {.from = "farol@isp.example",
                                  .sender = words,
                                  .to = to,
                                  .to_count = 1,
                                  .subject = words,
                                  .text = words,
                                  .id = "1@isp.example",
                                  .page = &page};
    struct text out = TEXT_IN(arena);

    check_addresses(words, arena);
    letter_write(&letter, &out);
    written = text_string(&out);
    FUZZ_CHECK(count_lines(written, "Subject:") == 1 && count_lines(written, "To:") == 1);
    FUZZ_CHECK(count_lines(written, "Bcc:") == 0 && count_lines(written, "--=_farol_=") == 3);
    return 0;
}
