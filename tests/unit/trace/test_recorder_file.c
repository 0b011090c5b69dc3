// What happens to the file of a trace ends the recording into it and nothing else.
#include "check/check_report.h"
#include "trace/recorder.h"

#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UNDER_TSAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define UNDER_TSAN 1
#endif

static char folder[] = "/tmp/latchkey-trace-XXXXXX";
static char path[64], other[64];

static void setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/t", folder);
    snprintf(other, sizeof(other), "%s/other", folder);
}

static void teardown(void)
{
    trace_close();
    unlink(path);
    unlink(other);
    rmdir(folder);
    strcpy(folder, "/tmp/latchkey-trace-XXXXXX");
}

// More than one ring holds, so that each of its pages is written.
static void write_many(void)
{
    for (uint32_t i = 0; i < TRACE_RING_EVENTS * 2; i++)
        trace_event(TRACE_RUN, 0, NULL, 0, i);
}

static void expect_spoiled(const char *expected)
{
    const char *file, *why;
    ck_assert(trace_spoiled(&file, &why));
    ck_assert_str_eq(file, path);
    ck_assert_str_eq(why, expected);
    ck_assert(!trace_spoiled(&file, &why)); // once
    ck_assert_ptr_null(trace_path());       // no report sends anybody to it
    ck_assert_str_eq(trace_lost_why(), expected);
    ck_assert_int_eq(check_report_status(0), CHECK_REPORT_LOST);
    // Reports find the last steps all the same.
    struct trace_event last[4];
    trace_event(TRACE_RUN, 0, NULL, 0, 4711);
    size_t n = trace_last(last, 4);
    ck_assert_uint_gt(n, 0);
    ck_assert_uint_eq(last[n - 1].arg, 4711);
}

START_TEST(a_whole_file_has_nothing_to_tell)
{
    const char *file, *why;
    ck_assert_int_eq(trace_open(path), 0);
    write_many();
    ck_assert(!trace_spoiled(&file, &why));
    ck_assert_str_eq(trace_path(), path);
    ck_assert_ptr_null(trace_lost_why());
    ck_assert_int_eq(check_report_status(0), CHECK_REPORT_CLEAN);
}
END_TEST

START_TEST(a_file_that_is_emptied_or_cut_ends_the_recording)
{
    static const off_t sizes[] = {0, 1, TRACE_PAGE, TRACE_PAGE + TRACE_NAMES_SIZE + TRACE_PAGE};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        ck_assert_int_eq(trace_open(path), 0);
        trace_event(TRACE_RUN, 0, NULL, 0, 1);
        ck_assert_int_eq(truncate(path, sizes[i]), 0);
        write_many();
        ck_assert_uint_ne(trace_name_what("after"), 0);
        expect_spoiled("it was cut, or its disk is full");
        trace_close();
    }
}
END_TEST

START_TEST(a_cut_is_seen_without_an_event)
{
    ck_assert_int_eq(trace_open(path), 0);
    ck_assert_int_eq(truncate(path, TRACE_PAGE), 0);
    expect_spoiled("it was cut");
}
END_TEST

START_TEST(a_file_that_is_removed_or_replaced_ends_the_recording)
{
    ck_assert_int_eq(trace_open(path), 0);
    write_many();
    unlink(path);
    expect_spoiled("it was removed");
    trace_close();
    ck_assert_int_eq(trace_open(path), 0);
    ck_assert_int_eq(trace_open(path), 0); // begun again: not spoiled
    ck_assert_ptr_null(trace_lost_why());
    int fd = open(other, O_CREAT | O_WRONLY, 0600);
    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert_int_eq(rename(other, path), 0);
    write_many();
    expect_spoiled("another file has its name");
}
END_TEST

#ifndef UNDER_TSAN
static _Atomic bool over;

static void *write_on(void *arg)
{
    (void)arg;
    while (!atomic_load(&over))
        write_many();
    return NULL;
}

START_TEST(many_threads_write_while_it_is_cut)
{
    enum { THREADS = 4, TIMES = 5 };
    for (int n = 0; n < TIMES; n++) {
        pthread_t threads[THREADS];
        ck_assert_int_eq(trace_open(path), 0);
        atomic_store(&over, false);
        for (int i = 0; i < THREADS; i++)
            pthread_create(&threads[i], NULL, write_on, NULL);
        usleep(3000);
        ck_assert_int_eq(truncate(path, 0), 0);
        while (trace_path())
            usleep(1000);
        atomic_store(&over, true);
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
        expect_spoiled("it was cut, or its disk is full");
        trace_close();
    }
}
END_TEST
#endif

static void fill(const char *name)
{
    char block[4096] = {1};
    int fd = open(name, O_CREAT | O_WRONLY, 0600);
    while (write(fd, block, sizeof(block)) > 0)
        ;
    close(fd);
}

static void put_line(const char *file, const char *line)
{
    int fd = open(file, O_WRONLY);
    (void)!write(fd, line, strlen(line));
    close(fd);
}

// False where no disk of our own may be made.
static bool make_small_disk(void)
{
    char map[40], group_map[40];
    snprintf(map, sizeof(map), "0 %u 1", (unsigned)geteuid());
    snprintf(group_map, sizeof(group_map), "0 %u 1", (unsigned)getegid());
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
        return false;
    put_line("/proc/self/setgroups", "deny");
    put_line("/proc/self/uid_map", map);
    put_line("/proc/self/gid_map", group_map);
    return !mount("tmpfs", folder, "tmpfs", 0, "size=8m");
}

START_TEST(a_full_disk_ends_the_recording)
{
    if (!make_small_disk()) {
        printf("no disk of our own may be made here: not tried\n");
        return;
    }
    ck_assert_int_eq(trace_open(path), 0); // there is no room to reserve
    fill(other);
    write_many();
    expect_spoiled("it was cut, or its disk is full");
    trace_close();
    unlink(path);
    unlink(other);
    umount(folder);
}
END_TEST

// Where there is room all of it is reserved, so that a disk that fills later takes none of it.
START_TEST(room_is_reserved)
{
    struct stat st;
    struct statvfs fs;
    ck_assert_int_eq(trace_open(path), 0);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(statvfs(folder, &fs), 0);
    int fd = open(other, O_CREAT | O_WRONLY, 0600);
    bool can = !fallocate(fd, 0, 0, 4096);
    close(fd);
    if (can && fs.f_bavail * fs.f_frsize > (unsigned long)st.st_size)
        ck_assert_int_ge(st.st_blocks * 512, st.st_size);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trace_file");
    TCase *t = tcase_create("trace_file");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_whole_file_has_nothing_to_tell);
    tcase_add_test(t, a_file_that_is_emptied_or_cut_ends_the_recording);
    tcase_add_test(t, a_cut_is_seen_without_an_event);
    tcase_add_test(t, a_file_that_is_removed_or_replaced_ends_the_recording);
#ifndef UNDER_TSAN
    // ThreadSanitizer makes an atomic store itself, under a lock of its own. When that store hits a
    // page that is gone, the handler of the signal waits for this lock for ever.
    tcase_add_test(t, many_threads_write_while_it_is_cut);
#endif
    tcase_add_test(t, a_full_disk_ends_the_recording);
    tcase_add_test(t, room_is_reserved);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
