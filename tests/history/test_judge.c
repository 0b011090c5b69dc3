// Small histories, linearizable and not, as text.
#include "piece.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT = 100000 };

#define WORLD                                                                                      \
    "room Mill\nroom Barn\n"                                                                       \
    "thing anchor Mill\nthing passkey Mill\nbag satchel Mill\nchest coffer Mill\n"                 \
    "lid coffer open\ndoor gate open passkey\n"                                                    \
    "way Mill east Barn gate\nway Barn west Mill gate\n"                                           \
    "player Anna Mill\nplayer Bertold Mill\nplayer Clara Barn\n"
#define ASK(who, what) "ask 0 " who " " what "\n"
#define ANSWER(who, what) "answer 0 " who " " what "\n"
#define DO(who, what, answer) ASK(who, what) ANSWER(who, answer)
#define KILL "kill 0\n"

static struct history h;
static struct search_result r;

static bool read_text(const char *text, char *why, size_t size)
{
    FILE *in = fmemopen((char *)text, strlen(text), "r");
    ck_assert_ptr_nonnull(in);
    bool right = history_read(&h, in, why, size);
    fclose(in);
    return right;
}

static enum search_verdict judge(const char *text)
{
    char why[256];
    struct search_start start;
    ck_assert_msg(read_text(text, why, sizeof(why)), "%s", why);
    search_start(&h, &start);
    search_run(&h, &start, LIMIT, &r);
    return r.verdict;
}

static void check_right(const char *text)
{
    ck_assert_int_eq(judge(text), SEARCH_LINEARIZABLE);
    history_fini(&h);
}

static void check_wrong(const char *text, const char *at)
{
    ck_assert_int_eq(judge(text), SEARCH_CONTRADICTION);
    ck_assert_str_eq(h.events[r.event].line, at);
    history_fini(&h);
}

START_TEST(one_after_the_other)
{
    check_right(WORLD DO("Anna", "look", "seen Mill anchor,passkey,satchel Bertold -")
                    DO("Anna", "take anchor", "ok") DO("Anna", "take anchor", "have")
                        DO("Bertold", "take anchor",
                           "absent") DO("Bertold", "look", "seen Mill passkey,satchel Anna -")
                            DO("Anna", "inventory", "seen - anchor - -")
                                DO("Anna", "drop anchor", "ok") DO("Anna", "drop anchor", "absent")
                                    DO("Anna", "inventory", "seen - - - -"));
}
END_TEST

START_TEST(an_old_look)
{
    check_wrong(WORLD DO("Anna", "take anchor", "ok")
                    DO("Bertold", "look", "seen Mill anchor,passkey,satchel Anna -"),
                "answer 0 Bertold seen Mill anchor,passkey,satchel Anna -");
}
END_TEST

START_TEST(at_the_same_time_either_is_right)
{
    check_right(WORLD ASK("Anna", "take anchor") DO("Bertold", "look",
                                                    "seen Mill anchor,passkey,satchel Anna -")
                    DO("Bertold", "look", "seen Mill passkey,satchel Anna -") ANSWER("Anna", "ok"));
    check_wrong(
        WORLD ASK("Anna", "take anchor") DO("Bertold", "look", "seen Mill passkey,satchel Anna -")
            DO("Bertold", "look", "seen Mill anchor,passkey,satchel Anna -") ANSWER("Anna", "ok"),
        "answer 0 Bertold seen Mill anchor,passkey,satchel Anna -");
}
END_TEST

START_TEST(two_cannot_take_one)
{
    check_wrong(WORLD ASK("Anna", "take anchor") ASK("Bertold", "take anchor") ANSWER("Anna", "ok")
                    ANSWER("Bertold", "ok"),
                "answer 0 Bertold ok");
    check_right(WORLD ASK("Anna", "take anchor") ASK("Bertold", "take anchor")
                    ANSWER("Anna", "absent") ANSWER("Bertold", "ok"));
}
END_TEST

