#include "provisioning/firmware/manifest.h"

#include <string.h>

enum { FORM = 1 };

static const char *const members[] = {"farol_firmware", "sha256",     "size", "version",
                                      "counter",        "expires_at", "rules"};
enum { MEMBERS = sizeof(members) / sizeof(*members) };

/* ---- reading ---- */

static bool is_member(const char *name)
{
    for (size_t i = 0; i < MEMBERS; i++)
        if (strcmp(members[i], name) == 0)
            return true;
    return false;
}

/* The reader refuses a member that stands twice, so the right number of known ones are all of them. */
static enum err check_members(const struct json *root)
{
    const char *name;

    if (json_kind(root) != JSON_OBJECT)
        return err_set(ERR_INVALID, "a manifest is an object");
    for (size_t i = 0; i < json_count(root); i++) {
        json_member(root, i, &name);
        if (!is_member(name))
            return err_set(ERR_INVALID, "%.64s: there is no such member", name);
    }
    for (size_t i = 0; i < MEMBERS; i++)
        if (json_get(root, members[i]) == NULL)
            return err_set(ERR_INVALID, "%s: is missing", members[i]);
    return ERR_OK;
}

static enum err read_hash(const struct json *root, unsigned char ret[SHA256_BYTES])
{
    const char *hex = json_string(json_get(root, "sha256"), "");

    if (strlen(hex) != SHA256_HEX - 1 || !crypto_unhex(hex, ret, SHA256_BYTES))
        return err_set(ERR_INVALID, "sha256: 64 hexadecimal digits are expected");
    return ERR_OK;
}

static enum err read_number(const struct json *root, const char *name, int64_t least, int64_t *ret)
{
    const struct json *value = json_get(root, name);

    if (json_kind(value) != JSON_INT || json_int(value, 0) < least)
        return err_set(ERR_INVALID, "%s: a whole number from %d on is expected", name, (int)least);
    *ret = json_int(value, 0);
    return ERR_OK;
}

static enum err read_version(const struct json *root, struct arena *arena, const char **ret)
{
    const char *version = json_string(json_get(root, "version"), "");
    size_t length = text_utf8_length(version);

    if (length == 0 || length > FIRMWARE_WORD_MAX)
        return err_set(ERR_INVALID, "version: a text of 1 to %d characters is expected", FIRMWARE_WORD_MAX);
    *ret = arena_strdup(arena, version);
    return ERR_OK;
}

/* 0 would be none, in the row of a firmware. */
static enum err read_end(const struct json *root, int64_t *ret)
{
    TRY(err_while(text_read_time(json_string(json_get(root, "expires_at"), ""), ret), "expires_at"));
    if (*ret <= 0)
        return err_set(ERR_INVALID, "expires_at: a time after 1970 is expected");
    return ERR_OK;
}

static enum err read_members(const struct json *root, struct arena *arena, struct firmware_manifest *ret)
{
    int64_t form = 0;

    TRY(check_members(root));
    TRY(read_number(root, "farol_firmware", FORM, &form));
    if (form != FORM)
        return err_set(ERR_INVALID, "farol_firmware: this server knows form %d only", FORM);
    TRY(read_hash(root, ret->sha256));
    TRY(read_number(root, "size", 0, &ret->size));
    TRY(read_version(root, arena, &ret->version));
    TRY(read_number(root, "counter", 1, &ret->counter));
    TRY(read_end(root, &ret->expires_at_us));
    return firmware_rules_read(json_get(root, "rules"), arena, &ret->rules);
}

enum err firmware_manifest_read(const char *bytes, size_t len, struct arena *arena,
                                struct firmware_manifest *ret)
{
    struct firmware_manifest manifest = {0};
    AUTO_JSON root = NULL;

    if (len > MANIFEST_MAX)
        return err_set(ERR_INVALID, "a manifest has %d bytes at most", MANIFEST_MAX);
    TRY(json_read(bytes, len, &root));
    TRY(read_members(root, arena, &manifest));
    *ret = manifest;
    return ERR_OK;
}

