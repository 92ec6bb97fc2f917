#include "acs/http/transfer.h"

#include <string.h>
#include <sys/socket.h>

/* Whatever libcurl wants to connect to: it is the address that was checked, or nothing. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    const struct address *checked = ctx;

    (void)purpose;
    if (address->addrlen != checked->len || memcmp(&address->addr, &checked->storage, checked->len) != 0)
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Nonzero ends it. */
static int on_progress(void *ctx, curl_off_t all, curl_off_t received, curl_off_t all_up, curl_off_t sent)
{
    const struct transfer *transfer = ctx;

    (void)all;
    (void)received;
    (void)all_up;
    (void)sent;
    return transfer->terms.stop != NULL && atomic_load(transfer->terms.stop);
}

/* The name leads to what was found for it; a literal address is not looked up. */
static struct curl_slist *write_resolve(const struct http_target *target, struct arena *arena)
{
    bool brackets = strchr(target->literal, ':') != NULL;

    if (strchr(target->host, ':') != NULL)
        return NULL;
    return curl_slist_append(NULL, arena_printf(arena, "%s:%s:%s%s%s", target->host, target->port,
                                                brackets ? "[" : "", target->literal, brackets ? "]" : ""));
}

void transfer_begin(const struct transfer_terms *terms, struct arena *arena, struct transfer *ret)
{
    CURL *easy = curl_easy_init();

    *ret = (struct transfer){.terms = *terms, .easy = easy, .resolve = write_resolve(terms->target, arena)};
    curl_easy_setopt(easy, CURLOPT_URL, terms->target->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, terms->protocols);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)terms->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_RESOLVE, ret->resolve);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &terms->target->address);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, ret);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, ret->error);
    if (terms->ca_file != NULL && terms->ca_file[0] != '\0')
        curl_easy_setopt(easy, CURLOPT_CAINFO, terms->ca_file);
}

void transfer_end(struct transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->resolve);
}

const char *transfer_why(const struct transfer *transfer, CURLcode code, struct arena *arena)
{
    return arena_strdup(arena, transfer->error[0] != '\0' ? transfer->error : curl_easy_strerror(code));
}
