#include "acs/auth/keyring.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acs/base/text.h"

enum { KEYS_MAX = 16, NUMBER_MAX = 255, LINE_SIZE = 128, CONTEXT_MAX = 64, PRIVATE = 0600, OTHERS = 077 };

struct key {
    unsigned number;
    unsigned char bytes[SEAL_KEY_BYTES];
};

struct keyring {
    struct key keys[KEYS_MAX]; /* by number */
    size_t count;
};

/* ---- the file ---- */

static void close_file(FILE **file)
{
    if (*file != NULL)
        fclose(*file);
}

#define AUTO_FILE __attribute__((cleanup(close_file))) FILE *

static enum err check_owner(FILE *file, const char *path)
{
    struct stat status;

    if (fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode))
        return err_set(ERR_INVALID, "%s is no file", path);
    if ((status.st_mode & OTHERS) != 0)
        return err_set(ERR_INVALID, "%s may be read by others than its owner: chmod 600", path);
    return ERR_OK;
}

/* Keeps the keys sorted by their numbers. */
static enum err add_key(struct keyring *keyring, const struct key *key)
{
    size_t place = keyring->count;

    if (keyring->count == KEYS_MAX)
        return err_set(ERR_INVALID, "more than %d keys", KEYS_MAX);
    for (; place > 0 && keyring->keys[place - 1].number >= key->number; place--)
        if (keyring->keys[place - 1].number == key->number)
            return err_set(ERR_INVALID, "key %u is there twice", key->number);
    memmove(&keyring->keys[place + 1], &keyring->keys[place], (keyring->count - place) * sizeof(*key));
    keyring->keys[place] = *key;
    keyring->count++;
    return ERR_OK;
}

/* "1:0123…"; what is wrong is told without the line, which may be most of a key. */
static enum err read_key(char *line, struct keyring *keyring)
{
    char *colon = strchr(line, ':');
    struct key key;

    line[strcspn(line, "\r\n")] = '\0';
    if (text_is_blank(line, strlen(line)) || line[0] == '#')
        return ERR_OK;
    if (colon == NULL)
        return err_set(ERR_INVALID, "number:key is expected");
    *colon = '\0';
    if (text_read_u32(line, &key.number) != ERR_OK || key.number == 0 || key.number > NUMBER_MAX)
        return err_set(ERR_INVALID, "a number from 1 to %d is expected before ':'", NUMBER_MAX);
    if (!crypto_unhex(colon + 1, key.bytes, sizeof(key.bytes)))
        return err_set(ERR_INVALID, "%d hexadecimal digits are expected after ':'", 2 * SEAL_KEY_BYTES);
    return add_key(keyring, &key);
}

static enum err read_keys(FILE *file, const char *path, struct keyring *keyring)
{
    char line[LINE_SIZE];
    enum err err = ERR_OK;

    for (unsigned number = 1; err == ERR_OK && fgets(line, sizeof(line), file) != NULL; number++)
        err = err_while(read_key(line, keyring), "%s line %u", path, number);
    crypto_wipe(line, sizeof(line));
    if (err == ERR_OK && keyring->count == 0)
        return err_set(ERR_INVALID, "%s holds no key", path);
    return err;
}

enum err keyring_load(const char *path, struct keyring **ret)
{
    AUTO_FILE file = fopen(path, "re");
    struct keyring *keyring;
    enum err err;

    if (file == NULL)
        return err_set(ERR_NOT_FOUND, "cannot read %s: %s", path, strerror(errno));
    TRY(check_owner(file, path));
    keyring = HEAP_NEW(struct keyring);
    err = read_keys(file, path, keyring);
    if (err != ERR_OK) {
        keyring_free(keyring);
        return err;
    }
    *ret = keyring;
    return ERR_OK;
}

void keyring_free(struct keyring *keyring)
{
    if (keyring != NULL)
        crypto_wipe(keyring, sizeof(*keyring));
    heap_free(keyring);
}