START_TEST(a_chain_of_gifts)
{
    const char *right =
        WORLD DO("Clara", "go west", "seen Mill anchor,passkey,satchel Anna,Bertold -")
            DO("Anna", "take anchor", "ok") ASK("Bertold", "give anchor Clara")
                ASK("Anna", "give anchor Bertold") DO("Clara", "drop anchor", "ok")
                    ANSWER("Anna", "ok") ANSWER("Bertold", "ok");
    check_right(right);
    check_wrong(WORLD DO("Clara", "go west", "seen Mill anchor,passkey,satchel Anna,Bertold -")
                    DO("Anna", "take anchor", "ok") ASK("Bertold", "give anchor Clara")
                        DO("Clara", "drop anchor", "ok") DO("Anna", "give anchor Bertold", "ok")
                            ANSWER("Bertold", "ok"),
                "answer 0 Clara ok");
}
END_TEST

START_TEST(gifts_need_both_in_one_room)
{
    check_right(WORLD DO("Anna", "take anchor", "ok") DO("Anna", "give anchor Clara", "away") DO(
        "Anna", "give anchor Bertold", "ok") DO("Anna", "give anchor Bertold", "absent"));
    check_wrong(WORLD DO("Anna", "take anchor", "ok") DO("Anna", "give anchor Clara", "ok"),
                "answer 0 Anna ok");
}
END_TEST

START_TEST(walking_shows_the_other_room)
{
    check_right(WORLD DO("Anna", "go east", "seen Barn - Clara -")
                    DO("Bertold", "look", "seen Mill anchor,passkey,satchel - -")
                        DO("Anna", "go east", "absent") DO("Clara", "look", "seen Barn - Anna -"));
    check_wrong(WORLD DO("Anna", "go east", "seen Barn - Clara -")
                    DO("Clara", "look", "seen Barn - - -"),
                "answer 0 Clara seen Barn - - -");
    check_wrong(WORLD DO("Anna", "go east", "seen Mill anchor,passkey,satchel Bertold -"),
                "answer 0 Anna seen Mill anchor,passkey,satchel Bertold -");
}
END_TEST

START_TEST(containers)
{
    check_right(WORLD DO("Anna", "take anchor", "ok") DO("Anna", "put anchor satchel", "ok")
                    DO("Bertold", "take anchor", "inside satchel")
                        DO("Bertold", "peek satchel", "seen - anchor - -")
                            DO("Clara", "peek satchel", "away") DO("Bertold", "take satchel", "ok")
                                DO("Anna", "take anchor", "absent")
                                    DO("Anna", "get anchor satchel", "away")
                                        DO("Bertold", "get anchor satchel", "ok")
                                            DO("Bertold", "get anchor satchel", "absent")
                                                DO("Bertold", "put passkey satchel", "absent"));
    check_wrong(WORLD DO("Anna", "take anchor", "ok") DO("Anna", "put anchor satchel", "ok")
                    DO("Bertold", "peek satchel", "seen - - - -"),
                "answer 0 Bertold seen - - - -");
}
END_TEST

START_TEST(lids)
{
    check_right(
        WORLD DO("Anna", "take anchor", "ok") DO("Anna", "put anchor coffer", "ok")
            DO("Bertold", "close coffer", "ok") DO("Anna", "get anchor coffer", "shut")
                DO("Anna", "peek coffer", "shut") DO("Anna", "take anchor", "absent")
                    DO("Anna", "open coffer", "ok") DO("Anna", "take anchor", "inside coffer")
                        DO("Clara", "open coffer", "absent") DO("Anna", "lock coffer", "opened"));
    check_wrong(WORLD DO("Bertold", "close coffer", "ok") DO("Anna", "peek coffer", "seen - - - -"),
                "answer 0 Anna seen - - - -");
}
END_TEST

START_TEST(what_lies_in_a_bag_at_the_start)
{
    check_right(WORLD "thing ring satchel\n" DO("Anna", "take ring", "inside satchel")
                    DO("Anna", "get ring satchel", "ok"));
}
END_TEST

// What has no lid is never closed, whatever else is.
START_TEST(a_bag_beside_a_closed_chest)
{
    check_right(WORLD DO("Clara", "close gate", "ok") DO("Anna", "close coffer", "ok")
                    DO("Anna", "take anchor", "ok") DO("Anna", "put anchor coffer", "shut")
                        DO("Anna", "put anchor satchel", "ok")
                            DO("Bertold", "peek satchel", "seen - anchor - -")
                                DO("Bertold", "take anchor", "inside satchel")
                                    DO("Bertold", "get anchor satchel", "ok"));
    check_wrong(WORLD DO("Anna", "close coffer", "ok") DO("Anna", "peek satchel", "shut"),
                "answer 0 Anna shut");
}
END_TEST

