#include "provisioning/passphrase/passphrase.h"

const char *const passphrase_words[PASSPHRASE_LIST] = {
#define WORD(word) #word,
#include "provisioning/passphrase/words.def"
#undef WORD
};
