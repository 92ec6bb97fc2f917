#include "acs/console/serve.h"

#include <string.h>

#include "acs/base/text.h"

/* Only what we serve ourselves is run, shown or asked; nothing is made of text; the worker's address has a
 * policy. */
#define POLICY                                                                                            \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " \
    "font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "   \
    "require-trusted-types-for 'script'; trusted-types worker"

enum { OK = 200, NOT_MODIFIED = 304, HEADERS_MAX = 8 };

static const struct http_header_field always[] = {
    {"Content-Security-Policy",    POLICY                                    },
    {"X-Content-Type-Options",     "nosniff"                                 },
    {"Referrer-Policy",            "same-origin"                             },
    {"Cross-Origin-Opener-Policy", "same-origin"                             },
    {"Permissions-Policy",         "camera=(), geolocation=(), microphone=()"},
};

enum { ALWAYS = sizeof(always) / sizeof(*always), BESIDES = 3 };
_Static_assert(ALWAYS + BESIDES <= HEADERS_MAX, "all headers have room");

static const struct console_asset *find(const char *path)
{
    for (size_t i = 0; i < console_asset_count; i++)
        if (strcmp(console_assets[i].path, path) == 0)
            return &console_assets[i];
    return NULL;
}

static bool is_page(const struct console_asset *asset)
{
    return asset == &console_assets[0];
}

static bool is_kept(const struct http_exchange *exchange, const struct console_asset *asset)
{
    const char *known = text_or_empty(http_header(exchange, "If-None-Match"));

    return strstr(known, asset->etag) != NULL || strcmp(known, "*") == 0;
}

static void answer_with(struct http_exchange *exchange, const struct console_asset *asset)
{
    struct http_header_field headers[HEADERS_MAX];
    bool kept = is_kept(exchange, asset);
    struct http_reply reply = {.status = kept ? NOT_MODIFIED : OK, .headers = headers};

    memcpy(headers, always, sizeof(always));
    reply.header_count = ALWAYS;
    headers[reply.header_count++] = (struct http_header_field){"ETag", asset->etag};
    headers[reply.header_count++] = (struct http_header_field){
        "Cache-Control", is_page(asset) ? "no-cache" : "public, max-age=31536000, immutable"};
    if (!kept) {
        reply.content_type = asset->type;
        reply.body = asset->bytes;
        reply.len = asset->len;
        if (asset->gzip)
            headers[reply.header_count++] = (struct http_header_field){"Content-Encoding", "gzip"};
    }
    http_reply(exchange, &reply);
}

bool console_answer(struct http_exchange *exchange)
{
    const struct http_request *request = http_request(exchange);
    const struct console_asset *asset;

    if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0)
        return false;
    asset = find(request->path);
    if (asset == NULL && strstr(text_or_empty(http_header(exchange, "Accept")), "text/html") != NULL)
        asset = &console_assets[0];
    if (asset == NULL)
        return false;
    answer_with(exchange, asset);
    return true;
}