START_TEST(doors_have_two_sides)
{
    check_right(WORLD DO("Clara", "close gate", "ok") DO("Anna", "close gate", "already")
                    DO("Anna", "go east", "shut")
                        DO("Anna", "look", "seen Mill anchor,passkey,satchel Bertold east")
                            DO("Clara", "look", "seen Barn - - west") DO("Clara", "open gate", "ok")
                                DO("Clara", "open gate", "already")
                                    DO("Anna", "go east", "seen Barn - Clara -"));
    check_wrong(WORLD DO("Clara", "close gate", "ok") DO("Anna", "go east", "seen Barn - Clara -"),
                "answer 0 Anna seen Barn - Clara -");
}
END_TEST

START_TEST(locks_want_their_key)
{
    check_right(WORLD DO("Anna", "lock gate", "opened") DO("Anna", "close gate", "ok")
                    DO("Anna", "lock gate", "keyless") DO("Anna", "take passkey", "ok")
                        DO("Anna", "unlock gate", "already") DO("Anna", "lock gate", "ok")
                            DO("Anna", "lock gate", "already") DO("Clara", "open gate", "locked")
                                DO("Clara", "unlock gate", "keyless")
                                    DO("Anna", "unlock gate", "ok"));
    // The key counts in a bag that is carried, not in one that lies there.
    check_right(WORLD DO("Anna", "close gate", "ok") DO("Anna", "take passkey", "ok")
                    DO("Anna", "put passkey satchel", "ok") DO("Anna", "lock gate", "keyless")
                        DO("Anna", "take satchel", "ok") DO("Anna", "lock gate", "ok"));
    check_wrong(WORLD DO("Anna", "close gate", "ok") DO("Anna", "lock gate", "ok"),
                "answer 0 Anna ok");
    // What has no key is locked with nothing, not even with the first thing of all.
    check_right(WORLD DO("Anna", "take anchor", "ok") DO("Anna", "close coffer", "ok")
                    DO("Anna", "lock coffer", "keyless"));
}
END_TEST

START_TEST(a_kill_leaves_it_open)
{
    const char *happened = WORLD ASK("Anna", "take anchor")
        KILL DO("Bertold", "look", "seen Mill passkey,satchel Anna -");
    const char *did_not = WORLD ASK("Anna", "take anchor")
        KILL DO("Bertold", "look", "seen Mill anchor,passkey,satchel Anna -");
    check_right(happened);
    check_right(did_not);
}
END_TEST

START_TEST(after_a_kill_it_is_decided)
{
    check_wrong(WORLD ASK("Anna", "take anchor")
                    KILL DO("Bertold", "look", "seen Mill anchor,passkey,satchel Anna -")
                        DO("Bertold", "look", "seen Mill passkey,satchel Anna -"),
                "answer 0 Bertold seen Mill passkey,satchel Anna -");
    check_wrong(WORLD ASK("Anna", "take anchor") ASK("Bertold", "take anchor")
                    KILL DO("Anna", "inventory", "seen - anchor - -")
                        DO("Bertold", "inventory", "seen - anchor - -"),
                "answer 0 Bertold seen - anchor - -");
}
END_TEST

START_TEST(what_was_seen_before_a_kill_stays)
{
    check_wrong(WORLD DO("Anna", "take anchor", "ok") KILL DO("Anna", "inventory", "seen - - - -"),
                "answer 0 Anna seen - - - -");
    // Nobody answered Anna, but Bertold saw what she had done.
    check_wrong(WORLD ASK("Anna", "take anchor")
                    DO("Bertold", "look", "seen Mill passkey,satchel Anna -")
                        KILL DO("Anna", "inventory", "seen - - - -"),
                "answer 0 Anna seen - - - -");
    // What was under way at a kill may rest on something else that was.
    check_right(WORLD DO("Anna", "take anchor", "ok") ASK("Bertold", "drop anchor")
                    ASK("Anna", "give anchor Bertold")
                        KILL DO("Anna", "look", "seen Mill anchor,passkey,satchel Bertold -"));
}
END_TEST

