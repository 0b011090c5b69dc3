// Things found by what a player types: which, in which order, from where, and what is said when
// there is none.
#include "typed_kit.h"

#include "command/match.h"
#include "world/attr/door.h"

enum {
    CARRIED = MATCH_CARRIED,
    HERE = MATCH_HERE,
    BOTH = MATCH_CARRIED | MATCH_HERE,
    SEEN = MATCH_CARRIED | MATCH_HERE | MATCH_PLAYERS | MATCH_NARRATIVE | MATCH_SELF,
    WHO = MATCH_HERE | MATCH_PLAYERS | MATCH_SELF | MATCH_CREATURES,
};

static struct thing *open_box, *shut_box;

static struct thing *box(const char *label, const char *name, const char *names, bool shut,
                         unsigned flags, struct thing *in)
{
    struct door_spec lid = {.exit = -1, .open = !shut};
    struct thing *t = typed_thing(label, name, names, flags, in);
    inventory_give(t, 0);
    if (shut)
        door_give(t, &lid);
    return t;
}

static void begin(void)
{
    typed_begin();
    check_set_level(CHECK_OFF); // inventories are given to what is in play already
    typed_thing("lamp1", "a tin lamp", "lamp +tin", THING_COPY, ann);
    typed_thing("coin1", "a coin", "coin", THING_COPY, ann);
    typed_thing("lamp2", "a brass lamp", "lamp +brass", THING_COPY, room);
    typed_thing("coin2", "a coin", "coin", THING_COPY, room);
    typed_thing("coin3", "a coin", "coin", THING_COPY, room);
    typed_thing("pudding", "a bread and butter pudding", "pudding", THING_COPY, room);
    typed_thing("doll", "a doll of Ben", "doll ben", THING_COPY, room);
    typed_thing("guard", "the old guard", "guard +old", THING_MOBILE, room);
    typed_thing("dog", "the guard dog", "dog", THING_MOBILE, room);
    typed_thing("stick", "a guard's stick", "stick", THING_COPY, room);
    typed_thing("fountain", "a large fountain", "fountain", THING_NARRATIVE, room);
    open_box = box("box", "a box", "box", false, THING_COPY, room);
    shut_box = box("chest", "a chest", "chest", true, THING_COPY, room);
    typed_thing("pearl", "a pearl", "pearl", THING_COPY, open_box);
    typed_thing("ruby", "a ruby", "ruby", THING_COPY, shut_box);
    struct thing *desk = box("desk", "a desk", "desk", false, THING_NARRATIVE, room);
    typed_thing("pen", "a pen", "pen", THING_COPY, desk);
    struct thing *ben = play_player("Ben", 2, room), *cid = play_player("Cid", 3, room);
    name_set(ben, "Ben");
    name_set(cid, "Cid");
    typed_thing("far", "a far lamp", "far", THING_COPY, yard);
    free(play_decode(room, ATTR_DETAILS,
                     "[{\"keywords\": [\"papers\", \"old heap\"], \"text\": \"Bills.\"},"
                     " {\"keywords\": [\"rubble\"], \"text\": \"Grey.\"}]"));
}

// The labels of what was found, or what is said instead.
static const char *found(bool yes, const struct match *m)
{
    static struct buf out;
    buf_clear(&out);
    for (size_t i = 0; i < m->count; i++)
        buf_addf(&out, "%s%s", i ? " " : "", thing_label(m->list[i]));
    if (yes && m->detail)
        buf_addf(&out, "detail %s", m->detail);
    ck_assert_msg(yes == !*typed_told() || m->count, "found %d, told \"%s\"", yes, typed_told());
    buf_addf(&out, "%s%s", m->count && *typed_told() ? " / " : "", typed_told());
    if (yes)
        ck_assert_msg(m->count || m->detail, "found nothing");
    return buf_str(&out);
}

static void ck_found(const char *line, unsigned scope, const char *wanted)
{
    struct match m;
    match_init(&m);
    typed_line(line);
    bool yes = match_find(&c, 0, c.words.count, scope, &m);
    const char *is = found(yes, &m);
    ck_assert_msg(!strcmp(is, wanted), "\"%s\" is \"%s\", not \"%s\"", line, is, wanted);
    ck_assert_uint_eq(m.words, c.words.count);
    match_fini(&m);
    ck_assert(!m.list && !m.count);
}

