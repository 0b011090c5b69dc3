// Runs a subcommand in a folder of the test's own, which is the working folder meanwhile, and keeps
// what it says.
#ifndef TESTS_UNIT_TOOLS_TOOL_KIT_H
#define TESTS_UNIT_TOOLS_TOOL_KIT_H

#include "tools/tools.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/file.h"
#include "util/mem.h"

enum { KIT_WORDS = 80 };

static char kit_folder[64];
static struct buf kit_out, kit_err;

static inline void kit_begin(void)
{
    snprintf(kit_folder, sizeof(kit_folder), "%s/latchkey-tool-XXXXXX", P_tmpdir);
    ck_assert_ptr_nonnull(mkdtemp(kit_folder));
    ck_assert_int_eq(chdir(kit_folder), 0);
}

static inline void kit_end(void)
{
    char *command = mem_printf("rm -rf '%s'", kit_folder);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(system(command), 0);
    free(command);
    buf_fini(&kit_out);
    buf_fini(&kit_err);
}

// With the folders that lead to it.
static inline void kit_put(const char *path, const char *text)
{
    char *folder = mem_strdup(path), *slash = strrchr(folder, '/');
    if (slash) {
        *slash = '\0';
        ck_assert_int_eq(file_mkdirs(folder, 0700), 0);
    }
    free(folder);
    ck_assert_int_eq(file_write_atomic(path, text, strlen(text), 0600, false), 0);
}

static inline void kit_get(const char *path, struct buf *b)
{
    buf_clear(b);
    ck_assert_int_eq(file_read(path, 64 << 20, b), 0);
}

static inline bool kit_is_there(const char *path)
{
    return !access(path, F_OK);
}

static inline int kit_redirect(FILE *f, const char *name)
{
    fflush(f);
    int before = dup(fileno(f)), fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_ge(dup2(fd, fileno(f)), 0);
    close(fd);
    return before;
}

static inline void kit_put_back(FILE *f, int before)
{
    fflush(f);
    dup2(before, fileno(f));
    close(before);
}

// The subcommand with words that are split at '|', its own name first; the exit status.
static inline int kit_tool(int (*tool)(int, char **), const char *words)
{
    char *argv[KIT_WORDS + 1], *given[KIT_WORDS + 1], *copy = mem_strdup(words), *rest = copy;
    int argc = 0;
    for (char *word; (word = strsep(&rest, "|"));) {
        ck_assert_int_lt(argc, KIT_WORDS);
        argv[argc++] = mem_strdup(word);
    }
    argv[argc] = NULL;
    memcpy(given, argv, sizeof(given)); // they are moved
    int out = kit_redirect(stdout, "said.out"), err = kit_redirect(stderr, "said.err");
    int status = tool(argc, given);
    kit_put_back(stderr, err);
    kit_put_back(stdout, out);
    kit_get("said.out", &kit_out);
    kit_get("said.err", &kit_err);
    while (argc)
        free(argv[--argc]);
    free(copy);
    return status;
}

// In a process of its own, for what may be done once in each.
static inline int kit_tool_apart(int (*tool)(int, char **), const char *words)
{
    int status;
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (!child)
        _exit(kit_tool(tool, words));
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    kit_get("said.out", &kit_out);
    kit_get("said.err", &kit_err);
    ck_assert_msg(WIFEXITED(status), "%s\n%s", buf_str(&kit_out), buf_str(&kit_err));
    return WEXITSTATUS(status);
}

static inline void kit_has(const struct buf *b, const char *part)
{
    ck_assert_msg(strstr(buf_str(b), part), "no \"%s\" in:\n%s\n%s", part, buf_str(&kit_out),
                  buf_str(&kit_err));
}

static inline void kit_lacks(const struct buf *b, const char *part)
{
    ck_assert_msg(!strstr(buf_str(b), part), "\"%s\" in:\n%s", part, buf_str(b));
}

static inline int kit_suite(const char *name, TCase *t)
{
    Suite *s = suite_create(name);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
