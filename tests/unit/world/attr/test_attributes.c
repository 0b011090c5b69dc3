// Every attribute of the table: a value with every member set comes back whole from a zone file, a
// snapshot, a character, a copy, and when the world is carried over to edited zone files. One test
// for all of them: a new attribute fails until it has a sample here, and a new member of the schema
// fails until a sample sets it.
#include "../snapshot/snapshot_kit.h"
#include "util/error.h"

#include "world/attr.h"
#include "world/attr/text.h"
#include "world/attr/wordlist.h"
#include "world/snapshot/carry.h"
#include "world/tree.h"

#include <unistd.h>

// What a sample says is other than what holds without it, so that a member that is lost is seen.
struct sample {
    enum attr_id id;
    const char *value; // as zone files have it, or as snapshots do for what zone files may not have
    const char *copied; // what a copy has; NULL: the same; "": nothing
    unsigned flags;     // of the thing that has it
};

#define CONDITION                                                                                  \
    "{\"marks\": [\"z:hero\"], \"no_marks\": [\"z:coward\"], \"carries\": [\"z:key\"], \"lacks\": [\"z:coin\"]}"

static const struct sample samples[] = {
    {.id = ATTR_NAME, .value = "\"an odd sample\""},
    {.id = ATTR_ALIASES, .value = "[\"one\", \"+two\", \"+three:four\"]"},
    {.id = ATTR_DESCRIPTION, .value = "\"It is odd.\\nAnd even.\""},
    {.id = ATTR_PRESENCE, .value = "\"Something odd stands here.\""},
    {.id = ATTR_DETAILS,
     .value = "[{\"keywords\": [\"rim\", \"edge\"], \"text\": \"Sharp.\"}, {\"keywords\": "
              "[\"lid\"], \"text\": \"Shut.\"}]"},
    {.id = ATTR_INVENTORY, .value = "{\"capacity\": 7}"},
    {.id = ATTR_INVENTORY, .value = "true"},
    {.id = ATTR_EXITS,
     .value = "{\"north\": {\"to\": \"z:far\", \"description\": \"A long way.\"}, \"northeast\": "
              "\"z:far\","
              " \"east\": \"z:far\", \"southeast\": \"z:far\", \"south\": \"z:room\", "
              "\"southwest\": \"z:far\","
              " \"west\": {\"to\": \"z:far\", \"description\": \"A short way.\"}, \"northwest\": "
              "\"z:far\","
              " \"up\": \"z:far\", \"down\": \"z:far\"}",
     .flags = THING_LOCATION},
    {.id = ATTR_DOOR,
     .value = "{\"exit\": \"north\", \"open\": true, \"latch\": true, \"key\": \"z:key\", "
              "\"close_after\": \"7s\","
              " \"jitter\": \"3s\", \"now\": \"locked\"}",
     .copied = "{\"exit\": \"north\", \"open\": true, \"latch\": true, \"key\": \"z:key\", "
               "\"close_after\": \"7s\","
               " \"jitter\": \"3s\", \"now\": \"open\"}"},
    {.id = ATTR_DOOR, .value = "{\"locked\": true}"},
    {.id = ATTR_WRITING, .value = "\"PULL\""},
    {.id = ATTR_VETOES,
     .value = "{\"get\": {\"message\": \"No.\", \"if\": " CONDITION "}, \"junk\": \"Never.\"}"},
    {.id = ATTR_BARRIER,
     .value = "{\"exit\": \"north\", \"allow\": [\"one\", \"two\"], \"deny\": [\"three\"], "
              "\"message\": \"Halt.\"}"},
    {.id = ATTR_GENDER, .value = "\"plural\""},
    {.id = ATTR_GENDER, .value = "\"female\""},
    {.id = ATTR_HEALTH,
     .value = "{\"current\": 3, \"maximum\": 9, \"restore\": 2, \"every\": \"5s\"}"},
    {.id = ATTR_PLAYER,
     .value = "{\"prompt\": \"% \", \"aliases\": {\"gl\": \"get lamp\"}, \"name\": \"Ann\", "
              "\"permissions\": \"goto\","
              " \"account\": \"ann\", \"mailbox\": 4, \"commands\": 12}",
     .copied = "",
     .flags = THING_PLAYER},
    {.id = ATTR_MOBILE,
     .value = "{\"stay\": false, \"wander\": {\"after\": \"11s\", \"jitter\": \"2s\"}}",
     .flags = THING_MOBILE},
    {.id = ATTR_MOBILE, .value = "{\"wander\": {}}", .flags = THING_MOBILE}, // once a minute
    {.id = ATTR_REPLIES,
     .value = "[{\"keywords\": [\"key\"], \"if\": " CONDITION
              ", \"do\": [\"say Here.\"], \"give\": \"z:key\","
              " \"mark\": \"z:hero\"}]",
     .flags = THING_MOBILE},
    {.id = ATTR_ON_ACTION,
     .value = "{\"after\": \"8s\", \"jitter\": \"6s\", \"do\": [\"say Tick.\", \"say Tock.\"], "
              "\"if\": " CONDITION "}"},
    {.id = ATTR_ON_RESET, .value = "\"It is back.\""},
    {.id = ATTR_ON_CLEANUP, .value = "\"It is gone.\""},
    {.id = ATTR_RESET,
     .value = "{\"after\": \"9s\", \"jitter\": \"4s\", \"spawn\": true, \"wait\": true}"},
    {.id = ATTR_RESET, .value = "{\"each\": true}"},
    {.id = ATTR_CLEANUP, .value = "{\"after\": \"10s\", \"jitter\": \"5s\"}"},
    {.id = ATTR_HOLDABLE, .value = "[\"hand\", \"shield\"]"},
    {.id = ATTR_WEARABLE, .value = "[\"head\"]"},
    {.id = ATTR_WIELDABLE, .value = "[\"hand\"]"},
    {.id = ATTR_BODY, .value = "{\"hand\": 2, \"head\": 1}"},
    {.id = ATTR_WORN, .value = "\"wield\"", .copied = ""},
    {.id = ATTR_TIMERS, .value = "[341, 1, 2, 3, 4, 5, 6, 7, 8, 9]", .copied = ""},
    {.id = ATTR_FIGHT,
     .value = "{\"ready\": 21, \"peace\": 22, \"foe\": ROOM, \"consents\": [ROOM, 23]}",
     .copied = ""},
    {.id = ATTR_MARKS, .value = "[\"z:hero\", \"z:coward\"]"},
    {.id = ATTR_DEEDS,
     .value =
         "[{\"when\": \"give\", \"of\": [\"z:coin\"], \"if\": " CONDITION ", \"text\": \"Thanks.\","
         " \"do\": [\"say Well.\"], \"give\": \"z:key\", \"mark\": \"z:hero\", \"keep\": true},"
         " {\"when\": \"give\", \"of\": [\"z:key\"], \"keep\": \"carry\"}, {\"when\": \"get\", "
         "\"mark\": \"z:coward\"},"
         " {\"when\": \"sign\", \"text\": \"Signed.\"}]",
     .flags = THING_MOBILE},
    {.id = ATTR_DEEDS,
     .value = "[{\"when\": \"enter\", \"mark\": \"z:hero\"}]",
     .flags = THING_LOCATION},
#ifdef ATTRIBUTES_MORE
#define ATTRIBUTE(upper, lower, number, flags)                                                     \
    {.id = ATTR_##upper, .value = "\"the text of " #lower "\""},
#include ATTRIBUTES_MORE
#undef ATTRIBUTE
#endif
};

enum { SAMPLES = sizeof(samples) / sizeof(samples[0]) };

// Members that are no part of the value.
static const struct {
    enum attr_id id;
    const char *key;
} elsewhere[] = {
    {ATTR_DOOR, "far"},      // makes another thing, whose own door is its far side
    {ATTR_EXITS, "one_way"}, // for `latchkey check` alone
};

static const struct sample *the; // sample of this test
static const struct attr_kind *kind;
static struct doc *sample_doc; // its value, as an array of one

static bool in_zones(enum attr_id id)
{
    return attr_flags(id) & (ATTR_OF_LOCATIONS | ATTR_OF_THINGS);
}

static bool is_elsewhere(enum attr_id id, const char *key)
{
    for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
        if (elsewhere[i].id == id && !strcmp(elsewhere[i].key, key))
            return true;
    return !strcmp(key, "comment");
}

static char *replaced(const char *text, const char *word, uint32_t number)
{
    struct buf out = BUF_INIT;
    for (const char *at; (at = strstr(text, word)); text = at + strlen(word))
        buf_addf(&out, "%.*s%u", (int)(at - text), text, number);
    buf_adds(&out, text);
    return buf_take(&out);
}

static void add_member(struct buf *out, bool wanted)
{
    if (wanted)
        buf_addf(out, ", \"%s\": %s", attr_name(the->id), the->value);
}

// A zone in which something has the sample, if zone files may say so.
static struct world *zone_with_sample(void)
{
    struct buf text = BUF_INIT;
    char path[] = "/tmp/latchkey-attributes-XXXXXX.json";
    int fd = mkstemps(path, 5);
    bool place = the->flags & THING_LOCATION, exits = the->id == ATTR_EXITS;
    ck_assert_int_ge(fd, 0);
    buf_adds(&text, "{\"zone\": {\"ref\": \"z\", \"name\": \"Z\"},"
                    " \"marks\": {\"hero\": {\"title\": \"hero\"}, \"coward\": {}},"
                    " \"locations\": {\"room\": {\"name\": \"The room\", \"start\": true");
    buf_adds(&text, exits ? "" : ", \"exits\": {\"north\": \"far\"}");
    add_member(&text, in_zones(the->id) && place);
    buf_adds(&text,
             "}, \"far\": {\"name\": \"Far off\", \"exits\": {\"south\": \"room\"}}}, \"things\": {"
             "\"key\": {\"name\": \"a key\"}, \"coin\": {\"name\": \"a coin\", \"in\": \"room\"},"
             "\"sample\": {\"in\": \"room\"");
    buf_adds(&text, the->id == ATTR_NAME ? "" : ", \"name\": \"a sample\"");
    buf_adds(&text,
             the->flags & THING_MOBILE && the->id != ATTR_MOBILE ? ", \"mobile\": true" : "");
    add_member(&text, in_zones(the->id) && !place);
    buf_adds(&text, "}}}");
    ck_assert_int_eq(write(fd, text.data, text.len), (ssize_t)text.len);
    close(fd);
    lockset_leave(&ls);
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct world *made = world_new();
    const char *paths[] = {path};
    zones_load(made, paths, 1, false, &p, NULL);
    if (p.errors)
        ck_abort_msg("%s in %s", p.list[0].text, buf_str(&text));
    world_settle(made);
    doc_problems_fini(&p);
    lockset_enter(&ls);
    buf_fini(&text);
    unlink(path);
    return made;
}

static void begin(const struct sample *s)
{
    check_set_level(CHECK_OFF);
    the = s;
    kind = attr_kind(s->id);
    bytes = (struct buf)BUF_INIT;
    lockset_init(&ls, 4000000, NULL);
    lockset_enter(&ls);
    lockset_begin(&ls, "test", NULL);
    w = zone_with_sample();
    struct doc_problems p = DOC_PROBLEMS_INIT;
    char *value = replaced(s->value, "ROOM", world_lookup(w, "z:room")->place.index);
    char *list = mem_printf("[%s]", value);
    sample_doc = json_read("sample", list, strlen(list), &p);
    ck_assert_msg(sample_doc, "the sample of %s is no JSON", attr_name(the->id));
    free(list);
    free(value);
    doc_problems_fini(&p);
}

static void end(void)
{
    doc_free(sample_doc);
    lockset_end(&ls);
    lockset_leave(&ls);
    lockset_fini(&ls);
    buf_fini(&bytes);
    world_free(w);
}

static const struct doc_node *sample_value(void)
{
    return doc_root(sample_doc)->list.first;
}

static struct thing *lookup(struct attr_decode *d, const struct doc_node *ref)
{
    const char *name = "";
    if (!doc_want_string(d->problems, d->doc, ref, &name))
        return NULL;
    struct thing *t = world_lookup(d->world, name);
    if (!t)
        doc_error(d->problems, d->doc, ref, "no such thing");
    return t;
}

static struct thing *slot_itself(struct attr_decode *d, uint32_t slot)
{
    return world_slot(d->world, slot);
}

// A thing of nothing with that value, in limbo; NULL when the value is refused.
static struct thing *thing_with(const struct doc_node *n)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct attr_decode d = {w, sample_doc, &p, "z", lookup, slot_itself};
    struct thing *t = limbo_new(w, THING_COPY | the->flags, "a thing of nothing");
    if (kind->restore) {
        kind->restore(&d, t, n);
    } else {
        void *value = kind->decode(&d, t, n);
        if (value)
            thing_attr_store(t, the->id, value);
    }
    if (!p.errors) {
        doc_problems_fini(&p);
        return t;
    }
    doc_problems_fini(&p);
    limbo_free(t);
    return NULL;
}

