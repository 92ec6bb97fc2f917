#include "acs/audit/checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char head[] = "farol-audit 1 ";

/* What is signed. */
static size_t write_text(const struct audit_checkpoint *checkpoint, char ret[AUDIT_CHECKPOINT_MAX])
{
    char hex[SHA256_HEX], at[TEXT_TIME_MAX];

    crypto_hex(checkpoint->h, sizeof(checkpoint->h), hex);
    return (size_t)snprintf(ret, AUDIT_CHECKPOINT_MAX, "%s%" PRId64 " %s %s %u", head, checkpoint->seq,
                            text_write_time(at, checkpoint->at_us, true), hex, checkpoint->key);
}

void audit_checkpoint_sign(const struct audit_key *key, struct audit_checkpoint *checkpoint)
{
    char text[AUDIT_CHECKPOINT_MAX];
    size_t len;

    checkpoint->key = key->number;
    len = write_text(checkpoint, text);
    crypto_sign(key->sign, text, len, checkpoint->signature);
}

bool audit_checkpoint_is_signed(const struct audit_key *key, const struct audit_checkpoint *checkpoint)
{
    unsigned char public_key[SIGN_KEY_BYTES];
    char text[AUDIT_CHECKPOINT_MAX];
    size_t len = write_text(checkpoint, text);

    crypto_sign_public(key->sign, public_key);
    return checkpoint->key == key->number && crypto_signed(public_key, text, len, checkpoint->signature);
}

void audit_checkpoint_write(const struct audit_checkpoint *checkpoint, char ret[AUDIT_CHECKPOINT_MAX])
{
    size_t len = write_text(checkpoint, ret);

    ret[len++] = ' ';
    crypto_hex(checkpoint->signature, sizeof(checkpoint->signature), ret + len);
}

/* ---- reading ---- */

/* The next word, in word; false: there is none, or it is too long. */
static bool next_word(const char **at, char *word, size_t size)
{
    size_t len = strcspn(*at, " ");

    if (len == 0 || len >= size)
        return false;
    memcpy(word, *at, len);
    word[len] = '\0';
    *at += len + ((*at)[len] == ' ');
    return true;
}

/* One way to write each, or a line could be changed and still be signed. */
static bool is_as_written(const struct audit_checkpoint *checkpoint, const char *line)
{
    char again[AUDIT_CHECKPOINT_MAX];

    audit_checkpoint_write(checkpoint, again);
    return strcmp(again, line) == 0;
}

enum err audit_checkpoint_read(const char *line, struct audit_checkpoint *ret)
{
    struct audit_checkpoint checkpoint = {0};
    char seq[24], at[TEXT_TIME_MAX], h[SHA256_HEX], key[12], signature[2 * SIGNATURE_BYTES + 1];
    const char *place = line + sizeof(head) - 1;

    if (strlen(line) >= AUDIT_CHECKPOINT_MAX || !text_starts_with(line, head) ||
        !next_word(&place, seq, sizeof(seq)) || !next_word(&place, at, sizeof(at)) ||
        !next_word(&place, h, sizeof(h)) || !next_word(&place, key, sizeof(key)) ||
        !next_word(&place, signature, sizeof(signature)) || *place != '\0')
        return err_set(ERR_INVALID, "'%.40s' is no checkpoint", line);
    TRY(text_read_i64(seq, &checkpoint.seq));
    TRY(text_read_time(at, &checkpoint.at_us));
    TRY(text_read_u32(key, &checkpoint.key));
    if (checkpoint.seq <= 0 || !crypto_unhex(h, checkpoint.h, sizeof(checkpoint.h)) ||
        !crypto_unhex(signature, checkpoint.signature, sizeof(checkpoint.signature)) ||
        !is_as_written(&checkpoint, line))
        return err_set(ERR_INVALID, "'%.40s' is no checkpoint", line);
    *ret = checkpoint;
    return ERR_OK;
}
