// The trace that the tests of `latchkey locks` read: two tasks on three threads meet at a lock, a
// third breaks rules. And how they run the command and look at what it printed.
#ifndef TESTS_UNIT_TOOLS_LOCKS_SCENARIO_H
#define TESTS_UNIT_TOOLS_LOCKS_SCENARIO_H

#include <check.h>
#include <fcntl.h>

#include "../../trace/trace_kit.h"
#include "tools/tools.h"
#include "trace/codes.h"
#include "util/buf.h"
#include "util/file.h"

enum { HALL = 7, YARD = 9, DOOR = 18, ANN = 30, BOB = 31, BAG = 40, BALL = 41 };
enum { HALL_LOCK = 5, YARD_LOCK = 6 };
enum { UNLOCK = 1, GET, POKE };
enum { DOOR_ACT = 1, GET_RUN, POKE_RUN };
enum { NAME = 1, STATE };

static char folder[] = "locks-XXXXXX";
static struct buf out, err;
static struct kit kit;

static inline void names(struct kit *k)
{
    kit_site(k, DOOR_ACT, 80, "game/door_act.c", "door_act");
    kit_site(k, GET_RUN, 33, "verb/get.c", "get_run");
    kit_site(k, POKE_RUN, 12, "command/poke.c", "poke_run");
    kit_name(k, TRACE_NAME_ATTRIBUTE, NAME, 0, "name");
    kit_name(k, TRACE_NAME_ATTRIBUTE, STATE, 0, "door");
    kit_name(k, TRACE_NAME_THING, HALL, 1, "The hall");
    kit_name(k, TRACE_NAME_THING, YARD, 1, "The yard");
    kit_name(k, TRACE_NAME_THING, DOOR, 1, "a gate");
    kit_name(k, TRACE_NAME_THING, DOOR, 2, "a green door");
    kit_name(k, TRACE_NAME_THING, ANN, 1, "Ann");
    kit_name(k, TRACE_NAME_THING, BOB, 1, "Bob");
    kit_name(k, TRACE_NAME_THING, BAG, 1, "a bag \"of holding\"");
    kit_name(k, TRACE_NAME_THING, BALL, 1, "a red ball");
    kit_name(k, TRACE_NAME_LOCK, HALL_LOCK, HALL, "The hall");
    kit_name(k, TRACE_NAME_LOCK, YARD_LOCK, YARD, "The yard");
    kit_name(k, TRACE_NAME_WHAT, UNLOCK, 0, "unlock");
    kit_name(k, TRACE_NAME_WHAT, GET, 0, "get");
    kit_name(k, TRACE_NAME_WHAT, POKE, 0, "poke");
}

// Ann unlocks the door on worker 0, as rule 2 asks for.
static inline void ann(struct kit *k)
{
    kit_time(k, 0, 100);
    kit_event(k, 0, TRACE_TASK_BEGIN, 0, 0, UNLOCK, 3);
    kit_event(k, 0, TRACE_ACTOR, 0, 0, ANN, 3);
    kit_event(k, 0, TRACE_LOCK_WANT, 0, DOOR_ACT, HALL_LOCK, 3);
    kit_event(k, 0, TRACE_LOCKED, 0, DOOR_ACT, HALL_LOCK, 1);
    kit_event(k, 0, TRACE_WHERE_READ, 0, DOOR_ACT, DOOR, HALL);
    kit_event(k, 0, TRACE_WHERE_READ, 0, DOOR_ACT, HALL, HALL);
    kit_event(k, 0, TRACE_ATTR_WRITE, 0, DOOR_ACT, DOOR, STATE);
    kit_event(k, 0, TRACE_NUMBER, 0, DOOR_ACT, 0, 1000);
    kit_time(k, 0, 200);
    kit_event(k, 0, TRACE_UNLOCKED, 0, DOOR_ACT, HALL_LOCK, 1);
    kit_event(k, 0, TRACE_TASK_END, 0, 0, 0, 3);
}

// Bob waits for her on worker 1, goes on on worker 2, and forgets to look again. The clock of
// worker 2 says that it got the lock before worker 1 released it.
static inline void bob(struct kit *k)
{
    kit_time(k, 1, 105);
    kit_event(k, 1, TRACE_TASK_BEGIN, 0, 0, GET, 4);
    kit_event(k, 1, TRACE_ACTOR, 0, 0, BOB, 4);
    kit_event(k, 1, TRACE_WHERE_READ, 0, GET_RUN, DOOR, HALL);
    kit_event(k, 1, TRACE_LOCK_WANT, 0, GET_RUN, HALL_LOCK, 4);
    kit_event(k, 1, TRACE_PARK, 0, GET_RUN, HALL_LOCK, 4);
    kit_time(k, 1, 110);
    kit_time(k, 2, 120);
    kit_event(k, 2, TRACE_TASK_BEGIN, TRACE_RESUMED, 0, GET, 4);
    kit_event(k, 2, TRACE_LOCKED, TRACE_CONTENDED, GET_RUN, HALL_LOCK, 2);
    kit_event(k, 2, TRACE_ATTR_READ, 0, GET_RUN, DOOR, NAME);
    kit_event(k, 2, TRACE_VIOLATION, 0, GET_RUN, DOOR, L009_NOT_REVALIDATED);
    kit_event(k, 2, TRACE_LOCK_WANT, 0, GET_RUN, YARD_LOCK, 4);
    kit_event(k, 2, TRACE_LOCKED, 0, GET_RUN, YARD_LOCK, 1);
    kit_event(k, 2, TRACE_LIST_READ, 0, GET_RUN, YARD, 0);
    kit_event(k, 2, TRACE_WHERE_READ, 0, GET_RUN, BALL, BAG);
    kit_event(k, 2, TRACE_WHERE_READ, 0, GET_RUN, BAG, YARD);
    kit_event(k, 2, TRACE_WHERE_READ, 0, GET_RUN, YARD, YARD);
    kit_event(k, 2, TRACE_WHERE_READ, 0, GET_RUN, BOB, HALL);
    kit_event(k, 2, TRACE_MOVE, 0, GET_RUN, BALL, BOB);
    kit_time(k, 2, 300);
    kit_event(k, 2, TRACE_UNLOCKED, 0, GET_RUN, YARD_LOCK, 1);
    kit_event(k, 2, TRACE_UNLOCKED, 0, GET_RUN, HALL_LOCK, 2);
    kit_event(k, 2, TRACE_TASK_END, 0, 0, 0, 4);
}