START_TEST(too_many_worlds_is_no_verdict)
{
    struct search_start start;
    char why[256];
    ck_assert(read_text(WORLD ASK("Anna", "take anchor") ASK("Bertold", "take passkey")
                            ASK("Clara", "close gate")
                                KILL DO("Anna", "inventory", "seen - satchel - -"),
                        why, sizeof(why)));
    search_start(&h, &start);
    search_run(&h, &start, 3, &r);
    ck_assert_int_eq(r.verdict, SEARCH_TOO_LARGE);
    search_run(&h, &start, 8, &r);
    ck_assert_int_eq(r.verdict, SEARCH_CONTRADICTION);
    history_fini(&h);
}
END_TEST

START_TEST(the_piece_is_short_and_names_the_cause)
{
    char *text;
    size_t size;
    ck_assert_int_eq(
        judge(WORLD DO("Clara", "look", "seen Barn - - -") DO("Anna", "take passkey", "ok")
                  DO("Bertold", "close coffer", "ok") DO("Anna", "take anchor", "ok")
                      DO("Clara", "inventory", "seen - - - -") DO("Anna", "drop passkey", "ok")
                          ASK("Clara", "go west")
                              DO("Bertold", "look", "seen Mill anchor,passkey,satchel Anna -")
                                  ANSWER("Clara", "seen Mill passkey,satchel Anna,Bertold -")),
        SEARCH_CONTRADICTION);
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(piece_print(&h, &r, LIMIT, out), 2);
    fclose(out);
    ck_assert_ptr_nonnull(strstr(text, "Anna take anchor: ok"));
    ck_assert_ptr_null(strstr(text, "take passkey"));
    ck_assert_ptr_null(strstr(text, "Clara"));
    ck_assert_ptr_nonnull(strstr(text, " anchor=Anna"));
    free(text);
    history_fini(&h);
}
END_TEST

// Whether an operation changes the world decides how the search treats it.
START_TEST(what_changes_the_world_says_so)
{
    struct model_state s, before;
    unsigned changed = 0;
    judge(WORLD);
    srandom(1);
    s = h.first;
    for (int i = 0; i < 100000; i++) {
        struct model_request q = {.verb = (uint8_t)(random() % MODEL_VERBS),
                                  .player = (uint8_t)(random() % h.world.players)};
        struct model_answer a;
        q.what = (uint8_t)(q.verb == MODEL_GO  ? random() % MODEL_WAYS
                           : q.verb > MODEL_GO ? random() % h.world.doors
                                               : random() % 2); // no container goes into one
        q.whom =
            (uint8_t)(q.verb == MODEL_GIVE ? (q.player + 1) % h.world.players : 2 + random() % 2);
        before = s;
        bool says = model_apply(&h.world, &s, &q, &a);
        ck_assert_int_eq(says, memcmp(&s, &before, sizeof(s)) != 0);
        if (q.verb != MODEL_GO)
            ck_assert_int_eq(says, a.code == MODEL_OK);
        changed += says;
    }
    ck_assert_uint_gt(changed, 5000);
    history_fini(&h);
}
END_TEST

#define EIGHT(X) X(A) X(B) X(C) X(D) X(E) X(F) X(G) X(H)
#define THING(P) "thing of" #P " Mill\n"
#define PLAYER(P) "player " #P " Mill\n"
#define TAKES(P) ASK(#P, "take of" #P)
#define HAS(P) DO(#P, "inventory", "seen - of" #P " - -")
#define HAS_NOT(P) DO(#P, "inventory", "seen - - - -")

// Equal worlds are one: each of eight has happened or not, in any order.
START_TEST(worlds_are_counted_once)
{
    ck_assert_int_eq(judge("room Mill\n" EIGHT(THING) EIGHT(PLAYER) EIGHT(TAKES) KILL EIGHT(HAS)
                               DO("A", "inventory", "seen - ofA - -")),
                     SEARCH_LINEARIZABLE);
    ck_assert_uint_eq(r.worlds, 256);
    ck_assert_uint_eq(r.certain.event, h.event_count - 1);
    history_fini(&h);
    check_right("room Mill\n" EIGHT(THING) EIGHT(PLAYER) EIGHT(TAKES) KILL EIGHT(HAS_NOT));
    check_wrong("room Mill\n" EIGHT(THING) EIGHT(PLAYER) EIGHT(TAKES) KILL EIGHT(HAS)
                    DO("C", "inventory", "seen - - - -"),
                "answer 0 C seen - - - -");
}
END_TEST