// What it says of itself, to a snapshot or to a character's file; "" when it has no such attribute.
static char *told(struct thing *t, bool snapshot)
{
    struct buf out = BUF_INIT;
    const void *value = thing_attr(t, the->id);
    struct doc *d = doc_new("told");
    if (value)
        json_write(&out,
                   snapshot && kind->snapshot ? kind->snapshot(value, d) : kind->encode(value, d),
                   JSON_ONE_LINE);
    doc_free(d);
    buf_adds(&out, "");
    return out.data ? buf_take(&out) : mem_strdup("");
}

static void ck_same(const char *what, struct thing *then, struct thing *now, bool snapshot)
{
    char *was = told(then, snapshot), *is = told(now, snapshot);
    ck_assert_msg(*was && !strcmp(was, is), "%s lost in %s: was %s, is %s", attr_name(the->id),
                  what, was, is);
    free(was);
    free(is);
}

static bool same_value(const struct doc_node *a, const struct doc_node *b)
{
    return a->kind == b->kind &&
           (a->kind != DOC_STRING || !strcmp(a->string.text, b->string.text)) &&
           (a->kind != DOC_INT || a->integer == b->integer) &&
           (a->kind != DOC_BOOL || a->boolean == b->boolean);
}

// Everything that the sample says is said there.
static void ck_within(const struct doc_node *wanted, const struct doc_node *said)
{
    const char *key = wanted->key ? wanted->key : "value";
    ck_assert_msg(said, "\"%s\" of %s is lost", key, attr_name(the->id));
    ck_assert_msg(same_value(wanted, said), "\"%s\" of %s is another: %s, not %s", key,
                  attr_name(the->id), said->kind == DOC_STRING ? said->string.text : "a value",
                  wanted->kind == DOC_STRING ? wanted->string.text : "the sample's");
    if (wanted->kind == DOC_OBJECT)
        doc_foreach (member, wanted)
            ck_within(member, doc_get(said, member->key));
    if (wanted->kind != DOC_ARRAY)
        return;
    ck_assert_msg(wanted->list.count == said->list.count, "not all of \"%s\" of %s", key,
                  attr_name(the->id));
    const struct doc_node *other = said->list.first;
    doc_foreach (item, wanted) {
        ck_within(item, other);
        other = other->next;
    }
}

