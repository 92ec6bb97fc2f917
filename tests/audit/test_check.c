/* 10,000 ways to tamper with a chain of 10,000 rows: each is found, at its place, and called by its name. */
#include "tests/audit/chain.h"

#include <endian.h>
#include <string.h>

enum { ROWS = 10240, COLUMNS = AUDIT_FIELDS + AUDIT_PAYLOADS + 3, WINDOW = 16 };

static struct chain *chain;
static unsigned tampered;

static int start(void **state)
{
    (void)state;
    chain = chain_new(ROWS);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    chain_free(chain);
    return 0;
}

/* ---- a piece of the chain that somebody has had in his hands ---- */

/* Rows from first (0 …) on, changed; those before and behind are as they were, but may have other numbers. */
struct piece {
    size_t first, count, rest; /* rest: the row that follows the piece */
    struct audit_record rows[WINDOW];
    uint64_t numbers[WINDOW + 2];
    struct audit_record behind[2];
    bool renumbered;
    struct arena *arena;
};

static struct piece piece_of(size_t first, size_t count, struct arena *arena)
{
    struct piece piece = {.first = first, .count = count, .rest = first + count, .arena = arena};

    memcpy(piece.rows, &chain->rows[first], count * sizeof(*piece.rows));
    return piece;
}

static bool has_hash(const unsigned char h[SHA256_BYTES], void *ctx)
{
    const struct piece *piece = ctx;

    for (size_t i = 0; i < piece->count; i++)
        if (memcmp(piece->rows[i].h.bytes, h, SHA256_BYTES) == 0)
            return true;
    for (size_t i = 0; i < chain->count; i++)
        if ((i < piece->first || i >= piece->rest) && memcmp(chain->rows[i].h.bytes, h, SHA256_BYTES) == 0)
            return true;
    return false;
}

static void renumber(struct piece *piece, struct audit_record *row, size_t place)
{
    uint64_t *number = ARENA_NEW(piece->arena, uint64_t);

    *number = htobe64(piece->first + place + 1);
    row->fields[AUDIT_SEQ] = (struct span){number, sizeof(*number)};
}

/* As many rows behind the piece as are looked at. */
static size_t add_behind(struct piece *piece, const struct audit_record *ret[WINDOW + 2])
{
    size_t count = 0;

    for (; count < piece->count; count++) {
        if (piece->renumbered)
            renumber(piece, &piece->rows[count], count);
        ret[count] = &piece->rows[count];
    }
    for (size_t i = 0; i < 2 && piece->rest + i < chain->count; i++, count++) {
        piece->behind[i] = chain->rows[piece->rest + i];
        if (piece->renumbered)
            renumber(piece, &piece->behind[i], count);
        ret[count] = &piece->behind[i];
    }
    return count;
}

/* What verifying finds; AUDIT_WRONGS: nothing. */
static struct audit_finding verify(struct piece *piece)
{
    struct audit_check check = chain->before[piece->first];
    const struct audit_record *rows[WINDOW + 2];
    size_t count = add_behind(piece, rows);

    check.arena = piece->arena;
    check.scratch = TEXT_IN(piece->arena);
    for (size_t i = 0; i < count; i++) {
        const struct audit_scene scene = {.bad = rows[i],
                                          .next = i + 1 < count ? rows[i + 1] : NULL,
                                          .last = ROWS + 2000,
                                          .has_hash = has_hash,
                                          .ctx = piece};

        if (!audit_check_row(&check, rows[i]))
            return audit_check_diagnose(&check, &scene);
    }
    return (struct audit_finding){.wrong = AUDIT_WRONGS};
}

static void expect(struct piece *piece, enum audit_wrong wrong, size_t place)
{
    struct audit_finding finding = verify(piece);

    tampered++;
    if (finding.wrong != wrong || finding.seq != (int64_t)place + 1)
        fail_msg("row %zu, wanted %s: found %s at %lld (%s)", place + 1, audit_wrong_name(wrong),
                 finding.wrong == AUDIT_WRONGS ? "nothing" : audit_wrong_name(finding.wrong),
                 (long long)finding.seq, finding.detail);
}