START_TEST(the_limit_holds_at_an_answer_too)
{
    struct search_start start;
    char why[256];
    ck_assert(read_text("room Mill\n" EIGHT(THING) EIGHT(PLAYER) ASK("A", "look") TAKES(B) TAKES(C)
                            TAKES(D) TAKES(E) TAKES(F) TAKES(G) TAKES(H)
                                ANSWER("A", "seen Mill ofA B,C,D,E,F,G,H -"),
                        why, sizeof(why)));
    search_start(&h, &start);
    search_run(&h, &start, 100, &r);
    ck_assert_int_eq(r.verdict, SEARCH_TOO_LARGE);
    search_run(&h, &start, 128, &r);
    ck_assert_int_eq(r.verdict, SEARCH_LINEARIZABLE);
    history_fini(&h);
}
END_TEST

// Of what was asked before the start, that counts which had no answer and no kill behind it.
START_TEST(a_search_from_the_middle)
{
    struct search_start start;
    ck_assert_int_eq(judge(WORLD ASK("Clara", "close gate") KILL DO("Anna", "go east", "shut")
                               ASK("Anna", "take anchor") DO("Bertold", "take passkey", "ok")
                                   ASK("Bertold", "take anchor") ANSWER("Bertold", "absent")
                                       ANSWER("Anna", "ok")),
                     SEARCH_LINEARIZABLE);
    search_start(&h, &start);
    start.event = 7;
    start.config.state.place[1] = MODEL_FIRST_PLAYER + 1;
    start.config.done = 1 << 1 | 1 << 2; // of requests that are over
    search_run(&h, &start, LIMIT, &r);
    ck_assert_int_eq(r.verdict, SEARCH_LINEARIZABLE);
    start.config.state.place[0] = MODEL_FIRST_PLAYER + 2;
    search_run(&h, &start, LIMIT, &r);
    ck_assert_int_eq(r.verdict, SEARCH_CONTRADICTION);
    history_fini(&h);
}
END_TEST

// One that has happened before the start and has no answer yet does not happen again.
START_TEST(what_is_done_at_the_start_stays_done)
{
    struct search_start start;
    ck_assert_int_eq(judge(WORLD ASK("Anna", "take anchor") ASK("Bertold", "look") ANSWER(
                         "Bertold", "seen Mill passkey,satchel Anna -") ANSWER("Anna", "ok")),
                     SEARCH_LINEARIZABLE);
    search_start(&h, &start);
    start.event = 3;
    start.config.state.place[0] = MODEL_FIRST_PLAYER;
    start.config.done = 1 << 0;
    search_run(&h, &start, LIMIT, &r);
    ck_assert_int_eq(r.verdict, SEARCH_LINEARIZABLE);
    start.config.done = 0;
    search_run(&h, &start, LIMIT, &r);
    ck_assert_int_eq(r.verdict, SEARCH_CONTRADICTION);
    history_fini(&h);
}
END_TEST

// A request that was answered is over: it cannot happen a second time.
START_TEST(each_happens_once)
{
    check_wrong(WORLD DO("Anna", "close gate", "ok") DO("Bertold", "open gate", "ok")
                    DO("Clara", "look", "seen Barn - - west"),
                "answer 0 Clara seen Barn - - west");
}
END_TEST

START_TEST(what_only_tells_may_be_under_way_at_the_start)
{
    struct search_start start;
    ck_assert_int_eq(judge(WORLD ASK("Clara", "look") ANSWER("Clara", "seen Barn - - -")),
                     SEARCH_LINEARIZABLE);
    search_start(&h, &start);
    start.event = 1;
    search_run(&h, &start, LIMIT, &r);
    ck_assert_int_eq(r.verdict, SEARCH_LINEARIZABLE);
    history_fini(&h);
}
END_TEST

START_TEST(what_is_skipped_is_not_there)
{
    struct search_start start;
    ck_assert_int_eq(
        judge(WORLD DO("Anna", "take anchor", "ok") DO("Bertold", "take anchor", "ok")),
        SEARCH_CONTRADICTION);
    h.ops[0].skipped = true;
    search_start(&h, &start);
    search_run(&h, &start, LIMIT, &r);
    ck_assert_int_eq(r.verdict, SEARCH_LINEARIZABLE);
    ck_assert_uint_eq(r.event, 3); // the others are still looked at
    history_fini(&h);
}
END_TEST