static void ck_says(struct thing *t, const char *what, const struct doc_node *sample)
{
    struct doc *d = doc_new("said");
    const void *value = thing_attr(t, the->id);
    ck_assert_msg(value, "%s is not in %s", attr_name(the->id), what);
    ck_within(sample, kind->snapshot ? kind->snapshot(value, d) : kind->encode(value, d));
    doc_free(d);
}

// The one that the zone file describes: a prototype, or a location.
static struct thing *described(void)
{
    return world_lookup(w, the->flags & THING_LOCATION ? "z:room" : "z:sample");
}

static struct thing *placed(struct world *of)
{
    if (the->flags & THING_LOCATION)
        return world_lookup(of, "z:room");
    for (int list = 0; list < INVENTORY_LISTS; list++)
        for (struct thing *t =
                 inventory_peek(world_lookup(of, "z:room"), (enum inventory_list)list);
             t; t = t->next)
            if (!strcmp(thing_refname(t), "z:sample") && snapshot_is_built(t))
                return t;
    ck_abort_msg("the sample of %s is nowhere", attr_name(the->id));
    return NULL;
}

static void copied(struct thing *from)
{
    struct thing *copy = limbo_copy(from);
    if (!the->copied) {
        ck_same("copying", from, copy, true);
    } else if (*the->copied) {
        struct doc_problems p = DOC_PROBLEMS_INIT;
        struct doc *d = json_read("copied", the->copied, strlen(the->copied), &p);
        ck_says(copy, "a copy", doc_root(d));
        doc_free(d);
    } else {
        ck_assert_msg(!thing_attr(copy, the->id), "a copy has the %s of what it is copied from",
                      attr_name(the->id));
    }
    limbo_free(copy);
}

