// latchkey locks from the bytes of a trace to what each of its commands prints.
#include "locks_scenario.h"

START_TEST(info_tells_what_there_is)
{
    ck_assert_int_eq(shown("FILE"), 0);
    in_order("latchkey, process 4711, begun 2023-11-14", "ended in order", "worker-0",
             "7 things, 2 locks, 3 sites, 2 attributes, 3 kinds of work", "4 violations",
             "L001 no-lock", "L009 not-revalidated", "worker-2:4", "verb/get.c:33 get_run()");
    ck_assert_str_eq(buf_str(&err), "");
    kit_header(&kit)->closed = 0;
    ck_assert_int_eq(shown("info|FILE"), 0);
    has(&out, "not ended");
}
END_TEST

START_TEST(tickets_order_what_the_clocks_do_not)
{
    ck_assert_int_eq(shown("flow|FILE"), 0);
    in_order("4 get(Bob)       PARK       lock 5 \"The hall\"", "3 unlock(Ann)    TASK_BEGIN",
             "UNLOCKED   lock 5 \"The hall\" ticket 1  door_act.c:80",
             "LOCKED     lock 5 \"The hall\" ticket 2 waited  get.c:33",
             "ATTR_R     #18 \"a green door\" name", "VIOL       #18 \"a green door\" L009",
             "MOVE       #41 \"a red ball\" to #31 \"Bob\"", "5 poke           TASK_END");
    in_order("3 unlock(Ann)", "WHERE_READ #18 \"a green door\" in #7 \"The hall\"  door_act.c:80",
             "WHERE_READ #7 \"The hall\" outermost  door_act.c:80");
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
             "where    #18 \"a green door\" in #7", "WHERE_READ worker-0:5",
             "#7 \"The hall\" outermost", "needs    lock 5 \"The hall\" exclusive, which it holds",
             "ticket 1, since worker-0:4", "after the lock was granted",
             "ATTR_R #18 \"a green door\" name  task 4 get(Bob)",
             "NOT ALLOWED, L009 not-revalidated", "its location, at worker-1:3",
             "before the lock was granted", "checker  L009 not-revalidated at worker-2:4",
             "task 5 poke", "NOT ALLOWED, L001 no-lock", "held by nobody", "holds    nothing",
             "NOT ALLOWED, L003 wrong-lock", "holds    lock 6 \"The yard\" exclusive, ticket 2",
             "4 accesses, 1 allowed");
    ck_assert_ptr_null(strstr(buf_str(&out), "checker  found nothing"));
    ck_assert_int_eq(shown("why|FILE|--thing|41"), 0);
    in_order("MOVE #41", "allowed", "#41 \"a red ball\" in #40", "in #9 \"The yard\"",
             "#9 \"The yard\" outermost", "lock 6", "which it holds", "#31 \"Bob\" in #7",
             "lock 5");
    ck_assert_int_eq(shown("why|FILE|--at|worker-3:12"), 0);
    in_order("ATTR_R #40", "NOT ALLOWED, L005 limbo", "in limbo, token of task 99", "1 accesses");
    ck_assert_int_eq(shown("why|FILE"), 2);
}
END_TEST

// Poke has the hall's lock when Ann's task looks at the door in it without any.
START_TEST(why_tells_who_holds_what_is_needed)
{
    kit_time(&kit, 3, 900);
    kit_event(&kit, 3, TRACE_TASK_BEGIN, 0, 0, POKE, 6);
    kit_event(&kit, 3, TRACE_LOCKED, 0, POKE_RUN, HALL_LOCK, 4);
    kit_time(&kit, 3, 910);
    kit_time(&kit, 0, 950);
    kit_event(&kit, 0, TRACE_TASK_BEGIN, 0, 0, UNLOCK, 7);
    kit_event(&kit, 0, TRACE_WHERE_READ, 0, DOOR_ACT, DOOR, HALL);
    kit_event(&kit, 0, TRACE_WHERE_READ, 0, DOOR_ACT, HALL, HALL);
    kit_event(&kit, 0, TRACE_ATTR_READ, 0, DOOR_ACT, DOOR, NAME);
    kit_event(&kit, 0, TRACE_TASK_END, 0, 0, 0, 7);
    kit_time(&kit, 0, 960);
    kit_time(&kit, 3, 1000);
    kit_event(&kit, 3, TRACE_UNLOCKED, 0, POKE_RUN, HALL_LOCK, 4);
    kit_event(&kit, 3, TRACE_TASK_END, 0, 0, 0, 6);
    ck_assert_int_eq(shown("why|FILE|--thing|18|--task|7"), 0);
    in_order("ATTR_R #18", "NOT ALLOWED, L001",
             "needs    lock 5 \"The hall\", held by task 6 poke\n", "ticket 4", "holds    nothing",
             "1 accesses, 0 allowed");
}
END_TEST

