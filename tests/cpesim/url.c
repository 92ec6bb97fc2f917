#include "tests/cpesim/url.h"

#include <stdio.h>
#include <string.h>

#include "acs/base/text.h"

static enum err copy(char *to, size_t size, const char *from, size_t len, const char *what)
{
    if (len >= size)
        return err_set(ERR_INVALID, "the %s of the URL has %zu characters, at most %zu are allowed", what,
                       len, size - 1);
    memcpy(to, from, len);
    to[len] = '\0';
    return ERR_OK;
}

static enum err read_port(const char *authority, size_t host_len, size_t len, struct url *ret)
{
    uint32_t port;

    if (host_len == len)
        return copy(ret->port, sizeof(ret->port), "80", 2, "port");
    TRY(copy(ret->port, sizeof(ret->port), authority + host_len + 1, len - host_len - 1, "port"));
    TRY(err_while(text_read_u32(ret->port, &port), "port"));
    if (authority[host_len] != ':' || port == 0 || port > 65535)
        return err_set(ERR_INVALID, "'%.*s' has no usable port", (int)len, authority);
    return ERR_OK;
}

static enum err read_authority(const char *authority, size_t len, struct url *ret)
{
    size_t host_len = strcspn(authority, ":/?#");
    bool literal = authority[0] == '[';

    if (memchr(authority, '@', len) != NULL)
        return err_set(ERR_INVALID, "a URL of CWMP carries no user name");
    if (literal)
        host_len = strcspn(authority, "]") + 1;
    if (host_len > len || host_len == (literal ? 2 : 0))
        return err_set(ERR_INVALID, "the URL names no host");
    TRY(copy(ret->authority, sizeof(ret->authority), authority, len, "authority"));
    TRY(copy(ret->host, sizeof(ret->host), authority + literal, host_len - 2 * (size_t)literal, "host"));
    return read_port(authority, host_len, len, ret);
}

static enum err read_target(const char *target, struct url *ret)
{
    size_t len = strcspn(target, "#");

    if (*target == '/')
        return copy(ret->target, sizeof(ret->target), target, len, "path");
    ret->target[0] = '/';
    return copy(ret->target + 1, sizeof(ret->target) - 1, target, len, "path");
}

enum err url_read(const char *text, struct url *ret)
{
    static const char scheme[] = "http://";
    const char *authority = text + sizeof(scheme) - 1;
    size_t len;

    if (!text_starts_with(text, scheme))
        return err_set(ERR_INVALID, "'%.80s' is not an http URL", text);
    len = strcspn(authority, "/?#");
    TRY(read_authority(authority, len, ret));
    return read_target(authority + len, ret);
}

enum err url_resolve(const struct url *base, const char *location, struct url *ret)
{
    if (location[0] != '/' || location[1] == '/')
        return url_read(location, ret);
    *ret = *base;
    return read_target(location, ret);
}