static const struct {
    const char *line;
    unsigned scope;
    const char *wanted;
} rows[] = {
    // What is carried comes first, then what is here; the first will do.
    {"lamp", BOTH, "lamp1"},
    {"lamp", HERE, "lamp2"},
    {"lamp", CARRIED, "lamp1"},
    {"any lamp", BOTH, "lamp1"},
    {"last lamp", BOTH, "lamp2"},
    {"the 2nd lamp", BOTH, "lamp2"},
    {"2.lamp", BOTH, "lamp2"},
    {"my lamp", BOTH, "lamp1"},
    {"my brass lamp", BOTH, "You see no 'my brass lamp' among your things."},
    // Qualifiers, the whole name, a word that only describes, a beginning: the closest goes before
    // the nearest.
    {"brass lamp", BOTH, "lamp2"},
    {"brass", BOTH, "lamp2"},
    {"tin lamp", BOTH, "lamp1"},
    {"tin brass lamp", BOTH, "You see no 'tin brass lamp' here."},
    {"bra", BOTH, "lamp2"},
    {"br", BOTH, "You see no 'br' here."},
    {"fount", SEEN, "fountain"},
    {"large", SEEN, "fountain"},
    {"bread and butter pudding", BOTH, "pudding"},
    {"old guard", HERE, "guard"},
    {"guard", HERE, "guard"},  // an alias before a word of a name
    {"guards", HERE, "stick"}, // only the name of one
    // Quantities.
    {"all coins", BOTH, "coin1 coin2 coin3"},
    {"all coin", CARRIED, "coin1"},
    {"all.coin", HERE, "coin2 coin3"},
    {"2 coins", BOTH, "coin1 coin2"},
    {"2 coins", HERE, "coin2 coin3"},
    {"3 coins", BOTH, "coin1 coin2 coin3"},
    {"4 coins", BOTH, "There are only 3 of those to be found."},
    {"4th coin", BOTH, "There are only 3 of those to be found."},
    {"2nd coin", CARRIED, "There is only 1 of those to be found."},
    {"2nd pearl", CARRIED, "You see no '2nd pearl' among your things."},
    {"last coin", BOTH, "coin3"},
    {"coins", BOTH, "You see no 'coins' here."}, // a plural is for several
    {"all", CARRIED, "lamp1 coin1"},
    {"all", HERE, "lamp2 coin2 coin3 pudding doll guard dog stick box chest"},
    {"all", MATCH_PLAYERS, "Ben Cid"},
    {"all", MATCH_NARRATIVE, "There is nothing here."}, // scenery is asked for by name
    // Several at once.
    {"coin and lamp", BOTH, "coin1 lamp1"},
    {"coin, lamp", BOTH, "coin1 lamp1"},
    {"coin & lamp & dog", BOTH, "coin1 lamp1 dog"},
    {"coin, and lamp,", BOTH, "coin1 lamp1"},
    {"coin and coin and coin and coin", BOTH,
     "coin1 coin2 coin3 / You see no 'coin' here."}, // each once
    {"coin and hat and lamp", BOTH, "coin1 lamp1 / You see no 'hat' here."},
    {"hat and cap", BOTH, "You see no 'hat' here.\nYou see no 'cap' here."},
    {"2 coins and bread and butter pudding", BOTH,
     "coin1 coin2 pudding / You see no 'butter pudding' here."}, // "bread" alone describes it
    {"and", BOTH, "pudding"},
    {"and,", HERE | MATCH_PLAYERS, "pudding"},
    {"&", BOTH, "You see no '&' here."},
    {"all coins and lamp", BOTH, "coin1 coin2 coin3 lamp1"},
    // Somebody.
    {"ben", SEEN, "doll"},
    {"ben", SEEN | MATCH_NAMES, "Ben"},
    {"BEN", SEEN | MATCH_NAMES, "Ben"},
    {"2nd ben", SEEN | MATCH_NAMES, "Ben"},
    {"all ben", SEEN | MATCH_NAMES, "doll Ben"},
    {"doll", SEEN | MATCH_NAMES, "doll"},
    {"ben", WHO, "Ben"},
    {"be", WHO, "You see no 'be' here."},
    {"cid", HERE | MATCH_PLAYERS, "Cid"},
    {"guard", WHO, "guard"},
    {"dog", WHO, "dog"},
    {"stick", WHO, "stick"}, // no creature is called so
    {"all", WHO, "Ben Cid guard dog"},
    {"me", SEEN, "Ann"},
    {"myself", SEEN, "Ann"},
    {"ann", SEEN, "Ann"},
    {"ann", SEEN & ~(unsigned)MATCH_SELF, "You see no 'ann' here."},
    {"me", BOTH, "You cannot do that with yourself."},
    {"self", CARRIED, "You cannot do that with yourself."},
    // In what is open, when nothing else is called so.
    {"pearl", BOTH, "A pearl is in a box."},
    {"pearl", BOTH | MATCH_OPEN, "pearl"},
    {"pearl", CARRIED | MATCH_OPEN, "You see no 'pearl' among your things."},
    {"pen", BOTH | MATCH_OPEN, "pen"}, // in scenery
    {"ruby", BOTH | MATCH_OPEN, "You see no 'ruby' here."},
    {"all", CARRIED | MATCH_OPEN, "lamp1 coin1"},
    {"all pearls", BOTH | MATCH_OPEN, "pearl"},
    // Details, before what is only described or abbreviated.
    {"papers", SEEN | MATCH_DETAILS, "detail Bills."},
    {"old heap", SEEN | MATCH_DETAILS, "detail Bills."},
    {"pap", SEEN | MATCH_DETAILS, "detail Bills."},
    {"rubb", SEEN | MATCH_DETAILS, "detail Grey."},
    {"lamp", SEEN | MATCH_DETAILS, "lamp1"},
    {"rub", BOTH, "That is only there to be looked at. Type: examine rub"},
    {"papers", SEEN, "That is only there to be looked at. Type: examine papers"},
    {"papers", CARRIED, "You see no 'papers' among your things."},
    // What is elsewhere, or cannot be meant.
    {"tin lamp", HERE, "You have a tin lamp already."},
    {"cid", BOTH, "You cannot do that with Cid."},
    {"fountain", BOTH, "You see no 'fountain' here."},
    {"far", SEEN, "You see no 'far' here."},
    {"", BOTH, "Something is missing. Type: get THING [from CONTAINER]"},
    {"the", BOTH, "Something is missing. Type: get THING [from CONTAINER]"},
    {"my", BOTH, "Something is missing. Type: get THING [from CONTAINER]"},
    {"all hats", HERE, "You see no 'all hats' here."},
    {"one two three four five six seven eight nine ten eleven twelve lamp", BOTH,
     "You see no 'one two three four five six seven eight nine ten eleven twelve lamp' here."},
};

