#include "acs/base/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "acs/base/clock.h"

#include "tests/base/check.h"

/* One test: its loop, two pairs of sockets, and a word to which every callback adds its letter. */
struct scene {
    struct loop *loop;
    int near[2], far[2]; /* what is written to far[i] makes near[i] readable */
    struct loop_timer timers[3];
    char heard[64];
    int turns;
};

static struct scene scene;

static void hear(char letter)
{
    size_t len = strlen(scene.heard);

    assert_true(len + 1 < sizeof(scene.heard));
    scene.heard[len] = letter;
    scene.heard[len + 1] = '\0';
}

/* A loop_fn: ctx is the letter, as a string. */
static void say(void *ctx)
{
    hear(*(const char *)ctx);
}

static void stop(void *unused)
{
    (void)unused;
    loop_stop(scene.loop);
}

/* A test that waits for what does not come must fail, not hang. */
static void give_up(void *unused)
{
    (void)unused;
    hear('!');
    loop_stop(scene.loop);
}

static const char *run(void)
{
    struct loop_timer limit = {0};

    loop_timer_set(scene.loop, &limit, clock_mono_us() + 5 * US_PER_S, give_up, NULL);
    loop_run(scene.loop);
    loop_timer_clear(scene.loop, &limit);
    return scene.heard;
}

static int set_up(void **state)
{
    (void)state;
    memset(&scene, 0, sizeof(scene));
    scene.loop = loop_new();
    for (int i = 0; i < 2; i++) {
        int pair[2];

        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0)
            return -1;
        scene.near[i] = pair[0];
        scene.far[i] = pair[1];
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    loop_free(scene.loop);
    for (int i = 0; i < 2; i++) {
        close(scene.near[i]);
        close(scene.far[i]);
    }
    return 0;
}

static void make_readable(int i)
{
    assert_int_equal(write(scene.far[i], "x", 1), 1);
}

/* ---- descriptors ---- */

static void hear_and_stop(uint32_t events, void *ctx)
{
    hear(events == EPOLLIN ? *(const char *)ctx : '?');
    loop_stop(scene.loop);
}

static void a_readable_descriptor_calls_its_watch(void **state)
{
    static char r[] = "r";

    (void)state;
    loop_watch(scene.loop, scene.near[0], EPOLLIN, hear_and_stop, r);
    make_readable(0);
    assert_string_equal(run(), "r");
}

static void readiness_is_level_triggered(void **state)
{
    static char r[] = "r";

    (void)state;
    loop_watch(scene.loop, scene.near[0], EPOLLIN, hear_and_stop, r);
    make_readable(0);
    run();
    assert_string_equal(run(), "rr"); /* nobody read it */
}

static void hear_w(uint32_t events, void *ctx)
{
    (void)ctx;
    hear(events == EPOLLOUT ? 'w' : '?');
    loop_stop(scene.loop);
}

static void watching_again_changes_events_and_callback(void **state)
{
    static char r[] = "r", s[] = "s";

    (void)state;
    loop_watch(scene.loop, scene.near[0], EPOLLIN, hear_and_stop, r);
    loop_watch(scene.loop, scene.near[0], EPOLLOUT, hear_w, r);
    assert_string_equal(run(), "w");
    loop_watch(scene.loop, scene.near[0], EPOLLIN, hear_w, r);
    loop_watch(scene.loop, scene.near[0], EPOLLIN, hear_and_stop, s);
    make_readable(0);
    assert_string_equal(run(), "ws");
}

static void hear_hangup(uint32_t events, void *ctx)
{
    (void)ctx;
    hear((events & EPOLLHUP) != 0 ? 'h' : '?');
    loop_stop(scene.loop);
}

static void a_hangup_is_told_unasked(void **state)
{
    (void)state;
    loop_watch(scene.loop, scene.near[0], 0, hear_hangup, NULL);
    close(scene.far[0]);
    assert_string_equal(run(), "h");
}

static void unwatched_descriptors_are_silent(void **state)
{
    static char r[] = "r", s[] = "s";

    (void)state;
    loop_watch(scene.loop, scene.near[0], EPOLLIN, hear_and_stop, r);
    loop_watch(scene.loop, scene.near[1], EPOLLIN, hear_and_stop, s);
    make_readable(0);
    make_readable(1);
    loop_unwatch(scene.loop, scene.near[0]);
    loop_unwatch(scene.loop, scene.near[0]); /* once more does no harm */
    loop_unwatch(scene.loop, -1);
    loop_unwatch(scene.loop, 1 << 20);
    assert_string_equal(run(), "s");
}

