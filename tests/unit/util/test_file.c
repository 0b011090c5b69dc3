// Whole files: bounded reading, replacing that leaves the old or the new version and nothing else.
#include "util/file.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/mem.h"

static char *folder;

static void enter_folder(void)
{
    const char *tmp = getenv("TMPDIR");
    folder = mem_printf("%s/latchkey-file-XXXXXX", tmp ? tmp : P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static int count_entries(const char *path)
{
    DIR *dir = opendir(path);
    int n = 0;
    for (struct dirent *e; (e = readdir(dir));)
        n += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
    closedir(dir);
    return n;
}

static void remove_entries(const char *path)
{
    DIR *dir = opendir(path);
    for (struct dirent *e; (e = readdir(dir));) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
            continue;
        char *name = mem_printf("%s/%s", path, e->d_name);
        if (unlink(name) < 0) {
            remove_entries(name);
            rmdir(name);
        }
        free(name);
    }
    closedir(dir);
}

static void leave_folder(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    remove_entries(folder);
    rmdir(folder);
    free(folder);
}

static void assert_content(const char *path, const char *expected)
{
    struct buf b = BUF_INIT;
    ck_assert_int_eq(file_read(path, 1000, &b), 0);
    ck_assert_str_eq(buf_str(&b), expected);
    buf_fini(&b);
}

START_TEST(replacing_keeps_the_previous_version)
{
    ck_assert_int_eq(file_write_atomic("a", "one", 3, 0644, true), 0);
    assert_content("a", "one");
    ck_assert_int_eq(access("a~", F_OK), -1);
    ck_assert_int_eq(file_write_atomic("a", "two", 3, 0644, true), 0);
    ck_assert_int_eq(file_write_atomic("a", "three", 5, 0644, true), 0);
    assert_content("a", "three");
    assert_content("a~", "two");
    ck_assert_int_eq(file_write_atomic("b", "x", 1, 0600, false), 0);
    ck_assert_int_eq(file_write_atomic("b", "y", 1, 0600, false), 0);
    struct stat st;
    ck_assert_int_eq(stat("b", &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(count_entries("."), 3);
}
END_TEST

START_TEST(a_write_that_fails_leaves_the_old_version_and_no_litter)
{
    ck_assert_int_eq(file_write_atomic("a", "one", 3, 0644, true), 0);
    struct rlimit small = {4096, 4096};
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    char *big = mem_zalloc(100000);
    ck_assert_int_eq(file_write_atomic("a", big, 100000, 0644, true), -EFBIG);
    ck_assert_int_eq(file_create("c", big, 100000, 0644), -EFBIG);
    free(big);
    assert_content("a", "one");
    ck_assert_int_eq(count_entries("."), 1);
    ck_assert_int_eq(file_write_atomic("nowhere/a", "x", 1, 0644, true), -ENOENT);
    ck_assert_int_eq(mkdir("d", 0755), 0);
    ck_assert_int_eq(file_write_atomic("d", "x", 1, 0644, false), -EISDIR);
    ck_assert_int_eq(count_entries("."), 2);
}
END_TEST

// As few as are synced one by one, and more: each gets its own result.
START_TEST(many_are_replaced_and_each_has_its_result)
{
    static const size_t counts[] = {0, 1, 4, 5, 20};
    for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
        size_t n = counts[c];
        char names[20][8], texts[20][8];
        struct file_version list[20];
        ck_assert_int_eq(mkdir("d", 0755), 0);
        ck_assert_int_eq(mkdir("d/f2", 0755), 0);
        for (size_t i = 0; i < n; i++) {
            snprintf(names[i], sizeof(names[i]), "d/f%zu", i);
            snprintf(texts[i], sizeof(texts[i]), "new%zu", i);
            if (i != 2)
                ck_assert_int_eq(file_write_atomic(names[i], "old", 3, 0600, false), 0);
            list[i] = (struct file_version){names[i], texts[i], strlen(texts[i]), 1};
        }
        file_write_many(list, n, 0600, true);
        for (size_t i = 0; i < n; i++) {
            ck_assert_int_eq(list[i].result, i == 2 ? -EISDIR : 0);
            if (i == 2)
                continue;
            assert_content(names[i], texts[i]);
            struct stat st;
            ck_assert_int_eq(stat(names[i], &st), 0);
            ck_assert_int_eq(st.st_mode & 0777, 0600);
            char *previous = mem_printf("%s~", names[i]);
            assert_content(previous, "old");
            free(previous);
        }
        size_t others = n > 2 ? n - 1 : n; // with one version before each, and the folder f2
        ck_assert_int_eq(count_entries("d"), (int)(2 * others + 1));
        remove_entries("d");
        ck_assert_int_eq(rmdir("d"), 0);
    }
}
END_TEST

START_TEST(of_many_none_changes_in_a_folder_that_is_not_there)
{
    struct file_version list[6];
    for (size_t i = 0; i < 6; i++)
        list[i] = (struct file_version){"nowhere/a", "x", 1, 0};
    file_write_many(list, 6, 0600, false);
    for (size_t i = 0; i < 6; i++)
        ck_assert_int_eq(list[i].result, -ENOENT);
    ck_assert_int_eq(count_entries("."), 0);
}
END_TEST

START_TEST(reading_is_bounded_and_refuses_what_is_no_file)
{
    ck_assert_int_eq(file_write_atomic("a", "12345", 5, 0644, false), 0);
    struct buf b = BUF_INIT;
    buf_adds(&b, "kept");
    ck_assert_int_eq(file_read("a", 4, &b), -EFBIG);
    ck_assert_int_eq(file_read("nothing", 4, &b), -ENOENT);
    ck_assert_int_eq(file_read(".", 4, &b), -EISDIR);
    ck_assert_int_eq(mkfifo("pipe", 0600), 0);
    ck_assert_int_eq(file_read("pipe", 4, &b), -EINVAL);
    ck_assert_str_eq(buf_str(&b), "kept");
    ck_assert_int_eq(file_read("a", 5, &b), 0);
    ck_assert_str_eq(buf_str(&b), "kept12345");
    buf_clear(&b);
    // A file whose size is announced as nothing is still read, and still bounded.
    ck_assert_int_eq(file_read("/proc/self/status", 1 << 20, &b), 0);
    ck_assert_int_gt(b.len, 100);
    ck_assert_int_eq(file_read("/proc/self/status", 10, &b), -EFBIG);
    buf_fini(&b);
}
END_TEST

static void *try_create(void *won)
{
    int rc = file_create("one", "x", 1, 0600);
    *(int *)won = rc;
    return NULL;
}

START_TEST(of_those_that_create_at_once_one_wins)
{
    for (int round = 0; round < 20; round++) {
        pthread_t threads[4];
        int rc[4], winners = 0;
        for (int i = 0; i < 4; i++)
            pthread_create(&threads[i], NULL, try_create, &rc[i]);
        for (int i = 0; i < 4; i++) {
            pthread_join(threads[i], NULL);
            ck_assert(rc[i] == 0 || rc[i] == -EEXIST);
            winners += rc[i] == 0;
        }
        ck_assert_int_eq(winners, 1);
        ck_assert_int_eq(count_entries("."), 1);
        unlink("one");
    }
}
END_TEST

START_TEST(missing_folders_are_made)
{
    ck_assert_int_eq(file_mkdirs("x//y/z/", 0755), 0);
    ck_assert_int_eq(file_mkdirs("x/y/z", 0755), 0);
    ck_assert_int_eq(access("x/y/z", X_OK), 0);
    char *absolute = mem_printf("%s/p/q", folder);
    ck_assert_int_eq(file_mkdirs(absolute, 0755), 0);
    free(absolute);
    ck_assert_int_eq(access("p/q", X_OK), 0);
    ck_assert_int_eq(file_write_atomic("f", "x", 1, 0644, false), 0);
    ck_assert_int_eq(file_mkdirs("f", 0755), -ENOTDIR);
    ck_assert_int_eq(file_mkdirs("f/g", 0755), -ENOTDIR);
    ck_assert_int_eq(file_mkdirs("", 0755), -ENOENT);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("file");
    tcase_add_checked_fixture(t, enter_folder, leave_folder);
    tcase_add_test(t, replacing_keeps_the_previous_version);
    tcase_add_test(t, a_write_that_fails_leaves_the_old_version_and_no_litter);
    tcase_add_test(t, many_are_replaced_and_each_has_its_result);
    tcase_add_test(t, of_many_none_changes_in_a_folder_that_is_not_there);
    tcase_add_test(t, reading_is_bounded_and_refuses_what_is_no_file);
    tcase_add_test(t, of_those_that_create_at_once_one_wins);
    tcase_add_test(t, missing_folders_are_made);
    Suite *s = suite_create("util/file");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
