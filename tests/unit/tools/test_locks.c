// latchkey locks from the bytes of a trace to what it prints: two tasks on three threads that meet at a
// lock, rules that are broken, and files that are damaged in every way a file can be.
#include "tools/tools.h"

#include <check.h>
#include <fcntl.h>

#include "lock/lockcheck.h"
#include "locks_kit.h"
#include "tools/locks_merge.h"
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

static void names(struct kit *k)
{
    kit_site(k, DOOR_ACT, 80, "command/door_act.c", "door_act");
    kit_site(k, GET_RUN, 33, "command/get.c", "get_run");
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
static void ann(struct kit *k)
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

// Bob waits for her on worker 1, goes on on worker 2, and forgets to look again. The clock of worker 2
// says that he got the lock before she gave it back.
static void bob(struct kit *k)
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
    kit_event(k, 2, TRACE_MOVE, 0, GET_RUN, BALL, BOB);
    kit_time(k, 2, 300);
    kit_event(k, 2, TRACE_UNLOCKED, 0, GET_RUN, YARD_LOCK, 1);
    kit_event(k, 2, TRACE_UNLOCKED, 0, GET_RUN, HALL_LOCK, 2);
    kit_event(k, 2, TRACE_TASK_END, 0, 0, 0, 4);
}

// A task that breaks rules: no lock, the wrong one, the wrong order, another's token.
static void poke(struct kit *k)
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

static void setup(void)
{
    memcpy(folder, "locks-XXXXXX", sizeof(folder));
    ck_assert_ptr_nonnull(mkdtemp(folder));
    kit_init(&kit);
    names(&kit);
    ann(&kit);
    bob(&kit);
    poke(&kit);
}