/* Whichever of the two comes first silences the other, which is ready in the same turn. */
static void silence_the_other(uint32_t events, void *ctx)
{
    (void)events;
    hear('o');
    loop_unwatch(scene.loop, *(const int *)ctx);
    loop_stop(scene.loop);
}

static void a_callback_may_unwatch_what_is_ready_in_the_same_turn(void **state)
{
    (void)state;
    loop_watch(scene.loop, scene.near[0], EPOLLIN, silence_the_other, &scene.near[1]);
    loop_watch(scene.loop, scene.near[1], EPOLLIN, silence_the_other, &scene.near[0]);
    make_readable(0);
    make_readable(1);
    assert_string_equal(run(), "o");
}

static void must_not_be_called(uint32_t events, void *ctx)
{
    (void)events;
    (void)ctx;
    hear('X');
}

/* Closes the other, and a new socket gets its number and a watch in the same turn: its event is not of this
 * one. */
static void replace_the_other(uint32_t events, void *ctx)
{
    int other = *(const int *)ctx;
    int pair[2];

    (void)events;
    hear('o');
    loop_unwatch(scene.loop, scene.near[0]);
    loop_unwatch(scene.loop, scene.near[1]);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    dup2(pair[0], other);
    close(pair[0]);
    close(pair[1]);
    loop_watch(scene.loop, other, 0, must_not_be_called, NULL);
    loop_unwatch(scene.loop, other);
    loop_watch(scene.loop, other, EPOLLIN, must_not_be_called, NULL);
    loop_unwatch(scene.loop, other == scene.near[0] ? scene.near[1] : scene.near[0]);
    loop_stop(scene.loop);
    loop_unwatch(scene.loop, other);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    dup2(pair[0], other);
    close(pair[0]);
    loop_watch(scene.loop, other, EPOLLIN, must_not_be_called, NULL);
    scene.turns = pair[1]; /* kept open, so that nothing is ready */
}

static void an_event_of_a_closed_descriptor_is_not_given_to_its_successor(void **state)
{
    (void)state;
    loop_watch(scene.loop, scene.near[0], EPOLLIN, replace_the_other, &scene.near[1]);
    loop_watch(scene.loop, scene.near[1], EPOLLIN, replace_the_other, &scene.near[0]);
    make_readable(0);
    make_readable(1);
    assert_string_equal(run(), "o");
    close(scene.turns);
}

static void only_writing_now(uint32_t events, void *ctx)
{
    (void)events;
    hear('o');
    loop_watch(scene.loop, *(const int *)ctx, EPOLLOUT, hear_w, NULL);
    loop_unwatch(scene.loop, *(const int *)ctx == scene.near[1] ? scene.near[0] : scene.near[1]);
}

static void an_event_nobody_asks_for_any_more_is_dropped(void **state)
{
    (void)state;
    loop_watch(scene.loop, scene.near[0], EPOLLIN, only_writing_now, &scene.near[1]);
    loop_watch(scene.loop, scene.near[1], EPOLLIN, only_writing_now, &scene.near[0]);
    make_readable(0);
    make_readable(1);
    assert_string_equal(run(), "ow"); /* hear_w would have said '?' to EPOLLIN */
}

/* The array of watches moves while a callback of it runs. */
static void watch_a_high_number(uint32_t events, void *ctx)
{
    int high = fcntl(scene.near[1], F_DUPFD_CLOEXEC, 900);

    (void)events;
    hear(*(const char *)ctx);
    assert_true(high >= 900);
    loop_watch(scene.loop, high, EPOLLIN, must_not_be_called, NULL);
    loop_unwatch(scene.loop, high);
    close(high);
    loop_stop(scene.loop);
}

static void descriptors_may_have_high_numbers(void **state)
{
    static char r[] = "r";

    (void)state;
    loop_watch(scene.loop, scene.near[0], EPOLLIN, watch_a_high_number, r);
    make_readable(0);
    assert_string_equal(run(), "r");
}

/* ---- timers ---- */

static void timers_fire_in_the_order_of_their_times(void **state)
{
    static char a[] = "a", b[] = "b", c[] = "c";
    int64_t now = clock_mono_us();
    struct loop_timer end = {0};

    (void)state;
    loop_timer_set(scene.loop, &scene.timers[0], now + 3000, say, c);
    loop_timer_set(scene.loop, &scene.timers[1], now + 1000, say, a);
    loop_timer_set(scene.loop, &scene.timers[2], now + 1000, say, b);
    loop_timer_set(scene.loop, &end, now + 5000, stop, NULL);
    assert_true(end.set);
    assert_string_equal(run(), "abc");
    assert_false(end.set);
    assert_true(clock_mono_us() >= now + 5000);
}