START_TEST(what_is_typed_is_found)
{
    ck_found(rows[_i].line, rows[_i].scope, rows[_i].wanted);
}
END_TEST

START_TEST(a_search_is_of_some_words_only)
{
    struct match m;
    match_init(&m);
    typed_line("put tin lamp, in the box");
    ck_assert(match_find(&c, 1, 3, CARRIED, &m));
    ck_assert_str_eq(found(true, &m), "lamp1");
    ck_assert_uint_eq(m.words, 2);
    ck_assert(!match_find(&c, 4, 6, CARRIED, &m));
    ck_assert_str_eq(found(false, &m), "You see no 'the box' among your things.");
    report_clear(c.report);
    ck_assert(!match_find(&c, 0, 3, HERE, &m)); // without the comma
    ck_assert_str_eq(found(false, &m), "You see no 'put tin lamp' here.");
    match_fini(&m);
}
END_TEST

START_TEST(all_is_told)
{
    struct match m;
    match_init(&m);
    typed_line("all coins and lamp");
    ck_assert(match_find(&c, 0, c.words.count, BOTH, &m));
    ck_assert(m.all);
    typed_line("2 coins");
    ck_assert(match_find(&c, 0, c.words.count, BOTH, &m)); // the same once more
    ck_assert(!m.all);
    ck_assert_str_eq(found(true, &m), "coin1 coin2");
    typed_line("papers");
    ck_assert(match_find(&c, 0, c.words.count, SEEN | MATCH_DETAILS, &m));
    ck_assert_str_eq(m.detail, "Bills.");
    typed_line("coin");
    ck_assert(match_find(&c, 0, c.words.count, SEEN | MATCH_DETAILS, &m));
    ck_assert_ptr_null(m.detail);
    match_fini(&m);
}
END_TEST