static void teardown(void)
{
    char *command = mem_printf("rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    free(command);
    kit_fini(&kit);
    buf_fini(&out);
    buf_fini(&err);
}

static char *path_of(const char *name)
{
    return mem_printf("%s/%s", folder, name);
}

// The stream goes into a file of this name until it is put back.
static int redirect(FILE *f, const char *name)
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

static void put_back(FILE *f, int before, const char *name, struct buf *text)
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
static int locks(const char *words)
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

static void write_kit(size_t size)
{
    char *path = path_of("FILE");
    ck_assert_int_eq(kit_write(&kit, path, size), 0);
    free(path);
}

static void has(const struct buf *b, const char *part)
{
    ck_assert_msg(strstr(buf_str(b), part), "no \"%s\" in\n%s", part, buf_str(b));
}

// Each part after the one before it.
#define in_order(...) in_order_of((const char *[]){__VA_ARGS__, NULL})
static void in_order_of(const char **parts)
{
    const char *at = buf_str(&out);
    for (; *parts; parts++) {
        const char *found = strstr(at, *parts);
        ck_assert_msg(found, "no \"%s\" after \"%.60s\" in\n%s", *parts, at, buf_str(&out));
        at = found + strlen(*parts);
    }
}

static int shown(const char *words)
{
    write_kit(kit.size);
    return locks(words);
}

START_TEST(info_tells_what_there_is)
{
    ck_assert_int_eq(shown("FILE"), 0);
    in_order("latchkey, process 4711, begun 2023-11-14", "ended in order", "worker-0",
             "7 things, 2 locks, 3 sites, 2 attributes, 3 kinds of work", "4 violations", "L001 no-lock",
             "L009 not-revalidated", "worker-2:4", "command/get.c:33 get_run()");
    ck_assert_str_eq(buf_str(&err), "");
    kit_header(&kit)->closed = 0;
    ck_assert_int_eq(shown("info|FILE"), 0);
    has(&out, "not ended");
}
END_TEST

START_TEST(tickets_order_what_the_clocks_do_not)
{
    ck_assert_int_eq(shown("flow|FILE"), 0);
    in_order("4 get(Bob)        PARK       lock 5 \"The hall\"", "3 unlock(Ann)     TASK_BEGIN",
             "UNLOCKED   lock 5 \"The hall\" ticket 1  door_act.c:80",
             "LOCKED     lock 5 \"The hall\" ticket 2 waited  get.c:33",
             "ATTR_R     #18 \"a green door\" name", "VIOL       #18 \"a green door\" L009",
             "MOVE       #41 \"a red ball\" to #31 \"Bob\"", "5 poke            TASK_END");
    ck_assert_ptr_null(strstr(buf_str(&out), "contradicts"));
}
END_TEST

START_TEST(flow_can_be_narrowed)
{
    ck_assert_int_eq(shown("flow|FILE|--player|bob|--last|2"), 0);
    in_order("UNLOCKED   lock 5", "TASK_END");
    ck_assert_ptr_null(strstr(buf_str(&out), "MOVE"));
    ck_assert_ptr_null(strstr(buf_str(&out), "Ann"));
    ck_assert_int_eq(shown("flow|--thing|red ball|FILE"), 0);
    in_order("WHERE_READ #41", "MOVE       #41");
    ck_assert_ptr_null(strstr(buf_str(&out), "#18"));
    ck_assert_int_eq(shown("flow|--lock|6|--task|5|FILE"), 0);
    in_order("LOCK_WANT  lock 6", "ticket 2", "UNLOCKED");
    ck_assert_ptr_null(strstr(buf_str(&out), "get(Bob)"));
    ck_assert_int_eq(shown("flow|--at|worker-3:3|FILE"), 0);
    has(&out, "L001 no-lock");
    ck_assert_ptr_null(strstr(buf_str(&out), "worker-3:4"));
    ck_assert_int_eq(shown("flow|--thing|unicorn|FILE"), 2);
    has(&err, "FILE: nothing here is called \"unicorn\"");
}
END_TEST

START_TEST(why_tells_the_rule_and_the_events)
{
    ck_assert_int_eq(shown("why|FILE|--thing|green door"), 0);
    in_order("ATTR_W #18 \"a green door\" door  task 3 unlock(Ann), event 1000", "verdict  allowed",
             "where    #18 \"a green door\" in #7", "WHERE_READ worker-0:5", "#7 \"The hall\" outermost",
             "needs    lock 5 \"The hall\" exclusive, which it holds", "ticket 1, since worker-0:4",
             "after the lock was granted", "ATTR_R #18 \"a green door\" name  task 4 get(Bob)",
             "NOT ALLOWED, L009 not-revalidated", "its location, at worker-1:3",
             "before the lock was granted", "checker  L009 not-revalidated at worker-2:4",
             "task 5 poke", "NOT ALLOWED, L001 no-lock", "held by nobody", "holds    nothing",
             "NOT ALLOWED, L003 wrong-lock", "holds    lock 6 \"The yard\" exclusive, ticket 2",
             "4 accesses, 1 allowed");
    ck_assert_int_eq(shown("why|FILE|--thing|41"), 0);
    in_order("MOVE #41", "allowed", "#41 \"a red ball\" in #40", "in #9 \"The yard\"",
             "#9 \"The yard\" outermost");
    ck_assert_int_eq(shown("why|FILE|--at|worker-3:12"), 0);
    in_order("ATTR_R #40", "NOT ALLOWED, L005 limbo", "in limbo, token of task 99", "1 accesses");
    ck_assert_int_eq(shown("why|FILE"), 2);
}
END_TEST

START_TEST(tables_count_and_sort)
{
    ck_assert_int_eq(shown("top|FILE"), 0);
    in_order("estimated", "5 The hall", "3       1", "6 The yard", "2       0",
             "command/get.c:33 get_run()");
    ck_assert_int_eq(shown("wait|FILE"), 0);
    in_order("waited longest", "lock 5 \"The hall\"", "task 4 get(Bob)  get.c:33");
    ck_assert_ptr_null(strstr(buf_str(&out), "STILL"));
    ck_assert_int_eq(shown("hold|FILE|--last|1"), 0);
    in_order("held longest", "task 4 get(Bob)");
}
END_TEST

START_TEST(who_waits_for_ever_is_told)
{
    kit_time(&kit, 1, 500);
    kit_event(&kit, 1, TRACE_TASK_BEGIN, 0, 0, GET, 8);
    kit_event(&kit, 1, TRACE_LOCK_WANT, 0, GET_RUN, YARD_LOCK, 8);
    kit_event(&kit, 1, TRACE_PARK, 0, GET_RUN, YARD_LOCK, 8);
    kit_time(&kit, 1, 600);
    ck_assert_int_eq(shown("wait|FILE"), 0);
    in_order("lock 6 \"The yard\"", "task 8 get, STILL WAITING");
}
END_TEST

START_TEST(graph_finds_the_cycle)
{
    ck_assert_int_eq(shown("graph|FILE"), 0);
    in_order("cycle 1", "lock 6 \"The yard\" -> lock 5 \"The hall\"", "poke.c:12 poke_run()",
             "lock 5 \"The hall\" -> lock 6 \"The yard\"", "get.c:33 get_run()", "1 cycles");
    ck_assert_int_eq(shown("graph|FILE|--dot"), 0);
    in_order("digraph", "l5 [label=\"5 The hall\"]", "l6 -> l5 [label=\"1\", color=red]", "}");
}
END_TEST

START_TEST(fold_weighs_by_time_held)
{
    ck_assert_int_eq(shown("fold|FILE"), 0);
    has(&out, "unlock;command/door_act.c:door_act;lock 5 The hall ");
    has(&out, "get;command/get.c:get_run;lock 6 The yard ");
    const char *ann_held = strstr(buf_str(&out), "act;lock 5 The hall ") + 20;
    ck_assert_int_ge(atoi(ann_held), 50);
    ck_assert_int_le(atoi(ann_held), 100);
}
END_TEST

// Braces, brackets and quotes agree; python's json.load says the rest in scripts.
static void balanced(const char *s)
{
    int depth = 0;
    for (bool quoted = false; *s; s++) {
        if (quoted && *s == '\\')
            s++;
        else if (*s == '"')
            quoted = !quoted;
        else if (!quoted)
            depth += *s == '{' || *s == '[' ? 1 : *s == '}' || *s == ']' ? -1 : 0;
        ck_assert_int_ge(depth, 0);
    }
    ck_assert_int_eq(depth, 0);
}

START_TEST(pictures_and_json_are_json)
{
    ck_assert_int_eq(shown("perfetto|FILE"), 0);
    balanced(buf_str(&out));
    has(&out, "\"ph\":\"s\",\"pid\":1,\"tid\":1,\"ts\":");
    has(&out, "\"name\":\"hand-over\"");
    has(&out, "\"name\":\"goes on\"");
    has(&out, "\"name\":\"L009 not-revalidated\"");
    has(&out, "\"name\":\"lock 5 \\\"The hall\\\"\"");
    ck_assert_int_eq(shown("json|FILE"), 0);
    balanced(buf_str(&out));
    in_order("\"kind\":\"TIME\"", "\"kind\":\"LOCKED\",\"contended\":true",
             "\"actor_label\":\"Bob\"", "\"object_label\":\"a bag \\\"of holding\\\"\"");
}
END_TEST

START_TEST(runs_are_compared)
{
    write_kit(kit.size);
    char *from = path_of("FILE"), *to = path_of("FILE2");
    ck_assert_int_eq(rename(from, to), 0);
    kit_event(&kit, 3, TRACE_TASK_BEGIN, 0, 0, POKE, 9);
    kit_event(&kit, 3, TRACE_LOCK_WANT, 0, POKE_RUN, 77, 9);
    kit_event(&kit, 3, TRACE_LOCKED, 0, POKE_RUN, 77, 1);
    ck_assert_int_eq(shown("diff|FILE2|FILE"), 0);
    in_order("A: ", "B: ", "only B lock 77", "0% \"The hall\"", "command/poke.c poke_run()");
    ck_assert_int_eq(locks("diff|FILE"), 2);
    free(from);
    free(to);
}
END_TEST

START_TEST(what_was_lost_shows_in_the_status)
{
    kit_header(&kit)->lost = 12;
    ck_assert_int_eq(shown("FILE"), 67);
    has(&err, "lost 12 events");
    has(&out, "lost       12 events");
    kit_header(&kit)->lost = 0;
    for (int i = 0; i < 200; i++)
        kit_event(&kit, 0, TRACE_LIST_READ, 0, DOOR_ACT, HALL, 0);
    ck_assert_int_eq(shown("FILE"), 0); // overwritten is not lost
    has(&err, "148 older events were overwritten");
    kit_header(&kit)->closed = 0;
    ck_assert_int_eq(shown("FILE"), 0); // the slot that may be written now is left out
    has(&err, "149 older events were overwritten");
}
END_TEST

static const char *const all_commands[] = {
    "info|FILE", "flow|FILE",  "why|FILE|--thing|18", "top|FILE",      "wait|FILE",     "hold|FILE",
    "fold|FILE", "graph|FILE", "json|FILE",           "perfetto|FILE", "diff|FILE|FILE"};

static void all_survive(int status)
{
    for (size_t i = 0; i < sizeof(all_commands) / sizeof(all_commands[0]); i++) {
        ck_assert_msg(locks(all_commands[i]) == status, "%s: not %d\n%s", all_commands[i], status,
                      buf_str(&err));
        ck_assert_msg(!status || strstr(buf_str(&err), "/FILE: "), "%s says nothing",
                      all_commands[i]);
    }
}

START_TEST(cut_files_are_told_apart)
{
    for (size_t size = 0; size + 512 < kit.size; size += 512) { // nothing is in the last 512
        write_kit(size);
        ck_assert_int_eq(locks("FILE"), 67);
        has(&err, "expected");
        ck_assert_int_eq(locks("perfetto|FILE"), 67);
        if (size % 2048 == 0)
            all_survive(67);
    }
}
END_TEST

START_TEST(every_number_of_the_header_may_be_wrong)
{
    static const uint64_t wrong[] = {0, 1, 0x7fffffff, 0xffffffff, UINT64_MAX, UINT64_MAX / 2};
    for (size_t at = 0; at < sizeof(struct trace_header); at += 4) {
        char kept[8];
        memcpy(kept, kit.data + at, 8);
        for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
            memcpy(kit.data + at, &wrong[i], at % 8 ? 4 : 8);
            int status = shown("why|FILE|--thing|18");
            ck_assert_msg(status == 0 || status == 67, "at %zu: %d\n%s", at, status, buf_str(&err));
            memcpy(kit.data + at, kept, 8);
        }
    }
}
END_TEST

