// The lock of a data folder: which process gets it, and which message the others get.
#include "serve/data_lock.h"

#include "../tools/tool_kit.h"

#include "util/error.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

static struct error why;

// The text has the folder's whole name between these two.
static void is_told(const char *before, const char *folder, const char *after)
{
    char whole[PATH_MAX];
    char *told = mem_printf("%s%s%s", before, realpath(folder, whole) ? whole : folder, after);
    ck_assert_str_eq(error_text(&why), told);
    free(told);
}

START_TEST(one_has_it_and_the_next_is_told_who)
{
    int lock = data_lock("data", &why);
    ck_assert_int_ge(lock, 0);
    ck_assert(data_lock_taken("data"));
    ck_assert_int_eq(data_lock("data", &why), -EWOULDBLOCK);
    ck_assert_int_eq(error_code(&why), -EWOULDBLOCK);
    // This test has no subcommand in its command line.
    char *process = mem_printf(" (process %ld)", (long)getpid());
    is_told("a server is running on ", "data", process);
    free(process);
    // The holder has not written its number.
    ck_assert_int_eq(truncate("data/lock", 0), 0);
    ck_assert_int_eq(data_lock("data", &why), -EWOULDBLOCK);
    is_told("a server is running on ", "data", "");
    close(lock);
    ck_assert(!data_lock_taken("data"));
    lock = data_lock("data", NULL);
    ck_assert_int_ge(lock, 0);
    close(lock);
}
END_TEST

// The words of a process that is another subcommand: "NAME journal …".
START_TEST(a_subcommand_is_told_by_its_name)
{
    int lock = data_lock("data", &why), ready[2];
    ck_assert_int_ge(lock, 0);
    ck_assert_int_eq(pipe(ready), 0);
    pid_t child = fork();
    if (!child) {
        close(ready[1]);
        dup2(ready[0], 0);
        execlp("cat", "cat", "-", (char *)NULL);
        _exit(1);
    }
    close(ready[0]);
    char *pid = mem_printf("%ld\n", (long)child),
         *cmdline = mem_printf("/proc/%ld/cmdline", (long)child), *told = NULL;
    struct buf line = BUF_INIT;
    while (line.len < 4 || strcmp(buf_str(&line), "cat") != 0)
        kit_get(cmdline, &line);
    buf_fini(&line);
    FILE *f = fopen("data/lock", "w");
    ck_assert_ptr_nonnull(f);
    fputs(pid, f);
    fclose(f);
    ck_assert_int_eq(data_lock("data", &why), -EWOULDBLOCK);
    told = mem_printf(" (process %ld)", (long)child);
    is_told("\"latchkey -\" is using ", "data", told);
    close(ready[1]);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    close(lock);
    free(told);
    free(cmdline);
    free(pid);
}
END_TEST

START_TEST(a_folder_that_cannot_be_written_is_told)
{
    kit_put("file", "in the way");
    ck_assert_int_eq(data_lock("file", &why), -ENOTDIR);
    is_told("", "file", ": cannot be written: Not a directory");
    ck_assert_int_eq(data_lock("file/data", &why), -ENOTDIR);
    is_told("", "file/data", ": cannot be written: Not a directory");
    ck_assert_int_eq(mkdir("data", 0700), 0);
    ck_assert_int_eq(mkdir("data/lock", 0700), 0);
    ck_assert_int_eq(data_lock("data", &why), -EISDIR);
    is_told("", "data", ": cannot be written: Is a directory");
    ck_assert_int_eq(error_code(&why), -EISDIR);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("data_lock");
    tcase_add_checked_fixture(t, kit_begin, kit_end);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, one_has_it_and_the_next_is_told_who);
    tcase_add_test(t, a_subcommand_is_told_by_its_name);
    tcase_add_test(t, a_folder_that_cannot_be_written_is_told);
    return kit_suite("data_lock", t);
}