static const struct {
    const char *line, *wanted;
} inside[] = {
    {"pearl", "pearl"},
    {"all", "pearl bead rim"},
    {"my pearl", "pearl"},
    {"bea", "bead"},
    {"lamp", "You see no 'lamp' in there."},
    {"2nd pearl", "There is only 1 of those to be found."},
    {"me", "You see no 'me' in there."},
    {"", "Something is missing. Type: get THING [from CONTAINER]"},
    {"papers", "You see no 'papers' in there."},
    {"pearl and bead", "pearl bead"},
};

START_TEST(what_is_in_a_container_is_found)
{
    struct match m;
    match_init(&m);
    typed_thing("bead", "a bead", "bead", THING_COPY, open_box);
    typed_thing("rim", "a rim", "rim", THING_COPY, open_box);
    typed_line(inside[_i].line);
    bool yes = match_inside(&c, 0, c.words.count, open_box, &m);
    ck_assert_str_eq(found(yes, &m), inside[_i].wanted);
    match_fini(&m);
}
END_TEST

START_TEST(an_empty_container_has_nothing)
{
    struct match m;
    match_init(&m);
    struct thing *empty = play_box("empty", 0, room);
    typed_line("all");
    ck_assert(!match_inside(&c, 0, 1, empty, &m));
    ck_assert_str_eq(found(false, &m), "There is nothing in there.");
    match_fini(&m);
}
END_TEST

static const struct {
    const char *line, *one, *told;
    bool quietly;
} ones[] = {
    {"coin", "coin1", "", true},
    {"2nd coin", "coin2", "", true},
    {"2 coins", NULL, "One at a time, please.", false},
    {"all coins", NULL, "One at a time, please.", false},
    {"all lamp", NULL, "One at a time, please.", false},
    {"all pudding", "pudding", "", true}, // there is one
    {"hat", NULL, "You see no 'hat' here.", false},
    {"pud", "pudding", "", false}, // a beginning is too little for a guess
    {"butter", "pudding", "", true},
    {"coin and lamp", NULL, "One at a time, please.", false},
    {"bread and butter pudding", "pudding", "", true},
    {"me", "Ann", "", true},
    {"ann", "Ann", "", true},
};

START_TEST(one_at_a_time)
{
    typed_line(ones[_i].line);
    struct thing *t = match_quietly(&c, 0, c.words.count, BOTH | MATCH_SELF);
    ck_assert_str_eq(typed_told(), "");
    ck_assert_str_eq(t ? thing_label(t) : "", ones[_i].quietly ? ones[_i].one : "");
    t = match_one(&c, 0, c.words.count, BOTH | MATCH_SELF);
    ck_assert_str_eq(typed_told(), ones[_i].told);
    ck_assert_str_eq(t ? thing_label(t) : "", ones[_i].one ? ones[_i].one : "");
}
END_TEST

START_TEST(prepositions_split_a_line)
{
    static const char *const in[] = {"in", "into", NULL}, *const of[] = {"of", NULL};
    typed_line("put lamp into the box in here");
    ck_assert_uint_eq(match_split(&c, 0, in), 2);
    ck_assert_uint_eq(match_split(&c, 2, in), 2);
    ck_assert_uint_eq(match_split(&c, 3, in), 5);
    ck_assert_uint_eq(match_split(&c, 6, in), 7);
    ck_assert_uint_eq(match_split(&c, 0, of), 7);
    ck_assert_uint_eq(match_split(&c, 99, in), 7);
    ck_assert_uint_eq(match_split_last(&c, 0, in), 5);
    ck_assert_uint_eq(match_split_last(&c, 0, of), 7);
    ck_assert_uint_eq(match_split_last(&c, 6, in), 7);
}
END_TEST