// When no possible world gives the recorded answer, the report has the answer that differs least.
START_TEST(the_nearest_answer)
{
    ck_assert_int_eq(judge(WORLD DO("Clara", "close gate", "ok") ASK("Anna", "take anchor")
                               ASK("Bertold", "look") ASK("Clara", "open gate")
                                   ANSWER("Bertold", "seen Mill satchel Anna east")),
                     SEARCH_CONTRADICTION);
    ck_assert_int_eq(r.nearest.code, MODEL_SEEN);
    ck_assert_uint_eq(r.nearest.things, 1 << 1 | 1 << 2); // without the anchor
    ck_assert_uint_eq(r.nearest.players, 1 << 0);
    ck_assert_uint_eq(r.nearest.shut, 1 << 1);
    history_fini(&h);
}
END_TEST

// The whole text of it, and the number of its lines.
static void check_piece(const char *text, size_t lines, const char *expected)
{
    char *said;
    size_t size;
    ck_assert_int_eq(judge(text), SEARCH_CONTRADICTION);
    FILE *out = open_memstream(&said, &size);
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(piece_print(&h, &r, LIMIT, out), lines);
    fclose(out);
    ck_assert_str_eq(said, expected);
    free(said);
    history_fini(&h);
}

START_TEST(a_piece_keeps_the_container)
{
    check_piece(WORLD DO("Anna", "take anchor", "ok") DO("Anna", "put anchor satchel", "ok")
                    DO("Clara", "close gate", "ok") DO("Bertold", "take anchor", "inside coffer"),
                2,
                "  how it came to that:\n"
                "  . ask 0 Anna take anchor: ok\n"
                "  . ask 0 Anna put anchor satchel: ok\n"
                "  the only world that is possible then: anchor=satchel coffer=Mill Bertold=Mill"
                " coffer=open gate=closed\n"
                "  | ask 0 Bertold take anchor\n"
                "  | answer 0 Bertold inside coffer\n"
                "  a right server: inside satchel, or what another order of the same would give\n");
}
END_TEST

START_TEST(a_piece_keeps_the_key_and_what_is_under_way)
{
    check_piece(WORLD DO("Clara", "close gate", "ok") ASK("Bertold", "take passkey")
                    ASK("Anna", "lock gate") DO("Clara", "look", "seen Barn - - west")
                        ANSWER("Anna", "ok") ANSWER("Bertold", "ok"),
                3,
                "  how it came to that:\n"
                "  . ask 0 Clara close gate: ok\n"
                "  the only world that is possible then: passkey=Mill Anna=Mill Bertold=Mill"
                " coffer=open gate=closed\n"
                "  | ask 0 Bertold take passkey\n"
                "  | ask 0 Anna lock gate\n"
                "  | answer 0 Anna ok\n"
                "  a right server: keyless, or what another order of the same would give\n");
}
END_TEST

START_TEST(a_piece_tells_all_of_a_look)
{
    check_piece(WORLD DO("Clara", "close gate", "ok") ASK("Bertold", "take passkey")
                    KILL DO("Anna", "go east", "seen Barn - Clara -"),
                3,
                "  how it came to that:\n"
                "  . ask 0 Clara close gate: ok\n"
                "  the only world that is possible then: Anna=Mill coffer=open gate=closed\n"
                "  | kill 0\n"
                "  | ask 0 Anna go east\n"
                "  | answer 0 Anna seen Barn - Clara -\n"
                "  a right server: shut, or what another order of the same would give\n");
    check_piece(
        WORLD DO("Clara", "close gate", "ok")
            DO("Anna", "look", "seen Mill anchor,passkey,satchel Bertold -"),
        2,
        "  the only world that is possible then: Anna=Mill coffer=open gate=closed\n"
        "  | ask 0 Anna look\n"
        "  | answer 0 Anna seen Mill anchor,passkey,satchel Bertold -\n"
        "  a right server: seen Mill anchor passkey satchel Bertold east(closed), or what another"
        " order of the same would give\n");
}
END_TEST