// A task that breaks rules: no lock, the wrong one, the wrong order, another's token.
static inline void poke(struct kit *k)
{
    kit_time(k, 3, 400);
    kit_event(k, 3, TRACE_TASK_BEGIN, 0, 0, POKE, 5);
    kit_event(k, 3, TRACE_ATTR_WRITE, 0, POKE_RUN, DOOR, STATE);
    kit_event(k, 3, TRACE_VIOLATION, 0, POKE_RUN, DOOR, L001_NO_LOCK);
    kit_event(k, 3, TRACE_LOCK_WANT, 0, POKE_RUN, YARD_LOCK, 5);
    kit_event(k, 3, TRACE_LOCKED, 0, POKE_RUN, YARD_LOCK, 2);
    kit_event(k, 3, TRACE_ATTR_WRITE, 0, POKE_RUN, DOOR, NAME);
    kit_event(k, 3, TRACE_VIOLATION, 0, POKE_RUN, DOOR, L003_WRONG_LOCK);
    kit_event(k, 3, TRACE_LOCK_WANT, 0, POKE_RUN, HALL_LOCK, 5);
    kit_event(k, 3, TRACE_VIOLATION, TRACE_ON_LOCK, POKE_RUN, HALL_LOCK, L004_ORDER);
    kit_event(k, 3, TRACE_LOCKED, 0, POKE_RUN, HALL_LOCK, 3);
    kit_event(k, 3, TRACE_LIMBO_TAKE, 0, POKE_RUN, BAG, 99);
    kit_event(k, 3, TRACE_ATTR_READ, 0, POKE_RUN, BAG, NAME);
    kit_event(k, 3, TRACE_UNLOCKED, 0, POKE_RUN, HALL_LOCK, 3);
    kit_event(k, 3, TRACE_UNLOCKED, 0, POKE_RUN, YARD_LOCK, 2);
    kit_event(k, 3, TRACE_TASK_END, 0, 0, 0, 5);
}

static inline void setup(void)
{
    ck_assert_int_eq(chdir("/tmp"), 0); // the name of the folder is printed, and must be short
    memcpy(folder, "locks-XXXXXX", sizeof(folder));
    ck_assert_ptr_nonnull(mkdtemp(folder));
    kit_init(&kit);
    names(&kit);
    ann(&kit);
    bob(&kit);
    poke(&kit);
}

static inline void teardown(void)
{
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
    kit_fini(&kit);
    buf_fini(&out);
    buf_fini(&err);
}

static inline char *path_of(const char *name)
{
    return mem_printf("%s/%s", folder, name);
}

// The stream goes into a file of this name until it is put back.
static inline int redirect(FILE *f, const char *name)
{
    char *path = path_of(name);
    fflush(f);
    int before = dup(fileno(f)), fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_ge(dup2(fd, fileno(f)), 0);
    close(fd);
    free(path);
    return before;
}

static inline void put_back(FILE *f, int before, const char *name, struct buf *text)
{
    char *path = path_of(name);
    fflush(f);
    dup2(before, fileno(f));
    close(before);
    buf_clear(text);
    ck_assert_int_eq(file_read(path, 64 << 20, text), 0);
    free(path);
}

// latchkey locks WORDS, split at '|'; FILE stands for the trace. What it prints is in out and err.
static inline int locks(const char *words)
{
    char *argv[16] = {mem_strdup("locks")}, *copy = mem_strdup(words), *rest = copy;
    int argc = 1;
    for (char *word; (word = strsep(&rest, "|"));)
        argv[argc++] = strncmp(word, "FILE", 4) ? mem_strdup(word) : path_of(word);
    int first = redirect(stdout, "out"), second = redirect(stderr, "err");
    int status = tool_locks(argc, argv);
    put_back(stderr, second, "err", &err);
    put_back(stdout, first, "out", &out);
    while (argc > 0)
        free(argv[--argc]);
    free(copy);
    return status;
}

static inline void write_kit(size_t size)
{
    char *path = path_of("FILE");
    ck_assert_int_eq(kit_write(&kit, path, size), 0);
    free(path);
}

static inline void has(const struct buf *b, const char *part)
{
    ck_assert_msg(strstr(buf_str(b), part), "no \"%s\" in\n%s", part, buf_str(b));
}

// Each part after the one before it.
#define in_order(...) in_order_of((const char *[]){__VA_ARGS__, NULL})
static inline void in_order_of(const char **parts)
{
    const char *at = buf_str(&out);
    for (; *parts; parts++) {
        const char *found = strstr(at, *parts);
        ck_assert_msg(found, "no \"%s\" after \"%.60s\" in\n%s", *parts, at, buf_str(&out));
        at = found + strlen(*parts);
    }
}

static inline int shown(const char *words)
{
    write_kit(kit.size);
    return locks(words);
}

static inline void setup_again(void)
{
    kit_fini(&kit);
    kit_init(&kit);
    names(&kit);
    ann(&kit);
    bob(&kit);
    poke(&kit);
}

static inline int run_suite(const char *name, TCase *t)
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