// A task that reads a list may share the lock; a task that changes the list may not.
START_TEST(why_tells_of_lists_too)
{
    kit_event(&kit, 3, TRACE_TASK_BEGIN, 0, 0, POKE, 6);
    kit_event(&kit, 3, TRACE_LOCKED, TRACE_SHARED, POKE_RUN, HALL_LOCK, 4);
    kit_event(&kit, 3, TRACE_WHERE_READ, 0, POKE_RUN, HALL, HALL);
    kit_event(&kit, 3, TRACE_LIST_READ, 0, POKE_RUN, HALL, 0);
    kit_event(&kit, 3, TRACE_LIST_WRITE, 0, POKE_RUN, HALL, 0);
    ck_assert_int_eq(shown("why|FILE|--thing|7|--task|6"), 0);
    in_order("LIST_R #7", "verdict  allowed", "needs    lock 5 \"The hall\", which it holds\n",
             "LIST_W #7", "NOT ALLOWED, L003 wrong-lock",
             "needs    lock 5 \"The hall\" exclusive, which it holds only shared\n",
             "2 accesses, 1 allowed");
}
END_TEST

// Only what the checker reported: the first accesses to a thing are those that built the world.
START_TEST(why_of_a_violation)
{
    ck_assert_int_eq(shown("why|FILE|--violation=L009"), 0);
    in_order("NOT ALLOWED, L009 not-revalidated", "checker  L009 not-revalidated at worker-2:4",
             "1 accesses, 0 allowed");
    ck_assert_int_eq(shown("why|FILE|--violation"), 0);
    has(&out, "checker  L009");
    ck_assert_ptr_null(strstr(buf_str(&out), "verdict  allowed"));
    ck_assert_int_eq(shown("why|FILE|--violation=L009|--thing|yard"), 0);
    has(&out, "0 accesses");
    ck_assert_int_eq(shown("why|FILE|--violation=L999"), 2);
    has(&err, "--violation \"L999\": expected a code like L003\n");
    ck_assert_int_eq(shown("flow|FILE|--violation"), 2);
}
END_TEST

// A picture of a trace has as much as a terminal can show: long names are cut, lines broken.
START_TEST(lines_are_kept_short)
{
    kit_name(&kit, TRACE_NAME_THING, 72, 1,
             "a very long sword that has a name of its own, and more");
    kit_name(&kit, TRACE_NAME_THING, 73, 1,
             "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
             "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
             "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9!");
    kit_event(&kit, 3, TRACE_ATTR_READ, 0, POKE_RUN, 72, NAME);
    kit_event(&kit, 3, TRACE_ATTR_READ, 0, POKE_RUN, 73, NAME);
    ck_assert_int_eq(shown("flow|FILE|--thing|72"), 0);
    has(&out, "#72 \"a very long~\" name");
    ck_assert_int_eq(shown("flow|FILE|--thing|73"), 0);
    has(&out, "#73 \"\xc3\xa9");
    has(&out, "\xc3\xa9~\" name");
    ck_assert_int_eq(shown("info|FILE"), 0);
    for (const char *line = buf_str(&out), *end; (end = strchr(line, '\n')); line = end + 1)
        ck_assert_msg(end - line <= 100, "%.*s", (int)(end - line), line);
    in_order("events     ", "\n           ");
}
END_TEST

// More names than the first table of them has room for.
START_TEST(many_names_are_all_found)
{
    char name[16];
    for (uint32_t i = 0; i < 150; i++) {
        snprintf(name, sizeof(name), "bead %u", i);
        kit_name(&kit, TRACE_NAME_THING, 1000 + i, 1, name);
    }
    kit_event(&kit, 3, TRACE_ATTR_READ, 0, POKE_RUN, 1000, NAME);
    kit_event(&kit, 3, TRACE_ATTR_READ, 0, POKE_RUN, 1149, NAME);
    ck_assert_int_eq(shown("flow|FILE|--thing|bead 149"), 0);
    has(&out, "#1149 \"bead 149\" name");
    ck_assert_ptr_null(strstr(buf_str(&out), "#1000"));
    ck_assert_int_eq(shown("flow|FILE|--thing|bead 0"), 0);
    has(&out, "#1000 \"bead 0\" name");
}
END_TEST