// What only tells may be what the contradiction rests on: after a kill, that something has not
// happened.
START_TEST(a_piece_keeps_the_look_that_decides)
{
    check_piece(
        WORLD ASK("Anna", "take anchor") ASK("Bertold", "close coffer")
            KILL DO("Clara", "look", "seen Barn - - -")
                DO("Bertold", "look", "seen Mill anchor,passkey,satchel Anna -")
                    DO("Clara", "inventory", "seen - - - -")
                        DO("Anna", "inventory", "seen - anchor - -"),
        7,
        "  the only world that is possible then: anchor=Mill coffer=Mill Anna=Mill Bertold=Mill"
        " coffer=open gate=open\n"
        "  | ask 0 Anna take anchor\n"
        "  | ask 0 Bertold close coffer\n"
        "  | kill 0\n"
        "  | ask 0 Bertold look\n"
        "  | answer 0 Bertold seen Mill anchor,passkey,satchel Anna -\n"
        "  | ask 0 Anna inventory\n"
        "  | answer 0 Anna seen - anchor - -\n"
        "  a right server: seen -, or what another order of the same would give\n");
}
END_TEST

// Walks that were made stay; refusals and looks of the one who has to stay are left out.
START_TEST(a_piece_leaves_out_what_only_tells)
{
    check_piece(
        WORLD ASK("Bertold", "take passkey") KILL DO("Anna", "inventory", "seen - - - -")
            DO("Anna", "take anchor", "ok") DO("Anna", "drop satchel", "absent")
                DO("Anna", "go west", "absent") DO("Anna", "go east", "seen Barn - Clara -")
                    DO("Anna", "inventory", "seen - anchor - -")
                        DO("Anna", "take anchor", "absent"),
        7,
        "  the only world that is possible then: anchor=Mill Anna=Mill coffer=open gate=open\n"
        "  | kill 0\n"
        "  | ask 0 Anna take anchor\n"
        "  | answer 0 Anna ok\n"
        "  | ask 0 Anna go east\n"
        "  | answer 0 Anna seen Barn - Clara -\n"
        "  | ask 0 Anna take anchor\n"
        "  | answer 0 Anna absent\n"
        "  a right server: have, or what another order of the same would give\n");
}
END_TEST

// A request that a kill has ended before the piece begins is none of it.
START_TEST(a_piece_begins_after_a_kill)
{
    check_piece(
        WORLD ASK("Clara", "close gate")
            KILL DO("Anna", "look", "seen Mill anchor,passkey,satchel Bertold -")
                DO("Anna", "take anchor", "have"),
        2,
        "  the only world that is possible then: anchor=Mill Anna=Mill coffer=open gate=open\n"
        "  | ask 0 Anna take anchor\n"
        "  | answer 0 Anna have\n"
        "  a right server: ok, or what another order of the same would give\n");
}
END_TEST

// The disk takes no more: that tells nothing of the world, and nothing has changed.
START_TEST(what_was_refused_has_not_happened)
{
    check_right(WORLD DO("Anna", "take anchor", "refused") DO("Anna", "take anchor", "ok"));
    check_right(WORLD DO("Anna", "go west", "refused") DO("Anna", "drop anchor", "refused"));
    check_wrong(WORLD DO("Anna", "take anchor", "refused") DO("Anna", "take anchor", "have"),
                "answer 0 Anna have");
    check_wrong(WORLD DO("Anna", "go east", "refused")
                    DO("Bertold", "look", "seen Mill anchor,passkey,satchel - -"),
                "answer 0 Bertold seen Mill anchor,passkey,satchel - -");
}
END_TEST