enum err firmware_manifest_match(const struct firmware_manifest *manifest,
                                 const struct firmware_manifest *row, struct arena *arena)
{
    if (memcmp(manifest->sha256, row->sha256, SHA256_BYTES) != 0)
        return err_set(ERR_INVALID, "sha256: the file is another one");
    if (manifest->size != row->size)
        return err_set(ERR_INVALID, "size: the file has %lld bytes", (long long)row->size);
    if (strcmp(manifest->version, row->version) != 0)
        return err_set(ERR_INVALID, "version: the firmware says %.64s", row->version);
    if (manifest->counter != row->counter)
        return err_set(ERR_INVALID, "counter: the firmware says %lld", (long long)row->counter);
    if (manifest->expires_at_us != row->expires_at_us)
        return err_set(ERR_INVALID, "expires_at: the firmware says another time");
    if (strcmp(firmware_rules_write(&manifest->rules, arena), firmware_rules_write(&row->rules, arena)) != 0)
        return err_set(ERR_INVALID, "rules: the firmware has others");
    return ERR_OK;
}

/* ---- keys ---- */

/* SubjectPublicKeyInfo of an Ed25519 key (RFC 8410): these bytes, then the key. */
static const unsigned char frame[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

enum { KEY_TEXT_MAX = 64, SIGNATURE_TEXT_MAX = 96 };

static bool read_key(const char *text, size_t len, unsigned char ret[SIGN_KEY_BYTES])
{
    unsigned char bytes[KEY_TEXT_MAX];
    size_t count = 0;

    if (len > KEY_TEXT_MAX || !crypto_unbase64(text, len, bytes, &count))
        return false;
    if (count == sizeof(frame) + SIGN_KEY_BYTES && memcmp(bytes, frame, sizeof(frame)) == 0) {
        memcpy(ret, bytes + sizeof(frame), SIGN_KEY_BYTES);
        return true;
    }
    if (count != SIGN_KEY_BYTES)
        return false;
    memcpy(ret, bytes, SIGN_KEY_BYTES);
    return true;
}

/* The same key under two names would be two persons. */
static bool is_there(const struct firmware_keys *keys, const struct firmware_key *key)
{
    for (size_t i = 0; i < keys->count; i++)
        if (memcmp(keys->items[i].bytes, key->bytes, SIGN_KEY_BYTES) == 0 ||
            strcmp(keys->items[i].name, key->name) == 0)
            return true;
    return false;
}

static enum err read_line(const char *line, size_t len, unsigned number, struct arena *arena,
                          struct firmware_keys *keys)
{
    static const char blank[] = " \t\r";
    char *text = arena_printf(arena, "%.*s", (int)len, line);
    char *name = text + strspn(text, blank);
    size_t name_len = strcspn(name, blank);
    char *value = name + name_len + strspn(name + name_len, blank);
    size_t value_len = strcspn(value, blank);
    struct firmware_key *key = &keys->items[keys->count];

    if (name[0] == '\0' || name[0] == '#')
        return ERR_OK;
    if (keys->count == MANIFEST_KEYS_MAX)
        return err_set(ERR_INVALID, "line %u: %d keys are the most", number, MANIFEST_KEYS_MAX);
    name[name_len] = '\0';
    key->name = name;
    if (!read_key(value, value_len, key->bytes) ||
        value[value_len + strspn(value + value_len, blank)] != '\0')
        return err_set(ERR_INVALID, "line %u: a name and the base64 of a public Ed25519 key are expected",
                       number);
    if (is_there(keys, key))
        return err_set(ERR_INVALID, "line %u: this name or this key stands there already", number);
    keys->count++;
    return ERR_OK;
}

enum err firmware_keys_read(const char *text, struct arena *arena, struct firmware_keys *ret)
{
    struct firmware_keys keys = {.items = ARENA_ARRAY(arena, struct firmware_key, MANIFEST_KEYS_MAX + 1)};
    unsigned number = 0;

    while (*text != '\0') {
        size_t len = strcspn(text, "\n");

        TRY(read_line(text, len, ++number, arena, &keys));
        text += len + (text[len] == '\n');
    }
    *ret = keys;
    return ERR_OK;
}

/* ---- signatures ---- */

static bool is_signed_by(const struct firmware_key *key, const struct firmware_signed *manifest)
{
    for (size_t i = 0; i < manifest->count; i++) {
        unsigned char signature[SIGNATURE_TEXT_MAX];
        size_t text_len = strlen(manifest->signatures[i]), len = 0;

        if (text_len <= SIGNATURE_TEXT_MAX &&
            crypto_unbase64(manifest->signatures[i], text_len, signature, &len) && len == SIGNATURE_BYTES &&
            crypto_signed(key->bytes, manifest->bytes, manifest->len, signature))
            return true;
    }
    return false;
}

size_t firmware_signers(const struct firmware_keys *keys, const struct firmware_signed *manifest)
{
    size_t count = 0;

    for (size_t i = 0; i < keys->count; i++)
        count += is_signed_by(&keys->items[i], manifest);
    return count;
}
