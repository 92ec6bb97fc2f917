/* What somebody types is tried as something, each thing once and with a value that can be nothing else;
 * documents and telephones are what they say. */
#include <string.h>

#include "acs/desk/person.h"
#include "acs/desk/typed.h"
#include "tests/fuzz/fuzz.h"

static void check_person(const char *text)
{
    char document[DOCUMENT_MAX], again[DOCUMENT_MAX];
    char phone[PHONE_MAX], phone_again[PHONE_MAX];

    if (document_read(text, document)) {
        FUZZ_CHECK(strlen(document) == 11 || strlen(document) == 14);
        FUZZ_CHECK(document_read(document, again) && strcmp(document, again) == 0);
        (void)document_is_right(document);
    }
    if (phone_read(text, phone)) {
        FUZZ_CHECK(phone[0] == '+' && strlen(phone) >= 9 &&
                   strspn(phone + 1, "0123456789") == strlen(phone) - 1);
        FUZZ_CHECK(phone_read(phone, phone_again) && strcmp(phone, phone_again) == 0);
    }
}

static void check_values(const struct typed *typed)
{
    const char *mac = typed->values[TRY_MAC], *phone = typed->values[TRY_PHONE];

    FUZZ_CHECK(mac == NULL ||
               (strspn(mac, "0123456789abcdef") == strlen(mac) && strlen(mac) >= 4 && strlen(mac) <= 12));
    FUZZ_CHECK(phone == NULL || (strlen(phone) == 8 && strspn(phone, "0123456789") == 8));
    FUZZ_CHECK(typed->phone_area == NULL || strlen(typed->phone_area) == 2);
    FUZZ_CHECK(!typed->has_time || (typed->clock != NULL && strlen(typed->clock) == 5));
    FUZZ_CHECK(typed->date == NULL || strlen(typed->date) == 10 || strlen(typed->date) == 6);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(256);
    const char *text = arena_memdup(arena, data, size);
    struct typed typed;
    unsigned values = 0;

    check_person(text);
    if (typed_read(text, arena, &typed) != ERR_OK)
        return 0;
    FUZZ_CHECK(typed.count > 0 && typed.count <= TRY_COUNT);
    for (unsigned i = 0; i < TRY_COUNT; i++)
        values += typed.values[i] != NULL;
    FUZZ_CHECK(values == typed.count && typed.values[typed.kind] != NULL);
    for (unsigned i = 0; i < typed.count; i++)
        FUZZ_CHECK(*typed.values[typed.order[i]] != '\0');
    check_values(&typed);
    return 0;
}