START_TEST(a_name_with_a_preposition_is_not_split)
{
    static const char *const of[] = {"of", NULL}, *const in[] = {"in", NULL};
    typed_thing("walker", "a walker in green", "walker", THING_MOBILE, room);
    typed_line("get doll of ben");
    ck_assert_uint_eq(match_split_name(&c, 1, of, HERE), 4);
    ck_assert_uint_eq(match_split_name(&c, 1, of, CARRIED), 2);
    typed_line("hit walker in green");
    ck_assert_uint_eq(match_split_name(&c, 1, in, HERE), 4);
    typed_line("get coin in box");
    ck_assert_uint_eq(match_split_name(&c, 1, in, HERE), 2);
    typed_line("get in");
    ck_assert_uint_eq(match_split_name(&c, 1, in, HERE), 1);
    typed_line("get coin");
    ck_assert_uint_eq(match_split_name(&c, 1, in, HERE), 2);
    ck_assert_str_eq(typed_told(), "");
}
END_TEST

// In a crowd players are found by their full names, and none of them by ALL.
START_TEST(in_a_crowd_names_are_typed_in_full)
{
    struct world_limits limits = {.crowd = 2};
    world_set_limits(w, &limits); // Ann, Ben and Cid are more
    name_set(play_player("Dorothea", 4, room), "Dorothea");
    ck_found("doro", HERE | MATCH_PLAYERS, "You see no 'doro' here.");
    ck_found("dorothea", HERE | MATCH_PLAYERS, "Dorothea");
    ck_found("cid", HERE | MATCH_PLAYERS, "Cid");
    ck_found("all", MATCH_PLAYERS, "There is nothing here.");
    ck_found("ben", HERE | MATCH_PLAYERS | MATCH_NAMES, "doll"); // a doll of Ben is meant
    limits.crowd = 4;
    world_set_limits(w, &limits);
    ck_found("doro", HERE | MATCH_PLAYERS, "Dorothea");
    ck_found("all", MATCH_PLAYERS, "Ben Cid Dorothea");
    ck_found("ben", HERE | MATCH_PLAYERS | MATCH_NAMES, "Ben");
}
END_TEST

START_TEST(what_lies_in_something_open_is_looked_for_last)
{
    struct thing *bag = box("bag", "a bag", "bag", false, THING_COPY, ann);
    typed_thing("gem", "a gem", "gem", THING_COPY, bag);
    ck_found("gem", CARRIED | MATCH_OPEN, "gem");
    ck_found("gem", HERE | MATCH_OPEN, "You see no 'gem' here."); // it is carried
    typed_thing("bead1", "a bead", "bead", THING_COPY, open_box);
    ck_found("all beads", BOTH | MATCH_OPEN, "bead1");
    typed_thing("bead2", "a bead", "bead", THING_COPY, room);
    ck_found("all beads", BOTH | MATCH_OPEN, "bead2");
    ck_found("2 beads", BOTH | MATCH_OPEN, "There is only 1 of those to be found.");
}
END_TEST

// One of those that everybody may have: the one in its place is not there for who has it.
START_TEST(what_everybody_may_have_once_is_hidden)
{
    struct thing *badge = world_define(w, "z:badge", 0);
    const char *names[] = {"badge"};
    name_set(badge, "a badge");
    aliases_set(badge, names, 1);
    free(play_decode(badge, ATTR_RESET, "{\"each\": true}"));
    limbo_freeze(badge);
    struct thing *original = limbo_copy(badge), *own = limbo_copy(badge);
    limbo_set_origin(original, room);
    play_put(original, room);
    ck_found("badge", HERE, "z:badge");
    play_put(own, ann);
    ck_found("badge", HERE, "You have a badge already.");
    ck_found("badge", BOTH, "z:badge");
    ck_found("2nd badge", BOTH, "There is only 1 of those to be found.");
    ck_assert_ptr_eq(match_quietly(&c, 0, 1, BOTH), NULL); // "2nd"
    typed_line("badge");
    ck_assert_ptr_eq(match_quietly(&c, 0, 1, BOTH), own);
}
END_TEST

