#include "acs/auth/directory_wire.h"

#include <errno.h>
#include <poll.h>

#include "acs/base/clock.h"

enum { LEVEL = (LBER_SBIOD_LEVEL_PROVIDER + LBER_SBIOD_LEVEL_TRANSPORT) / 2 }; /* above TCP, below TLS */

static bool wait_in_time(Sockbuf_IO_Desc *layer, short events)
{
    const struct directory_wire *wire = layer->sbiod_pvt;
    struct pollfd item = {.events = events};
    int64_t left_us;
    int count;

    if (ber_sockbuf_ctrl(layer->sbiod_sb, LBER_SB_OPT_GET_FD, &item.fd) != 1)
        return false;
    do {
        left_us = wire->until_us - clock_mono_us();
        count = left_us > 0 ? poll(&item, 1, (int)(left_us / US_PER_MS) + 1) : 0;
    } while (count < 0 && errno == EINTR);
    if (count == 0)
        errno = ETIMEDOUT;
    return count > 0;
}

static int set_up(Sockbuf_IO_Desc *layer, void *wire)
{
    layer->sbiod_pvt = wire;
    return 0;
}

static int do_nothing(Sockbuf_IO_Desc *layer)
{
    (void)layer;
    return 0;
}

static int control(Sockbuf_IO_Desc *layer, int option, void *argument)
{
    return LBER_SBIOD_CTRL_NEXT(layer, option, argument);
}

static ber_slen_t read_in_time(Sockbuf_IO_Desc *layer, void *bytes, ber_len_t len)
{
    return wait_in_time(layer, POLLIN) ? LBER_SBIOD_READ_NEXT(layer, bytes, len) : -1;
}

static ber_slen_t write_in_time(Sockbuf_IO_Desc *layer, void *bytes, ber_len_t len)
{
    return wait_in_time(layer, POLLOUT) ? LBER_SBIOD_WRITE_NEXT(layer, bytes, len) : -1;
}

static Sockbuf_IO in_time = {.sbi_setup = set_up,
                             .sbi_remove = do_nothing,
                             .sbi_ctrl = control,
                             .sbi_read = read_in_time,
                             .sbi_write = write_in_time,
                             .sbi_close = do_nothing};

static int on_connect(LDAP *ldap, Sockbuf *socket, LDAPURLDesc *server, struct sockaddr *address,
                      struct ldap_conncb *callback)
{
    (void)ldap, (void)server, (void)address;
    return ber_sockbuf_add_io(socket, &in_time, LEVEL, callback->lc_arg);
}

static void on_close(LDAP *ldap, Sockbuf *socket, struct ldap_conncb *callback)
{
    (void)ldap, (void)socket, (void)callback;
}

bool directory_wire_watch(struct directory_wire *wire, LDAP *ldap)
{
    wire->on_connect = (struct ldap_conncb){.lc_add = on_connect, .lc_del = on_close, .lc_arg = wire};
    return ldap_set_option(ldap, LDAP_OPT_CONNECT_CB, &wire->on_connect) == LDAP_OPT_SUCCESS;
}