// Written with all of its value, whether or not it is as it was built.
static struct thing *put(struct thing *t)
{
    ck_assert_int_eq(limbo_publish(t, world_lookup(w, "z:far")), INVENTORY_MOVED);
    attr_set_add(&t->changed, the->id);
    return t;
}

static void through_snapshot(struct thing **things, size_t count)
{
    struct world *other = zone_with_sample();
    snapshot_write(w, &bytes);
    const unsigned char *at = (const unsigned char *)bytes.data;
    struct unpack in = {at, at + bytes.len, false};
    struct snapshot_world *s = snapshot_read(other, &in, &why);
    ck_assert_msg(s, "%s", error_text(&why));
    ck_assert_uint_eq(s->problems.errors, 0);
    for (size_t i = 0; i < count; i++)
        ck_same("a snapshot", things[i], snapshot_thing(s, things[i]->place.index), true);
    snapshot_world_free(s);
    world_free(other);
}

// To the world of the same zone files, as when one of them is edited.
static void through_carrying(struct thing **things, size_t count)
{
    struct world *other = zone_with_sample();
    lockset_leave(&ls);
    struct carry *c = carry_over(w, other);
    lockset_enter(&ls);
    for (size_t i = 0; i < count; i++)
        ck_same("carrying over", things[i], carry_thing(c, things[i]->place.index), true);
    carry_free(c);
    world_free(other);
}

