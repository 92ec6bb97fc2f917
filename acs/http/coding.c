#include "acs/http/coding.h"

#include <string.h>
#include <strings.h>
#include <zlib.h>

enum { WINDOW_ZLIB = 15, WINDOW_GZIP = 15 + 16, WINDOW_RAW = -15, FIRST_BYTES = 4096 };

bool coding_by_name(const char *name, enum http_coding *ret)
{
    static const struct {
        const char *name;
        enum http_coding coding;
    } names[] = {
        {"identity", HTTP_CODING_NONE   },
        {"gzip",     HTTP_CODING_GZIP   },
        {"x-gzip",   HTTP_CODING_GZIP   },
        {"deflate",  HTTP_CODING_DEFLATE},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (strcasecmp(name, names[i].name) == 0) {
            *ret = names[i].coding;
            return true;
        }
    }
    return false;
}

/* ---- zlib's memory is the arena's, and goes with it ---- */

static voidpf take(voidpf arena, uInt items, uInt size)
{
    return arena_alloc(arena, (size_t)items * size);
}

static void leave(voidpf arena, voidpf memory)
{
    (void)arena;
    (void)memory;
}

/* ---- decoding ---- */

struct decoding {
    z_stream stream;
    struct arena *arena;
    char *out;
    size_t len, capacity, max; /* the NUL behind it is in capacity, not in max */
    bool many;                 /* another stream may follow the first (gzip) */
};

static size_t limit_of(size_t len, size_t max)
{
    size_t ratio = len > max / CODING_RATIO_MAX ? max : CODING_FREE_BYTES + len * CODING_RATIO_MAX;

    return ratio < max ? ratio : max;
}

/* Room for one byte more than max at the end, so that too much shows. */
static void make_room(struct decoding *decoding)
{
    size_t capacity = decoding->capacity == 0 ? FIRST_BYTES : decoding->capacity * 2;

    if (decoding->len + 1 < decoding->capacity)
        return;
    if (capacity > decoding->max + 2)
        capacity = decoding->max + 2;
    decoding->out = arena_grow(decoding->arena, decoding->out, decoding->capacity, capacity);
    decoding->capacity = capacity;
}

static int inflate_some(struct decoding *decoding)
{
    z_stream *stream = &decoding->stream;
    int result;

    make_room(decoding);
    stream->next_out = (Bytef *)decoding->out + decoding->len;
    stream->avail_out = (uInt)(decoding->capacity - 1 - decoding->len);
    result = inflate(stream, Z_NO_FLUSH);
    decoding->len = decoding->capacity - 1 - stream->avail_out;
    return result;
}

static enum err inflate_all(struct decoding *decoding)
{
    z_stream *stream = &decoding->stream;

    for (;;) {
        int result = inflate_some(decoding);

        if (decoding->len > decoding->max)
            return err_set(ERR_TOO_LARGE, "the compressed body becomes longer than %zu bytes", decoding->max);
        if (result == Z_STREAM_END && stream->avail_in == 0)
            return ERR_OK;
        if (result == Z_STREAM_END && decoding->many && inflateReset(stream) == Z_OK)
            continue;
        if (result == Z_OK && (stream->avail_in > 0 || stream->avail_out == 0))
            continue;
        return err_set(ERR_INVALID, "the compressed body is damaged or cut off");
    }
}

static enum err decode(struct decoding *decoding, int window, struct coded_body body)
{
    union {
        const char *given;
        Bytef *taken; /* zlib's type is not const, and it only reads */
    } in = {.given = body.bytes};
    enum err err;

    decoding->stream = (z_stream){.zalloc = take, .zfree = leave, .opaque = decoding->arena};
    decoding->len = 0;
    decoding->stream.next_in = in.taken;
    decoding->stream.avail_in = (uInt)body.len;
    if (inflateInit2(&decoding->stream, window) != Z_OK)
        return err_set(ERR_INTERNAL, "zlib does not start");
    err = inflate_all(decoding);
    inflateEnd(&decoding->stream);
    return err;
}

/* RFC 1950 2.2 */
static bool has_zlib_header(struct coded_body body)
{
    const unsigned char *head = (const unsigned char *)body.bytes;

    return body.len >= 2 && (head[0] & 0x0f) == Z_DEFLATED && (head[0] * 256U + head[1]) % 31 == 0;
}

enum err coding_decode(enum http_coding coding, struct coded_body body, size_t max, struct arena *arena,
                       char **ret, size_t *ret_len)
{
    struct decoding decoding = {
        .arena = arena, .max = limit_of(body.len, max), .many = coding == HTTP_CODING_GZIP};
    enum err err = ERR_INVALID;

    if (coding == HTTP_CODING_GZIP)
        err = decode(&decoding, WINDOW_GZIP, body);
    else if (has_zlib_header(body))
        err = decode(&decoding, WINDOW_ZLIB, body);
    if (coding == HTTP_CODING_DEFLATE && err == ERR_INVALID)
        err = decode(&decoding, WINDOW_RAW, body);
    TRY(err);
    decoding.out[decoding.len] = '\0';
    *ret = decoding.out;
    *ret_len = decoding.len;
    return ERR_OK;
}
