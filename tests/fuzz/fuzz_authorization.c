/*
 * The Authorization header of a device. What is read has a user name, and never fits a key that it was not
 * made with; whatever comes as a nonce is not one of ours.
 */
#include "acs/auth/device_digest.h"
#include "acs/auth/device_name.h"
#include "tests/fuzz/fuzz.h"

static const unsigned char nonce_key[SHA256_BYTES] = "nobody's";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(1024);
    const char *text = arena_memdup(arena, data, size);
    struct device_key key = {.md5 = {1}, .sha256 = {2}};
    const struct cwmp_device_id device = {.oui = "00256D", .product_class = text, .serial_number = "1"};
    struct device_claim claim;
    int64_t made;

    FUZZ_CHECK(!device_nonce_read(nonce_key, text, &made));
    FUZZ_CHECK(device_name_fits(device_name_write(&device, arena), &device, arena));
    (void)device_name_from_subject(text, arena);
    if (device_claim_read(text, arena, &claim) != ERR_OK)
        return 0;
    FUZZ_CHECK(claim.username[0] != '\0');
    FUZZ_CHECK(claim.scheme == CLAIM_BASIC || (claim.nonce[0] != '\0' && claim.response[0] != '\0'));
    FUZZ_CHECK(!device_claim_fits(&claim, "POST", &key, arena));
    return 0;
}