#define damaged(field, value, message)                                                             \
    do {                                                                                           \
        setup_again();                                                                             \
        field = (value);                                                                           \
        write_kit(kit.size);                                                                       \
        all_survive(67);                                                                           \
        has(&err, message);                                                                        \
    } while (0)

static void setup_again(void)
{
    kit_fini(&kit);
    kit_init(&kit);
    names(&kit);
    ann(&kit);
    bob(&kit);
    poke(&kit);
}

START_TEST(damage_is_named)
{
    damaged(kit_header(&kit)->magic[0], 'X', "is no lock trace");
    damaged(kit_header(&kit)->version, 2, "has version 2, expected 1");
    damaged(kit_header(&kit)->ring_events, 0, "ring_events is 0, expected 1 to");
    damaged(kit_header(&kit)->rings, UINT32_MAX, "rings is 4294967295, expected 1 to");
    damaged(kit_header(&kit)->ring_stride, 16, "ring_stride is 16, expected at least");
    damaged(kit_header(&kit)->names_used, UINT64_MAX, "names_used is 18446744073709551615, expected");
    damaged(kit_header(&kit)->names_offset, 1, "names_offset is 1, expected");
    damaged(kit_header(&kit)->rings_offset, 8, "rings_offset is 8, expected");
    damaged(kit_header(&kit)->rings_used, 5, "rings_used is 5, expected at most 4");
    damaged(kit_ring(&kit, 1)->head, UINT64_MAX, "ring 1 (worker-1): 64 of the last 64 events");
    damaged(kit_ring(&kit, 1)->head, 9, "ring 1 (worker-1): 2 of the last 9 events are damaged");
    damaged(kit.data[TRACE_PAGE], 99, "the name at byte 4096 is damaged");
    ck_assert_int_eq(locks("nowhere"), 67);
    has(&err, "nowhere: cannot be read");
    ck_assert_int_eq(locks("/tmp"), 67);
    has(&err, "/tmp: is no file");
}
END_TEST