// As text, as it is in a file.
static void through_character(struct thing *t)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct buf text = BUF_INIT;
    struct doc *d = doc_new("character");
    json_write(&text, tree_encode(t, d), JSON_PRETTY);
    doc_free(d);
    d = json_read("character", text.data, text.len, &p);
    struct tree_reading r = {.world = w, .doc = d, .problems = &p};
    struct thing *again = tree_decode(&r, doc_root(d), the->flags & THING_PLAYER);
    if (!again || p.count)
        ck_abort_msg("%s: %s in %s", attr_name(the->id), p.count ? p.list[0].text : "refused",
                     buf_str(&text));
    ck_same("a character's file", t, again, false);
    limbo_free(again);
    tree_reading_fini(&r);
    doc_free(d);
    doc_problems_fini(&p);
    buf_fini(&text);
}

static struct doc_node *without(struct doc *d, const struct doc_node *n,
                                const struct doc_node *skip)
{
    struct doc_node *to = n->kind == DOC_ARRAY    ? doc_array(d)
                          : n->kind == DOC_OBJECT ? doc_object(d)
                          : n->kind == DOC_STRING ? doc_string(d, n->string.text)
                          : n->kind == DOC_INT    ? doc_int(d, n->integer)
                                                  : doc_bool(d, n->boolean);
    if (n->kind != DOC_ARRAY && n->kind != DOC_OBJECT)
        return to;
    doc_foreach (child, n) {
        if (child == skip)
            continue;
        if (child->key)
            doc_put(d, to, child->key, without(d, child, skip));
        else
            doc_append(to, without(d, child, skip));
    }
    return to;
}