enum err keyring_make(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, PRIVATE);
    unsigned char key[SEAL_KEY_BYTES];
    char hex[2 * SEAL_KEY_BYTES + 1];
    bool written;

    if (fd < 0)
        return err_set(errno == EEXIST ? ERR_CONFLICT : ERR_INVALID, "cannot make %s: %s", path,
                       strerror(errno));
    crypto_random(key, sizeof(key));
    crypto_hex(key, sizeof(key), hex);
    written = dprintf(fd, "1:%s\n", hex) > 0 && fsync(fd) == 0;
    crypto_wipe(key, sizeof(key));
    crypto_wipe(hex, sizeof(hex));
    close(fd);
    return written ? ERR_OK : err_set(ERR_UNAVAILABLE, "cannot write %s: %s", path, strerror(errno));
}

/* ---- other keys ---- */

void keyring_derive(const struct keyring *keyring, const char *purpose, unsigned char ret[SHA256_BYTES])
{
    crypto_hmac_sha256(keyring->keys[0].bytes, SEAL_KEY_BYTES, purpose, strlen(purpose), ret);
}

size_t keyring_count(const struct keyring *keyring)
{
    return keyring->count;
}

unsigned keyring_derive_at(const struct keyring *keyring, size_t place, const char *purpose,
                           unsigned char ret[SHA256_BYTES])
{
    const struct key *key = &keyring->keys[place];

    crypto_hmac_sha256(key->bytes, SEAL_KEY_BYTES, purpose, strlen(purpose), ret);
    return key->number;
}

void keyring_check(const struct keyring *keyring, char ret[KEYRING_CHECK_MAX])
{
    unsigned char sum[SHA256_BYTES];

    keyring_derive(keyring, "farol check", sum);
    crypto_hex(sum, (KEYRING_CHECK_MAX - 1) / 2, ret);
}

/* ---- sealing ---- */

/* What a sealed text is bound to: device, kind and number of the key. */
static struct span write_context(const struct seal_context *context, unsigned number, char ret[CONTEXT_MAX])
{
    int len =
        snprintf(ret, CONTEXT_MAX, "farol|%lld|%s|%u", (long long)context->device_id, context->kind, number);

    assert(len > 0 && len < CONTEXT_MAX);
    return (struct span){ret, (size_t)len};
}

void keyring_seal(const struct keyring *keyring, const struct seal_context *context, struct secret secret,
                  char ret[SEALED_MAX])
{
    const struct key *key = &keyring->keys[keyring->count - 1];
    unsigned char sealed[1 + SEAL_EXTRA + SECRET_BYTES_MAX];
    size_t len = strlen(secret.hidden);
    char text[CONTEXT_MAX];

    assert(len <= SECRET_BYTES_MAX);
    sealed[0] = (unsigned char)key->number;
    crypto_seal(key->bytes, write_context(context, key->number, text), (struct span){secret.hidden, len},
                sealed + 1);
    crypto_hex(sealed, 1 + SEAL_EXTRA + len, ret);
}

static const struct key *find_key(const struct keyring *keyring, unsigned number)
{
    for (size_t i = 0; i < keyring->count; i++)
        if (keyring->keys[i].number == number)
            return &keyring->keys[i];
    return NULL;
}

enum err keyring_open(const struct keyring *keyring, const struct seal_context *context, const char *sealed,
                      char ret[SECRET_BYTES_MAX + 1])
{
    unsigned char bytes[1 + SEAL_EXTRA + SECRET_BYTES_MAX];
    unsigned char open[SECRET_BYTES_MAX];
    size_t len = strlen(sealed) / 2;
    char text[CONTEXT_MAX];
    const struct key *key;

    if (len < 1 + SEAL_EXTRA || len > sizeof(bytes) || !crypto_unhex(sealed, bytes, len))
        return err_set(ERR_INVALID, "a secret of device %lld is no sealed text",
                       (long long)context->device_id);
    key = find_key(keyring, bytes[0]);
    if (key == NULL)
        return err_set(ERR_INVALID, "a secret of device %lld needs key %u, which is not in the key file",
                       (long long)context->device_id, bytes[0]);
    if (!crypto_unseal(key->bytes, write_context(context, key->number, text),
                       (struct span){bytes + 1, len - 1}, open))
        return err_set(ERR_INVALID, "a secret of device %lld does not open with key %u: altered, or moved",
                       (long long)context->device_id, key->number);
    len -= 1 + SEAL_EXTRA;
    memcpy(ret, open, len);
    ret[len] = '\0';
    crypto_wipe(open, sizeof(open));
    return ERR_OK;
}