// A room "The Gate" and a thing "the gate": as written, else in any case, else a part, all with a
// word.
START_TEST(names_that_mean_several)
{
    kit_name(&kit, TRACE_NAME_THING, 70, 1, "The Gate");
    kit_name(&kit, TRACE_NAME_THING, 71, 1, "the gate");
    ck_assert_int_eq(shown("flow|FILE|--thing|the gate"), 0);
    ck_assert_uint_eq(err.len, 0);
    ck_assert_int_eq(shown("flow|FILE|--thing|THE GATE"), 0);
    has(&err,
        "--thing \"THE GATE\" is the name of 2: #70 \"The Gate\", #71 \"the gate\"; all of them");
    ck_assert_int_eq(shown("flow|FILE|--thing|he gat"), 0);
    has(&err, "is the name of 2:");
}
END_TEST

// The ball is in Bob's hands in the hall, and that is locked; the yard, where it goes, is not.
START_TEST(a_move_needs_both_ends)
{
    kit_event(&kit, 3, TRACE_TASK_BEGIN, 0, 0, POKE, 6);
    kit_event(&kit, 3, TRACE_LOCKED, 0, POKE_RUN, HALL_LOCK, 4);
    kit_event(&kit, 3, TRACE_WHERE_READ, 0, POKE_RUN, BALL, BOB);
    kit_event(&kit, 3, TRACE_WHERE_READ, 0, POKE_RUN, BOB, HALL);
    kit_event(&kit, 3, TRACE_MOVE, 0, POKE_RUN, BALL, YARD);
    kit_event(&kit, 3, TRACE_VIOLATION, 0, POKE_RUN, YARD, L016_MOVE_UNLOCKED);
    ck_assert_int_eq(shown("why|FILE|--thing|yard|--task|6"), 0);
    in_order("MOVE #41", "NOT ALLOWED, L016", "#41 \"a red ball\" in #31", "lock 5",
             "which it holds", "#9 \"The yard\" outermost", "held by nobody", "checker  L016",
             "1 accesses, 0 allowed");
}
END_TEST

// A task that read a list has seen what is in it, unless the checker knows that it did not meet
// this thing.
START_TEST(what_is_met_in_a_list_is_seen)
{
    kit_event(&kit, 3, TRACE_TASK_BEGIN, 0, 0, POKE, 6);
    kit_event(&kit, 3, TRACE_LOCKED, 0, POKE_RUN, HALL_LOCK, 4);
    kit_event(&kit, 3, TRACE_LIST_READ, 0, POKE_RUN, HALL, 0);
    kit_event(&kit, 3, TRACE_ATTR_READ, 0, POKE_RUN, DOOR, NAME);
    kit_event(&kit, 3, TRACE_ATTR_READ, 0, POKE_RUN, BOB, NAME);
    kit_event(&kit, 3, TRACE_VIOLATION, 0, POKE_RUN, BOB, L009_NOT_REVALIDATED);
    ck_assert_int_eq(shown("why|FILE|--thing|18|--task|6"), 0);
    in_order("allowed", "in the list that was read at worker-3:18", "after the lock was granted");
    ck_assert_int_eq(shown("why|FILE|--thing|bob|--task|6"), 0);
    in_order("ATTR_R #31", "NOT ALLOWED, L009", "not read by this task", "checker  L009");
}
END_TEST

// Of a task whose begin is gone nothing is claimed that the checker did not say.
START_TEST(what_is_overwritten_is_not_held_against_it)
{
    for (int i = 0; i < 60; i++)
        kit_event(&kit, 3, TRACE_LIST_READ, 0, POKE_RUN, HALL, 0);
    kit_time(&kit, 3, 900);
    kit_event(&kit, 3, TRACE_ATTR_READ, 0, POKE_RUN, DOOR, NAME);
    kit_event(&kit, 3, TRACE_TASK_END, 0, 0, 0, 77);
    kit_event(&kit, 3, TRACE_TASK_BEGIN, 0, 0, POKE, 78);
    kit_event(&kit, 3, TRACE_WHERE_READ, 0, POKE_RUN, DOOR, HALL);
    kit_event(&kit, 3, TRACE_WHERE_READ, 0, POKE_RUN, HALL, HALL);
    kit_event(&kit, 3, TRACE_ATTR_READ, 0, POKE_RUN, DOOR, NAME);
    ck_assert_int_eq(shown("why|FILE|--thing|18|--last|2"), 0);
    in_order("task 77", "not known", "events that may matter are overwritten", "task 78",
             "NOT ALLOWED, L001", "checker  found nothing");
}
END_TEST

