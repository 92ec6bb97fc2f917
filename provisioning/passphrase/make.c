#include "acs/base/text.h"
#include "provisioning/passphrase/passphrase.h"

enum { WORD_BITS = 11, DIGIT_BITS = 20, HUNDRED = 100 };

/* The 20 bits that are left over choose one of a hundred: each is met 10,485 or 10,486 times of 2^20. */
const char *passphrase_make(uint64_t random, struct arena *arena)
{
    const uint64_t word_mask = (UINT64_C(1) << WORD_BITS) - 1, digit_mask = (UINT64_C(1) << DIGIT_BITS) - 1;
    struct text out = TEXT_IN(arena);

    for (int i = 0; i < PASSPHRASE_WORDS; i++) {
        text_puts(&out, passphrase_words[random & word_mask]);
        text_putc(&out, '-');
        random >>= WORD_BITS;
    }
    text_printf(&out, "%02u", (unsigned)((random & digit_mask) * HUNDRED >> DIGIT_BITS));
    return text_string(&out);
}