static const struct {
    const char *line, *who;
    size_t next;
} listeners[] = {
    {"guard bridge", "guard", 1},
    {"the old guard bridge", "guard", 3},
    {"old stories", "", 0},
    {"ben hello", "Ben", 1},
    {"ann hello", "", 0}, // oneself
    {"guard dog sit", "dog", 2},
    {"2nd guard bridge", "", 1},
    {"lamp hello", "", 0},
    {"", "", 0},
    {"ben", "Ben", 1},
    {"ja hello", "Ja", 1},
    {"last twin hello", "twin2", 2},
    {"2nd twin hello", "twin2", 2},
    {"2.twin hello", "twin2", 1},
    {"twin hello", "twin1", 1},
    {"3rd twin hello", "", 2},
    {"all twin", "", 0},
};

START_TEST(who_is_spoken_to_is_found_by_the_longest_name)
{
    size_t next = 77;
    typed_thing("twin1", "a twin", "twin", THING_MOBILE, room);
    typed_thing("twin2", "a twin", "twin", THING_MOBILE, room);
    typed_thing("Ja", "Ja", "ja", THING_MOBILE, room);
    typed_line(listeners[_i].line);
    struct thing *who = match_listener_quietly(&c, 0, &next);
    ck_assert_str_eq(typed_told(), "");
    ck_assert_str_eq(who ? thing_label(who) : "", listeners[_i].who);
    if (who)
        ck_assert_uint_eq(next, listeners[_i].next);
    ck_assert_ptr_eq(who ? match_listener(&c, 0, &next) : NULL, who);
    ck_assert_str_eq(typed_told(), "");
}
END_TEST

START_TEST(a_listener_is_found_in_other_ways_too)
{
    size_t next;
    typed_line("guard about the bridge");
    ck_assert_str_eq(thing_label(match_listener(&c, 0, &next)), "guard");
    ck_assert_uint_eq(next, 1);
    typed_line("large fountain about water");
    ck_assert_str_eq(thing_label(match_listener(&c, 0, &next)), "fountain");
    ck_assert_uint_eq(next, 2); // up to ABOUT
    typed_line("the fountain hello");
    ck_assert_str_eq(thing_label(match_listener(&c, 0, &next)), "fountain");
    ck_assert_uint_eq(next, 2); // one word
    typed_line("me hello");
    ck_assert_ptr_eq(match_listener(&c, 0, &next), ann);
    typed_line("dora about water");
    ck_assert_ptr_null(match_listener(&c, 0, &next));
    ck_assert_str_eq(typed_told(), "You see no 'dora' here.");
    typed_line("about water");
    ck_assert_ptr_null(match_listener(&c, 0, &next));
    ck_assert_str_eq(typed_told(), "You see no 'about' here.");
}
END_TEST

START_TEST(what_is_lacking_is_told_with_what_to_type)
{
    match_tell_usage(&c, "give what?");
    ck_assert_str_eq(typed_told(), "Give what? Type: get THING [from CONTAINER]");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("match");
    TCase *t = tcase_create("match");
    tcase_add_checked_fixture(t, begin, typed_end);
    tcase_add_loop_test(t, what_is_typed_is_found, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_test(t, a_search_is_of_some_words_only);
    tcase_add_test(t, all_is_told);
    tcase_add_loop_test(t, what_is_in_a_container_is_found, 0,
                        (int)(sizeof(inside) / sizeof(inside[0])));
    tcase_add_test(t, an_empty_container_has_nothing);
    tcase_add_loop_test(t, one_at_a_time, 0, (int)(sizeof(ones) / sizeof(ones[0])));
    tcase_add_test(t, prepositions_split_a_line);
    tcase_add_test(t, a_name_with_a_preposition_is_not_split);
    tcase_add_test(t, in_a_crowd_names_are_typed_in_full);
    tcase_add_test(t, what_lies_in_something_open_is_looked_for_last);
    tcase_add_test(t, what_everybody_may_have_once_is_hidden);
    tcase_add_loop_test(t, who_is_spoken_to_is_found_by_the_longest_name, 0,
                        (int)(sizeof(listeners) / sizeof(listeners[0])));
    tcase_add_test(t, a_listener_is_found_in_other_ways_too);
    tcase_add_test(t, what_is_lacking_is_told_with_what_to_type);
    suite_add_tcase(s, t);
    return play_run(s);
}