static void a_set_timer_is_moved_and_a_cleared_one_is_silent(void **state)
{
    static char a[] = "a", b[] = "b";
    int64_t now = clock_mono_us();
    struct loop_timer end = {0};

    (void)state;
    loop_timer_set(scene.loop, &scene.timers[0], now + 1000, say, a);
    loop_timer_set(scene.loop, &scene.timers[1], now + 2000, say, b);
    loop_timer_set(scene.loop, &scene.timers[2], now + 1500, say, b);
    loop_timer_set(scene.loop, &scene.timers[0], now + 3000, say, a);
    loop_timer_clear(scene.loop, &scene.timers[2]);
    loop_timer_clear(scene.loop, &scene.timers[2]);
    loop_timer_set(scene.loop, &end, now + 4000, stop, NULL);
    assert_string_equal(run(), "ba");
}

static void clear_the_others(void *unused)
{
    (void)unused;
    hear('c');
    for (int i = 0; i < 3; i++)
        loop_timer_clear(scene.loop, &scene.timers[i]);
    loop_stop(scene.loop);
}

static void a_timer_may_clear_those_that_are_due_with_it(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        loop_timer_set(scene.loop, &scene.timers[i], 1 + i, clear_the_others, NULL);
    assert_string_equal(run(), "c");
}

static void again_at_once(void *unused)
{
    (void)unused;
    hear('t');
    loop_timer_set(scene.loop, &scene.timers[0], 1, again_at_once, NULL);
}

static void count_turn(void *unused)
{
    (void)unused;
    if (++scene.turns == 3)
        loop_stop(scene.loop);
}

static void a_timer_that_is_always_due_does_not_starve_the_loop(void **state)
{
    (void)state;
    loop_at_turn_end(scene.loop, count_turn, NULL);
    loop_timer_set(scene.loop, &scene.timers[0], 1, again_at_once, NULL);
    assert_string_equal(run(), "tttt"); /* one per turn; a stop by a hook is for the next */
    loop_timer_clear(scene.loop, &scene.timers[0]);
}

/* ---- mail and the end of a turn ---- */

static void mail_is_delivered_in_order_even_before_a_stop(void **state)
{
    static char a[] = "a", b[] = "b", c[] = "c";

    (void)state;
    loop_post(scene.loop, say, a);
    loop_post(scene.loop, say, b);
    loop_post(scene.loop, say, c);
    loop_stop(scene.loop);
    assert_string_equal(run(), "abc");
    loop_post(scene.loop, say, a); /* never delivered: freed with the loop */
}

static void post_more(void *ctx)
{
    static char m[] = "m";

    hear('p');
    loop_post(scene.loop, say, m);
    loop_post(scene.loop, stop, ctx);
}

static void mail_may_send_mail(void **state)
{
    (void)state;
    loop_post(scene.loop, post_more, NULL);
    assert_string_equal(run(), "pm");
}

enum { POSTERS = 4, POSTS = 20000 };
static char posts[POSTERS * POSTS]; /* what counts is only where a letter lies */
static int delivered[POSTERS];
static int total;

static void count_mail(void *ctx)
{
    ptrdiff_t post = (char *)ctx - posts;

    if (delivered[post / POSTS] != post % POSTS)
        hear('X'); /* out of order */
    delivered[post / POSTS]++;
    if (++total == POSTERS * POSTS)
        loop_stop(scene.loop);
}

static void *post_much(void *ctx)
{
    char *first = ctx;

    for (int i = 0; i < POSTS; i++)
        loop_post(scene.loop, count_mail, first + i);
    return NULL;
}

static void nothing_posted_by_other_threads_is_lost_or_reordered(void **state)
{
    pthread_t threads[POSTERS];

    (void)state;
    memset(delivered, 0, sizeof(delivered));
    total = 0;
    for (size_t i = 0; i < POSTERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, post_much, posts + i * POSTS), 0);
    assert_string_equal(run(), "");
    for (size_t i = 0; i < POSTERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(total, POSTERS * POSTS);
}