// No member of the sample says what holds without it.
static void ck_every_member_counts(const struct doc_node *n, const char *whole)
{
    if (n->kind != DOC_ARRAY && n->kind != DOC_OBJECT)
        return;
    doc_foreach (child, n) {
        struct doc *d = doc_new("less");
        struct thing *t = thing_with(without(d, sample_value(), child));
        char *less = t ? told(t, true) : mem_strdup("");
        ck_assert_msg(strcmp(less, whole) != 0, "the sample of %s is the same without \"%s\"",
                      attr_name(the->id), child->key ? child->key : "an item");
        free(less);
        if (t)
            limbo_free(t);
        doc_free(d);
        ck_every_member_counts(child, whole);
    }
}

START_TEST(every_member_survives)
{
    begin(&samples[_i]);
    struct thing *kept[3];
    size_t count = 0;
    struct thing *made = thing_with(sample_value());
    ck_assert_msg(made, "the sample of %s is refused", attr_name(the->id));
    ck_says(made, "a thing", sample_value());
    char *whole = told(made, true);
    ck_every_member_counts(sample_value(), whole);
    free(whole);
    copied(made);
    if (in_zones(the->id)) {
        ck_says(described(), "the world", sample_value());
        copied(described());
        kept[count] = placed(w);
        attr_set_add(&kept[count++]->changed, the->id);
        if (!(the->flags & THING_LOCATION))
            kept[count++] = put(limbo_copy(described()));
    }
    if (!(the->flags & THING_LOCATION))
        kept[count++] = put(made);
    through_snapshot(kept, count);
    if (!(the->flags & THING_PLAYER)) // players are not carried over, they enter again
        through_carrying(kept, count);
    for (size_t i = 0;
         i < count && attr_flags(the->id) & ATTR_SAVED && !(the->flags & THING_LOCATION); i++)
        through_character(kept[i]);
    if (the->flags & THING_LOCATION)
        limbo_free(made);
    end();
}
END_TEST

static bool says(const struct doc_node *n, const char *key)
{
    if (n->key && !strcmp(n->key, key))
        return true;
    if (n->kind == DOC_ARRAY || n->kind == DOC_OBJECT)
        doc_foreach (child, n)
            if (says(child, key))
                return true;
    return false;
}

static bool in_a_sample(enum attr_id id, const char *key)
{
    bool found = false;
    for (size_t i = 0; i < SAMPLES && !found; i++) {
        if (samples[i].id != id)
            continue;
        struct doc_problems p = DOC_PROBLEMS_INIT;
        char *list = mem_printf("[%s]", samples[i].value);
        struct doc *d = json_read("sample", list, strlen(list), &p);
        found = d && says(doc_root(d), key);
        doc_free(d);
        free(list);
        doc_problems_fini(&p);
    }
    return found;
}