// Tickets that contradict the rings: no order can be right, but there is one, and it is said.
START_TEST(contradictions_do_not_stop_it)
{
    kit_event(&kit, 1, TRACE_TASK_BEGIN, 0, 0, GET, 8);
    kit_event(&kit, 1, TRACE_LOCKED, 0, GET_RUN, HALL_LOCK, 9);
    kit_event(&kit, 1, TRACE_UNLOCKED, 0, GET_RUN, YARD_LOCK, 8);
    kit_event(&kit, 0, TRACE_LOCKED, 0, GET_RUN, YARD_LOCK, 9);
    kit_event(&kit, 0, TRACE_UNLOCKED, 0, GET_RUN, HALL_LOCK, 8);
    ck_assert_int_eq(shown("FILE"), 0);
    has(&out, "order      contradicts itself 1 times");
    all_survive(0);
}
END_TEST

START_TEST(shared_holders_stand_between_exclusive_ones)
{
    setup_again();
    for (unsigned r = 0; r < 2; r++) {
        kit_time(&kit, r, 900 - 200 * r); // the second of them lets go last by its ring, first by time
        kit_event(&kit, r, TRACE_TASK_BEGIN, 0, 0, GET, 20 + r);
        kit_event(&kit, r, TRACE_LOCKED, TRACE_SHARED, GET_RUN, HALL_LOCK, 5);
        kit_event(&kit, r, TRACE_UNLOCKED, TRACE_SHARED, GET_RUN, HALL_LOCK, 5);
    }
    kit_time(&kit, 2, 600);
    kit_event(&kit, 2, TRACE_TASK_BEGIN, 0, 0, POKE, 22);
    kit_event(&kit, 2, TRACE_LOCKED, 0, POKE_RUN, HALL_LOCK, 7);
    ck_assert_int_eq(shown("flow|FILE|--lock|hall"), 0);
    in_order("21 get            LOCKED     lock 5 \"The hall\" shared ticket 5", "20 get            UNLOCKED",
             "22 poke           LOCKED     lock 5 \"The hall\" ticket 7");
}
END_TEST

