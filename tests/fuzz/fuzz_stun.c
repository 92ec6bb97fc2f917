/*
 * Datagrams to the STUN port, and the address at which a device wants to be called by UDP. Whatever is
 * answered is short, goes to the host that asked, and is no request itself.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "acs/cwmp/stun.h"
#include "acs/cwmp/udp_call.h"
#include "tests/fuzz/fuzz.h"

static struct sockaddr_storage host_of_tests(uint16_t port)
{
    struct sockaddr_storage address = {0};
    struct sockaddr_in *in = (struct sockaddr_in *)&address;

    in->sin_family = AF_INET;
    in->sin_port = htons(port);
    in->sin_addr.s_addr = htonl(0xc6336409);
    return address;
}

static void check_request(const uint8_t *data, size_t size)
{
    struct sockaddr_storage from = host_of_tests(40000);
    struct sockaddr_storage own = host_of_tests(3478);
    unsigned char reply[STUN_ANSWER_MAX];
    struct stun_request request;
    struct stun_request again;
    struct sockaddr_storage to;
    size_t len;

    if (!stun_read(data, size, &request))
        return;
    len = stun_answer(&request, &from, &own, reply, &to);
    FUZZ_CHECK(len >= 20 && len <= STUN_ANSWER_MAX);
    FUZZ_CHECK(!stun_read(reply, len, &again));
    FUZZ_CHECK(memcmp(&((struct sockaddr_in *)&to)->sin_addr, &((struct sockaddr_in *)&from)->sin_addr, 4) ==
               0);
}

static void check_address(const char *text)
{
    struct address address;

    if (udp_call_read_address(text, &address))
        FUZZ_CHECK(strlen(text) < UDP_CALL_ADDRESS_MAX && strpbrk(text, " \r\n/?") == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(1024);

    check_request(data, size);
    check_address(arena_memdup(arena, data, size));
    return 0;
}