/* ---- tampering ---- */

static struct span *column_of(struct audit_record *row, size_t column)
{
    if (column < AUDIT_FIELDS)
        return &row->fields[column];
    if (column < AUDIT_FIELDS + AUDIT_PAYLOADS)
        return &row->payload[column - AUDIT_FIELDS];
    return column == COLUMNS - 3 ? &row->salt : column == COLUMNS - 2 ? &row->prev : &row->h;
}

/* A bit of what is there; something, where there was nothing; nothing, where there was something. */
static void spoil(struct span *span, unsigned how, struct arena *arena)
{
    char *bytes;

    if (span->bytes == NULL || span->len == 0) {
        *span = (struct span){"x", 1};
        return;
    }
    if (how == 0) {
        *span = (struct span){0};
        return;
    }
    bytes = arena_memdup(arena, span->bytes, span->len);
    bytes[how % span->len] = (char)(bytes[how % span->len] ^ (1 << how % 8));
    *span = (struct span){bytes, span->len};
}

static void an_altered_column_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < 6000; i++) {
        AUTO_ARENA arena = arena_new(4096);
        struct piece piece = piece_of((i * 7) % (ROWS - 1), 1, arena);
        size_t column = i % COLUMNS;

        if (column == AUDIT_SEQ)
            continue; /* that is a row which is not at its place: below */
        spoil(column_of(&piece.rows[0], column), (unsigned)(i / COLUMNS % 64), arena);
        expect(&piece, AUDIT_ALTERED, piece.first);
    }
}

static void a_row_that_is_gone_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2000; i++) {
        AUTO_ARENA arena = arena_new(4096);
        struct piece piece = piece_of((i * 5) % (ROWS - 20), 0, arena);

        piece.rest = piece.first + 1 + i % 9; /* so many of them */
        piece.renumbered = i % 2 != 0;        /* the gap is closed */
        expect(&piece, AUDIT_DELETED, piece.first);
    }
}

static void a_row_that_nobody_wrote_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        AUTO_ARENA arena = arena_new(4096);
        struct piece piece = piece_of(20 + (i * 9) % (ROWS - 40), 0, arena);
        bool copy = i % 2 != 0;

        piece.renumbered = true;
        piece.count = 1;
        piece.rows[0] = chain->rows[copy ? piece.first - 1 - i % 19 : piece.first];
        if (!copy) { /* forged so that it follows the one before */
            piece.rows[0].fields[AUDIT_ACTOR] = (struct span){"eve", 3};
            piece.rows[0].prev = (struct span){chain->before[piece.first].h, SHA256_BYTES};
        }
        expect(&piece, AUDIT_INSERTED, piece.first);
    }
}

static void rows_that_changed_places_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        AUTO_ARENA arena = arena_new(4096);
        struct piece piece = piece_of((i * 11) % (ROWS - WINDOW), WINDOW, arena);
        size_t other = 1 + i % (WINDOW - 1);
        struct audit_record first = piece.rows[0];

        piece.rows[0] = piece.rows[other];
        piece.rows[other] = first;
        piece.renumbered = true;
        expect(&piece, AUDIT_REORDERED, piece.first);
    }
}

static struct audit_checkpoint mark_of(size_t seq)
{
    struct audit_checkpoint checkpoint = {.seq = (int64_t)seq, .at_us = PG_EPOCH_US};

    memcpy(checkpoint.h, chain->rows[seq - 1].h.bytes, SHA256_BYTES);
    audit_checkpoint_sign(audit_keys_newest(chain->keys), &checkpoint);
    return checkpoint;
}

static void an_end_that_was_cut_off_is_found(void **state)
{
    struct audit_checkpoint checkpoint = mark_of(ROWS);

    (void)state;
    for (size_t left = 0; left < 500; left++) {
        AUTO_ARENA arena = arena_new(4096);
        const struct audit_mark mark = {&checkpoint, NULL, 0, (int64_t)(left * 20)};
        struct audit_finding finding;

        tampered++;
        assert_false(audit_check_mark(chain->keys, &mark, arena, &finding));
        assert_int_equal(finding.wrong, AUDIT_TRUNCATED);
        assert_int_equal(finding.seq, left * 20 + 1);
    }
}