// Every member that the schema knows of is in a sample. It has no definition that contains itself
// for attributes.
static size_t ck_members(enum attr_id id, const struct doc_node *schema,
                         const struct doc_node *definitions)
{
    size_t members = 0;
    if (schema->kind != DOC_ARRAY && schema->kind != DOC_OBJECT)
        return 0;
    doc_foreach (child, schema) {
        bool named = child->key && !strcmp(child->key, "properties");
        if (child->key && !strcmp(child->key, "$ref"))
            members += ck_members(id, doc_get(definitions, strrchr(child->string.text, '/') + 1),
                                  definitions);
        else if (!named)
            members += ck_members(id, child, definitions);
        if (!named)
            continue;
        doc_foreach (member, child) {
            if (is_elsewhere(id, member->key))
                continue;
            ck_assert_msg(in_a_sample(id, member->key), "no sample of %s has \"%s\"", attr_name(id),
                          member->key);
            members += 1 + ck_members(id, member, definitions);
        }
    }
    return members;
}

START_TEST(every_attribute_has_a_sample_of_every_member)
{
    enum attr_id id = (enum attr_id)_i;
    size_t found = 0;
    for (size_t i = 0; i < SAMPLES; i++)
        found += samples[i].id == id;
    ck_assert_msg(found, "no sample of %s", attr_name(id));
    if (!in_zones(id))
        return;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    char *path = mem_printf("%s/data/schema/zone.json", getenv("LATCHKEY_SOURCE"));
    struct doc *schema = json_read_file(path, 1 << 20, &p);
    ck_assert_ptr_nonnull(schema);
    const struct doc_node *all = doc_get(doc_root(schema), "properties");
    const char *const of[] = {"things", "locations"};
    size_t met = 0;
    for (size_t i = 0; i < 2; i++) {
        const struct doc_node *each = doc_get(doc_get(all, of[i]), "additionalProperties");
        const struct doc_node *its = doc_get(doc_get(each, "properties"), attr_name(id));
        if (!its)
            continue;
        met++;
        size_t members = ck_members(id, its, doc_get(doc_root(schema), "definitions"));
        ck_assert_uint_ge(members, id == ATTR_DOOR ? 7 : 0); // it does read the schema
    }
    ck_assert_msg(met, "%s is not in the schema", attr_name(id));
    doc_free(schema);
    free(path);
    doc_problems_fini(&p);
}
END_TEST

START_TEST(texts_are_clean_and_end_without_line_breaks)
{
    static const char *const texts[][2] = {
        {"One.\nTwo.\n\n", "One.\nTwo."}, {"One.", "One."}, {"\n", ""}, {"", ""}};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        void *text = text_new(texts[i][0]);
        ck_assert_str_eq(text_peek(text), texts[i][1]);
        text_free(text);
    }
    void *text = text_new("a\033[2Jb\n");
    ck_assert_ptr_null(strchr(text_peek(text), '\033'));
    ck_assert_int_eq(text_peek(text)[strlen(text_peek(text)) - 1], 'b');
    text_free(text);
}
END_TEST

START_TEST(words_are_clean_whatever_stands_beside_them)
{
    static const char *const words[] = {"Ann", "b\033[2Jo\177b", "", "\xff", "Carl", "d\te"};
    struct wordlist *lower = wordlist_new(words, 6, true), *as_is = wordlist_new(words, 6, false);
    static const char *const clean[] = {"Ann", "b[2Job", "", "\xef\xbf\xbd", "Carl", "d e"};
    ck_assert_uint_eq(lower->count, 6);
    for (size_t i = 0; i < 6; i++)
        ck_assert_str_eq(as_is->words[i], clean[i]);
    ck_assert_str_eq(lower->words[0], "ann");
    ck_assert_str_eq(lower->words[1], "b[2job");
    ck_assert_str_eq(lower->words[4], "carl");
    wordlist_free(lower);
    wordlist_free(as_is);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("attributes");
    TCase *c = tcase_create("attributes");
    tcase_add_loop_test(c, every_attribute_has_a_sample_of_every_member, 0, ATTR_COUNT);
    tcase_add_loop_test(c, every_member_survives, 0, SAMPLES);
    tcase_add_test(c, words_are_clean_whatever_stands_beside_them);
    tcase_add_test(c, texts_are_clean_and_end_without_line_breaks);
    suite_add_tcase(s, c);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