START_TEST(tables_count_and_sort)
{
    ck_assert_int_eq(shown("top|FILE"), 0);
    in_order("estimated", "5 The hall", "3       1", "6 The yard", "2       0",
             "verb/get.c:33 get_run()");
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

// A lock that is given back twice, or taken while it is held, was taken or given back in what is
// lost: that is a grant of its own.
START_TEST(grants_with_one_end_are_their_own)
{
    ck_assert_int_eq(shown("FILE"), 0);
    has(&out, "tasks      3 runs, 5 lock grants\n");
    kit_event(&kit, 3, TRACE_TASK_BEGIN, 0, 0, POKE, 6);
    kit_event(&kit, 3, TRACE_LOCKED, 0, POKE_RUN, HALL_LOCK, 4);
    kit_event(&kit, 3, TRACE_UNLOCKED, 0, POKE_RUN, HALL_LOCK, 4);
    ck_assert_int_eq(shown("FILE"), 0);
    has(&out, "tasks      4 runs, 6 lock grants\n");
    kit_event(&kit, 3, TRACE_UNLOCKED, 0, POKE_RUN, HALL_LOCK, 6);
    ck_assert_int_eq(shown("FILE"), 0);
    has(&out, "tasks      4 runs, 7 lock grants\n");
    kit_event(&kit, 3, TRACE_LOCKED, 0, POKE_RUN, HALL_LOCK, 7);
    kit_event(&kit, 3, TRACE_LOCKED, 0, POKE_RUN, HALL_LOCK, 9);
    ck_assert_int_eq(shown("FILE"), 0);
    has(&out, "tasks      4 runs, 9 lock grants\n");
}
END_TEST

START_TEST(graph_finds_the_cycle)
{
    ck_assert_int_eq(shown("graph|FILE"), 0);
    in_order("cycle 1", "lock 6 \"The yard\" -> lock 5 \"The hall\"", "poke.c:12 poke_run()",
             "lock 5 \"The hall\" -> lock 6 \"The yard\"", "get.c:33 get_run()", "1 cycles");
    in_order("held -> wanted", "lock 5 \"The hall\" -> lock 6 \"The yard\"",
             "1  get.c:33 get_run()", "lock 6 \"The yard\" -> lock 5 \"The hall\"",
             "1  poke.c:12 poke_run()");
    ck_assert_int_eq(shown("graph|FILE|--dot"), 0);
    in_order("digraph", "l5 [label=\"5 The hall\"]", "l6 [label=\"6 The yard\"]",
             "l5 -> l6 [label=\"1\"", "}");
    in_order("digraph", "l5 [label=\"5 The hall\"]", "l6 -> l5 [label=\"1\", color=red]", "}");
}
END_TEST

START_TEST(fold_weighs_by_time_held)
{
    ck_assert_int_eq(shown("fold|FILE"), 0);
    has(&out, "unlock;game/door_act.c:door_act;lock 5 The hall ");
    has(&out, "get;verb/get.c:get_run;lock 6 The yard ");
    has(&out, "poke;command/poke.c:poke_run;lock 6 The yard ");
    const char *ann_held = strstr(buf_str(&out), "act;lock 5 The hall ") + 20;
    ck_assert_int_ge(atoi(ann_held), 50);
    ck_assert_int_le(atoi(ann_held), 100);
    ck_assert_int_eq(shown("fold|FILE|--lock|hall"), 0);
    has(&out, "lock 5 The hall ");
    ck_assert_ptr_null(strstr(buf_str(&out), "lock 6"));
    ck_assert_int_eq(shown("fold|FILE|--player|bob"), 0);
    has(&out, "get;verb/get.c:get_run;lock 6 The yard ");
    ck_assert_ptr_null(strstr(buf_str(&out), "unlock;"));
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

START_TEST(several_traces_are_one_picture)
{
    write_kit(kit.size);
    ck_assert_int_eq(shown("perfetto|FILE|FILE"), 0);
    balanced(buf_str(&out));
    ck_assert_ptr_null(strstr(buf_str(&out) + 1, "{\"displayTimeUnit\"")); // one document
    ck_assert_int_eq(*buf_str(&out), '{');
    has(&out, "\"ph\":\"s\",\"pid\":1,");
    has(&out, "\"ph\":\"s\",\"pid\":3,"); // another process, so no track is mixed up
    has(&out, "\"id\":4294967297");
}
END_TEST

START_TEST(options_that_say_nothing_are_refused)
{
    ck_assert_int_eq(shown("top|FILE|--thing|1"), 2);
    ck_assert_int_eq(shown("perfetto|FILE|--dot"), 2);
    ck_assert_int_eq(shown("info|FILE|--last|3"), 2);
    ck_assert_int_eq(shown("why|FILE|--at|1|--lock|hall"), 2);
    ck_assert_int_eq(shown("flow|FILE|--at|nobody:1"), 2);
    ck_assert_int_eq(shown("flow|FILE|--at|99999999"), 2);
    ck_assert_int_eq(shown("flow|FILE|--at|worker-0:1"), 0);
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
    // One of several that is not whole shows in the status, wherever it stands.
    kit_header(&kit)->lost = 12;
    write_kit(kit.size);
    ck_assert_int_eq(locks("top|FILE|FILE2"), 67);
    in_order("/FILE:\n", "/FILE2:\n");
    ck_assert_int_eq(locks("top|FILE2|FILE"), 67);
    ck_assert_int_eq(locks("flow|FILE2|FILE|--thing|unicorn"), 67);
    ck_assert_int_eq(locks("flow|FILE2|FILE2|--thing|unicorn"), 2);
    ck_assert_int_eq(locks("diff|FILE2|FILE"), 67);
    ck_assert_int_eq(locks("top|FILE2|FILE2"), 0);
    free(from);
    free(to);
}
END_TEST

START_TEST(shared_holders_stand_between_exclusive_ones)
{
    setup_again();
    for (unsigned r = 0; r < 2; r++) {
        kit_time(&kit, r,
                 900 - 200 * r); // the second of them lets go last by its ring, first by time
        kit_event(&kit, r, TRACE_TASK_BEGIN, 0, 0, GET, 20 + r);
        kit_event(&kit, r, TRACE_LOCKED, TRACE_SHARED, GET_RUN, HALL_LOCK, 5);
        kit_event(&kit, r, TRACE_UNLOCKED, TRACE_SHARED, GET_RUN, HALL_LOCK, 5);
    }
    kit_time(&kit, 2, 600);
    kit_event(&kit, 2, TRACE_TASK_BEGIN, 0, 0, POKE, 22);
    kit_event(&kit, 2, TRACE_LOCKED, 0, POKE_RUN, HALL_LOCK, 7);
    ck_assert_int_eq(shown("flow|FILE|--lock|hall"), 0);
    in_order("21 get           LOCKED     lock 5 \"The hall\" shared ticket 5",
             "20 get           UNLOCKED",
             "22 poke          LOCKED     lock 5 \"The hall\" ticket 7");
}
END_TEST

START_TEST(usage_is_told)
{
    ck_assert_int_eq(locks("--help"), 0);
    has(&out, "perfetto");
    ck_assert_int_eq(locks("flow"), 2);
    has(&err, "latchkey locks: flow needs FILE ...\n");
    ck_assert_int_eq(shown("flwo|FILE"), 2);
    has(&err, "there is no trace and no command \"flwo\", did you mean \"flow\"?\n");
    ck_assert_int_eq(shown("flow|flwo|FILE"), 67); // a name of a trace, after a command
    ck_assert_int_eq(shown("FILE|--loud"), 2);
    ck_assert_int_eq(shown("FILE|--task|x"), 2);
    ck_assert_int_eq(shown("FILE|--last|-1"), 2);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("locks");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, info_tells_what_there_is);
    tcase_add_test(t, tickets_order_what_the_clocks_do_not);
    tcase_add_test(t, flow_can_be_narrowed);
    tcase_add_test(t, why_tells_the_rule_and_the_events);
    tcase_add_test(t, why_tells_who_holds_what_is_needed);
    tcase_add_test(t, why_tells_of_lists_too);
    tcase_add_test(t, why_of_a_violation);
    tcase_add_test(t, lines_are_kept_short);
    tcase_add_test(t, many_names_are_all_found);
    tcase_add_test(t, names_that_mean_several);
    tcase_add_test(t, a_move_needs_both_ends);
    tcase_add_test(t, what_is_met_in_a_list_is_seen);
    tcase_add_test(t, what_is_overwritten_is_not_held_against_it);
    tcase_add_test(t, tables_count_and_sort);
    tcase_add_test(t, who_waits_for_ever_is_told);
    tcase_add_test(t, grants_with_one_end_are_their_own);
    tcase_add_test(t, graph_finds_the_cycle);
    tcase_add_test(t, fold_weighs_by_time_held);
    tcase_add_test(t, pictures_and_json_are_json);
    tcase_add_test(t, several_traces_are_one_picture);
    tcase_add_test(t, options_that_say_nothing_are_refused);
    tcase_add_test(t, runs_are_compared);
    tcase_add_test(t, shared_holders_stand_between_exclusive_ones);
    tcase_add_test(t, usage_is_told);
    return run_suite("locks", t);
}
