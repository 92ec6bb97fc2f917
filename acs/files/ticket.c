#include "acs/files/ticket.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "acs/base/text.h"

enum { EXPIRY_DIGITS = 8, EXPIRY_MAX = 0x7fffffff, ID_LEN = ID_MAX - 1, PROOF_DIGITS = SHA256_HEX - 1 };

static const char letters[][2] = {
    [TICKET_FETCH] = {'f', 'F'},
      [TICKET_SEND] = {'u', 'U'},
      [TICKET_SPEED] = {'s', 'S'}
};

/* "f act_… 6ad0f200": what the proof is about, and what is written before it. */
static void write_claim(const struct ticket *ticket, char *ret, size_t size)
{
    int64_t expires_s = ticket->expires_s;

    if (expires_s < 0 || expires_s > EXPIRY_MAX)
        expires_s = expires_s < 0 ? 0 : EXPIRY_MAX;
    snprintf(ret, size, "/%c/%s.%08" PRIx64, letters[ticket->kind][ticket->login], ticket->action_id,
             (uint64_t)expires_s);
}

static void prove(const char *claim, const unsigned char key[SHA256_BYTES], char ret[SHA256_HEX])
{
    unsigned char sum[SHA256_BYTES];

    crypto_hmac_sha256(key, SHA256_BYTES, claim, strlen(claim), sum);
    crypto_hex(sum, sizeof(sum), ret);
}

const char *ticket_write(const struct ticket *ticket, const unsigned char key[SHA256_BYTES],
                         struct arena *arena)
{
    char claim[ID_MAX + 16];
    char proof[SHA256_HEX];

    write_claim(ticket, claim, sizeof(claim));
    prove(claim, key, proof);
    return arena_printf(arena, "%s.%s", claim, proof);
}

/* ---- reading ---- */

static bool read_kind(const char *path, struct ticket *ret)
{
    if (path[0] != '/' || path[1] == '\0' || path[2] != '/')
        return false;
    for (unsigned i = 0; i < sizeof(letters) / sizeof(*letters); i++) {
        ret->kind = (enum ticket_kind)i;
        ret->login = path[1] == letters[i][true];
        if (ret->login || path[1] == letters[i][false])
            return true;
    }
    return false;
}

static bool is_id(const char *id)
{
    return strspn(id, "0123456789abcdefghijklmnopqrstuvwxyz_") >= ID_LEN;
}

static bool read_expiry(const char *digits, int64_t *ret)
{
    unsigned char bytes[EXPIRY_DIGITS / 2];
    char copy[EXPIRY_DIGITS + 1] = {0};
    int64_t number = 0;

    memcpy(copy, digits, strnlen(digits, EXPIRY_DIGITS));
    if (strspn(copy, "0123456789abcdef") != EXPIRY_DIGITS || !crypto_unhex(copy, bytes, sizeof(bytes)))
        return false;
    for (unsigned i = 0; i < sizeof(bytes); i++)
        number = number << 8 | bytes[i];
    *ret = number;
    return true;
}

static bool read_proof(const char *proof, const char **ret)
{
    if (strspn(proof, "0123456789abcdef") != PROOF_DIGITS)
        return false;
    *ret = proof;
    return proof[PROOF_DIGITS] == '\0' || proof[PROOF_DIGITS] == '/';
}

/* "…/<26 characters>.<8>.<64>" and then the end, or a "/". Each step knows that the one before has found all
 * that it asked for. */
static bool read_form(const char *path, struct ticket *ret, const char **ret_proof)
{
    const char *at;

    if (!read_kind(path, ret))
        return false;
    at = path + 3;
    if (!is_id(at) || at[ID_LEN] != '.')
        return false;
    memcpy(ret->action_id, at, ID_LEN);
    ret->action_id[ID_LEN] = '\0';
    at += ID_LEN + 1;
    if (!read_expiry(at, &ret->expires_s) || at[EXPIRY_DIGITS] != '.')
        return false;
    return read_proof(at + EXPIRY_DIGITS + 1, ret_proof);
}

bool ticket_read(const char *path, const unsigned char key[SHA256_BYTES], struct ticket *ret)
{
    struct ticket ticket = {0};
    char claim[ID_MAX + 16];
    char proof[SHA256_HEX];
    const char *given;

    if (!read_form(path, &ticket, &given))
        return false;
    write_claim(&ticket, claim, sizeof(claim));
    prove(claim, key, proof);
    if (!crypto_equal(proof, given, PROOF_DIGITS))
        return false;
    *ret = ticket;
    return true;
}

bool ticket_is_path(const char *path)
{
    struct ticket ticket;
    const char *proof;

    return read_form(path, &ticket, &proof);
}

/* ---- the login ---- */

enum { PASSWORD_DIGITS = 32 };

struct ticket_login ticket_login(const struct ticket *ticket, const unsigned char key[SHA256_BYTES],
                                 struct arena *arena)
{
    char claim[ID_MAX + 16];
    char proof[SHA256_HEX];

    write_claim(ticket, claim, sizeof(claim));
    prove(arena_printf(arena, "password of %s", claim), key, proof);
    return (struct ticket_login){arena_strdup(arena, ticket->action_id),
                                 {arena_memdup(arena, proof, PASSWORD_DIGITS)}};
}