static void an_end_that_was_written_anew_is_found(void **state)
{
    (void)state;
    for (size_t at = 40; at < 200; at++) {
        AUTO_ARENA arena = arena_new(4096);
        struct audit_checkpoint checkpoint = mark_of(at);
        const struct audit_mark good = {&checkpoint, chain->rows[at - 1].h.bytes, 0, ROWS};
        const struct audit_mark mark = {&checkpoint, chain->rows[at].h.bytes, (int64_t)at - 20, ROWS};
        struct audit_finding finding;

        tampered++;
        assert_true(audit_check_mark(chain->keys, &good, arena, &finding));
        assert_false(audit_check_mark(chain->keys, &mark, arena, &finding));
        assert_int_equal(finding.wrong, AUDIT_TRUNCATED);
        assert_int_equal(finding.seq, at - 19);
        checkpoint.h[at % SHA256_BYTES] ^= 1;
        assert_false(audit_check_mark(chain->keys, &good, arena, &finding));
        assert_int_equal(finding.wrong, AUDIT_ALTERED);
        checkpoint.key = 9;
        assert_false(audit_check_mark(chain->keys, &good, arena, &finding));
        assert_int_equal(finding.wrong, AUDIT_NO_KEY);
    }
}

/* Whoever takes the key file away, or takes a keyed row for one of the key that everybody knows. */
static void rows_need_their_keys(void **state)
{
    struct audit_keys *open = audit_keys_new(NULL);
    AUTO_ARENA arena = arena_new(4096);
    struct piece piece = piece_of(5, 1, arena);
    struct audit_check check = audit_check_from(open, arena, 5, chain->before[5].h, false);
    const struct audit_scene scene = {
        .bad = &piece.rows[0], .last = ROWS, .has_hash = has_hash, .ctx = &piece};

    (void)state;
    assert_false(audit_check_row(&check, &piece.rows[0]));
    assert_int_equal(audit_check_diagnose(&check, &scene).wrong, AUDIT_NO_KEY);
    audit_keys_free(open);
}

static void a_forger_cannot_use_the_open_key(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    struct piece piece = piece_of(50, 1, arena);
    struct text scratch = TEXT_IN(arena);
    static const uint32_t zero;
    unsigned char h[SHA256_BYTES];

    (void)state;
    piece.rows[0].fields[AUDIT_KEY] = (struct span){&zero, sizeof(zero)};
    piece.rows[0].fields[AUDIT_ACTOR] = (struct span){"eve", 3};
    audit_hash(audit_keys_find(chain->keys, AUDIT_KEY_OPEN), &piece.rows[0], &scratch, h);
    piece.rows[0].h = (struct span){h, sizeof(h)};
    expect(&piece, AUDIT_ALTERED, 50);
}

/* So that none of the loops above grows small unseen. */
static void ten_thousand_were_tried(void **state)
{
    (void)state;
    assert_true(tampered >= 10000);
}

static void an_untouched_chain_is_in_order(void **state)
{
    (void)state;
    assert_int_equal(chain->before[ROWS].seq, ROWS);
    assert_int_equal(chain->before[ROWS].rows, ROWS);
    for (size_t i = 0; i < 500; i++) {
        AUTO_ARENA arena = arena_new(4096);
        struct piece piece = piece_of(i * 20, WINDOW, arena);

        assert_int_equal(verify(&piece).wrong, AUDIT_WRONGS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_untouched_chain_is_in_order),
        cmocka_unit_test(an_altered_column_is_found),
        cmocka_unit_test(a_row_that_is_gone_is_found),
        cmocka_unit_test(a_row_that_nobody_wrote_is_found),
        cmocka_unit_test(rows_that_changed_places_are_found),
        cmocka_unit_test(an_end_that_was_cut_off_is_found),
        cmocka_unit_test(an_end_that_was_written_anew_is_found),
        cmocka_unit_test(rows_need_their_keys),
        cmocka_unit_test(a_forger_cannot_use_the_open_key),
        cmocka_unit_test(ten_thousand_were_tried),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