START_TEST(usage_is_told)
{
    ck_assert_int_eq(locks("--help"), 0);
    has(&out, "perfetto");
    ck_assert_int_eq(locks("flow"), 2);
    ck_assert_int_eq(shown("FILE|--loud"), 2);
    ck_assert_int_eq(shown("FILE|--task|x"), 2);
    ck_assert_int_eq(shown("FILE|--last|-1"), 2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("locks");
    TCase *t = tcase_create("locks");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, info_tells_what_there_is);
    tcase_add_test(t, tickets_order_what_the_clocks_do_not);
    tcase_add_test(t, flow_can_be_narrowed);
    tcase_add_test(t, why_tells_the_rule_and_the_events);
    tcase_add_test(t, tables_count_and_sort);
    tcase_add_test(t, who_waits_for_ever_is_told);
    tcase_add_test(t, graph_finds_the_cycle);
    tcase_add_test(t, fold_weighs_by_time_held);
    tcase_add_test(t, pictures_and_json_are_json);
    tcase_add_test(t, runs_are_compared);
    tcase_add_test(t, what_was_lost_shows_in_the_status);
    tcase_add_test(t, cut_files_are_told_apart);
    tcase_add_test(t, every_number_of_the_header_may_be_wrong);
    tcase_add_test(t, damage_is_named);
    tcase_add_test(t, contradictions_do_not_stop_it);
    tcase_add_test(t, shared_holders_stand_between_exclusive_ones);
    tcase_add_test(t, usage_is_told);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