START_TEST(what_is_no_history_is_refused)
{
    static const char *const texts[][2] = {
        {"walk Mill\n", "line 1: 'walk' begins no line"},
        {"room Mill\nroom Mill\n", "line 2: 'Mill' is there twice"},
        {"thing anchor Mill\n", "line 1: 'Mill' is neither a room nor a container"},
        {"room Mill\nplayer Anna Barn\n", "line 2: there is no room 'Barn'"},
        {WORLD ASK("Anna", "dance"), "line 14: 'dance' is no command, or has other operands"},
        {WORLD ASK("Anna", "put anchor"), "line 14: 'put' is no command, or has other operands"},
        {WORLD ASK("Anna", "put anchor passkey"), "line 14: 'passkey' is no container"},
        {WORLD ASK("Anna", "look") ASK("Anna", "look"),
         "line 15: Anna has asked already and has no answer"},
        {WORLD ANSWER("Anna", "ok"), "line 14: Anna has asked nothing"},
        {WORLD DO("Anna", "look", "refused"), "line 15: look is never refused"},
        {WORLD DO("Anna", "look", "well"), "line 15: 'well' is no answer, or has other operands"},
        {WORLD DO("Anna", "look", "seen Mill anvil - -"), "line 15: there is no thing 'anvil'"},
        {WORLD DO("Anna", "look", "seen Mill - - up"), "line 15: 'up' is no direction"},
        {"room Mill\nthing anchor Mill\nthing ring anchor\n",
         "line 3: 'anchor' is neither a room nor a container"},
        {"room Mill\ndoor gate ajar\n",
         "line 2: expected open, closed or locked, and a key or nothing"},
        {"room Mill\ndoor gate open passkey\n", "line 2: there is no thing 'passkey'"},
        {"room Mill\nway Mill up Mill\n", "line 2: expected: way ROOM DIRECTION ROOM [DOOR]"},
        {"room Mill\nway Mill east Mill a b\n", "line 2: expected: way ROOM DIRECTION ROOM [DOOR]"},
        {"room Mill\nlid coffer open\n", "line 2: there is no thing 'coffer'"},
        {WORLD ASK("Anna", "go up"), "line 14: 'up' is no direction"},
        {WORLD ASK("Anna", "take anvil"), "line 14: there is no thing 'anvil'"},
        {WORLD ASK("Anna", "peek anvil"), "line 14: there is no thing 'anvil'"},
        {WORLD KILL "room Loft\n", "line 15: the world comes before what happens in it"},
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char why[256] = "";
        ck_assert(!read_text(texts[i][0], why, sizeof(why)));
        ck_assert_str_eq(why, texts[i][1]);
        history_fini(&h);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("judge");
    TCase *t = tcase_create("all");
    tcase_add_test(t, one_after_the_other);
    tcase_add_test(t, an_old_look);
    tcase_add_test(t, at_the_same_time_either_is_right);
    tcase_add_test(t, two_cannot_take_one);
    tcase_add_test(t, a_chain_of_gifts);
    tcase_add_test(t, gifts_need_both_in_one_room);
    tcase_add_test(t, walking_shows_the_other_room);
    tcase_add_test(t, containers);
    tcase_add_test(t, lids);
    tcase_add_test(t, what_lies_in_a_bag_at_the_start);
    tcase_add_test(t, a_bag_beside_a_closed_chest);
    tcase_add_test(t, doors_have_two_sides);
    tcase_add_test(t, locks_want_their_key);
    tcase_add_test(t, a_kill_leaves_it_open);
    tcase_add_test(t, after_a_kill_it_is_decided);
    tcase_add_test(t, what_was_seen_before_a_kill_stays);
    tcase_add_test(t, too_many_worlds_is_no_verdict);
    tcase_add_test(t, the_piece_is_short_and_names_the_cause);
    tcase_add_test(t, what_changes_the_world_says_so);
    tcase_add_test(t, worlds_are_counted_once);
    tcase_add_test(t, the_limit_holds_at_an_answer_too);
    tcase_add_test(t, a_search_from_the_middle);
    tcase_add_test(t, what_is_done_at_the_start_stays_done);
    tcase_add_test(t, each_happens_once);
    tcase_add_test(t, what_only_tells_may_be_under_way_at_the_start);
    tcase_add_test(t, what_is_skipped_is_not_there);
    tcase_add_test(t, the_nearest_answer);
    tcase_add_test(t, a_piece_keeps_the_container);
    tcase_add_test(t, a_piece_keeps_the_key_and_what_is_under_way);
    tcase_add_test(t, a_piece_tells_all_of_a_look);
    tcase_add_test(t, a_piece_keeps_the_look_that_decides);
    tcase_add_test(t, a_piece_leaves_out_what_only_tells);
    tcase_add_test(t, a_piece_begins_after_a_kill);
    tcase_add_test(t, what_was_refused_has_not_happened);
    tcase_add_test(t, what_is_no_history_is_refused);
    suite_add_tcase(s, t);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