static void hooks_run_once_per_turn_after_all_that_was_ready(void **state)
{
    static char a[] = "a", b[] = "b", e[] = "e", f[] = "f", t[] = "t";

    (void)state;
    loop_at_turn_end(scene.loop, say, e);
    loop_at_turn_end(scene.loop, say, f);
    loop_timer_set(scene.loop, &scene.timers[0], 1, say, t);
    loop_post(scene.loop, say, a);
    loop_post(scene.loop, say, b);
    loop_stop(scene.loop);
    assert_string_equal(run(), "abtef");
}

/* ---- the surroundings ---- */

static void ignore_signal(int number)
{
    (void)number;
}

static void *interrupt(void *thread)
{
    for (int i = 0; i < 20; i++) {
        pthread_kill(*(pthread_t *)thread, SIGUSR1);
        usleep(500);
    }
    loop_stop(scene.loop);
    return NULL;
}

static void signals_do_not_end_the_wait(void **state)
{
    const struct sigaction action = {.sa_handler = ignore_signal};
    pthread_t self = pthread_self();
    pthread_t thread;

    (void)state;
    sigaction(SIGUSR1, &action, NULL);
    assert_int_equal(pthread_create(&thread, NULL, interrupt, &self), 0);
    assert_string_equal(run(), "");
    pthread_join(thread, NULL);
}

/* From now on this process is on a kernel without epoll_pwait2(). */
static void forbid_epoll_pwait2(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_epoll_pwait2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {.len = COUNT_OF(filter), .filter = filter};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        _exit(2);
}

static _Noreturn void run_on_an_old_kernel(void)
{
    static char a[] = "a";
    int64_t now = clock_mono_us();
    struct loop_timer end = {0};

    forbid_epoll_pwait2();
    loop_timer_set(scene.loop, &scene.timers[0], now + 1500, say, a);
    loop_timer_set(scene.loop, &end, now + 3000, stop, NULL);
    run();
    loop_stop(scene.loop);
    loop_run(scene.loop); /* without a timer */
    exit(strcmp(scene.heard, "a") == 0 && clock_mono_us() >= now + 3000 ? 0 : 1);
}

static void it_works_without_the_newer_wait_of_the_kernel(void **state)
{
    int status = -1;
    pid_t child = fork();

    (void)state;
    assert_true(child >= 0);
    if (child == 0)
        run_on_an_old_kernel();
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void watch_a_closed_descriptor(void)
{
    struct loop *loop = loop_new();
    int closed = dup(0);

    close(closed);
    loop_watch(loop, closed, EPOLLIN, must_not_be_called, NULL);
}

static void watch_a_negative_descriptor(void)
{
    struct loop *loop = loop_new();

    loop_watch(loop, -1, EPOLLIN, must_not_be_called, NULL);
}

static void watching_what_is_not_open_ends_the_process(void **state)
{
    (void)state;
    assert_true(dies(watch_a_closed_descriptor));
    assert_true(dies(watch_a_negative_descriptor));
    loop_free(NULL);
}

#define LOOP_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_TEST(a_readable_descriptor_calls_its_watch),
        LOOP_TEST(readiness_is_level_triggered),
        LOOP_TEST(watching_again_changes_events_and_callback),
        LOOP_TEST(a_hangup_is_told_unasked),
        LOOP_TEST(unwatched_descriptors_are_silent),
        LOOP_TEST(a_callback_may_unwatch_what_is_ready_in_the_same_turn),
        LOOP_TEST(an_event_of_a_closed_descriptor_is_not_given_to_its_successor),
        LOOP_TEST(an_event_nobody_asks_for_any_more_is_dropped),
        LOOP_TEST(descriptors_may_have_high_numbers),
        LOOP_TEST(timers_fire_in_the_order_of_their_times),
        LOOP_TEST(a_set_timer_is_moved_and_a_cleared_one_is_silent),
        LOOP_TEST(a_timer_may_clear_those_that_are_due_with_it),
        LOOP_TEST(a_timer_that_is_always_due_does_not_starve_the_loop),
        LOOP_TEST(mail_is_delivered_in_order_even_before_a_stop),
        LOOP_TEST(mail_may_send_mail),
        LOOP_TEST(nothing_posted_by_other_threads_is_lost_or_reordered),
        LOOP_TEST(hooks_run_once_per_turn_after_all_that_was_ready),
        LOOP_TEST(signals_do_not_end_the_wait),
        LOOP_TEST(it_works_without_the_newer_wait_of_the_kernel),
        LOOP_TEST(watching_what_is_not_open_ends_the_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
