#include "provisioning/actions/ipv4.h"

#include <arpa/inet.h>

bool ipv4_read(const char *text, uint32_t *ret)
{
    struct in_addr address;

    if (inet_pton(AF_INET, text, &address) != 1)
        return false;
    *ret = ntohl(address.s_addr);
    return *ret >> 24 != 0 && *ret >> 28 < 14; /* neither "this network" nor multicast and beyond */
}

bool ipv4_read_mask(const char *text, uint32_t *ret)
{
    struct in_addr mask;

    if (inet_pton(AF_INET, text, &mask) != 1)
        return false;
    *ret = ntohl(mask.s_addr);
    return *ret != 0 && (~*ret & (~*ret + 1)) == 0;
}

enum err ipv4_check(const struct json *args, const char *field, uint32_t *ret)
{
    if (!ipv4_read(json_string(json_get(args, field), ""), ret))
        return err_set(ERR_INVALID, "%s: an address such as 192.168.1.1 is expected", field);
    return ERR_OK;
}
