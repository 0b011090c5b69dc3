// Mobiles with one line for each field, "Levl: 100", as LexiMUD and its relatives write them: texts
// after "Long:" and "Desc:" up to a '~', the end at DONE.
#include "tools/import/circle_parse.h"

#include <string.h>

bool circle_parse_is_keyed(const struct circle_line *l)
{
    return l->length > 5 && !memcmp(l->text, "Name:", 5);
}

static void take_text(struct circle_reader *r, struct circle_mobile *m, const char *key)
{
    const char *text = circle_read_text(r, CIRCLE_TEXT);
    if (*key == 'L')
        m->presence = text;
    else
        m->description = text;
}

static bool parse_keyed_take_line(struct circle_reader *r, struct circle_mobile *m, const char *key,
                                  struct circle_line *value)
{
    const char *word;
    size_t n;
    struct circle_line whole = *value;
    if (!strcmp(key, "Name"))
        m->aliases = circle_read_keep(r, whole.text, whole.length);
    else if (!strcmp(key, "Shrt"))
        m->name = circle_read_clean(r, whole.text, whole.length);
    else if (!strcmp(key, "Levl"))
        m->no_level = !circle_read_int(value, &m->level);
    else if (!strcmp(key, "Hitr"))
        circle_read_int(value, &m->thac0);
    else if (!strcmp(key, "Armr"))
        m->no_defence = !circle_read_int(value, &m->armour);
    else if (!strcmp(key, "HP"))
        m->no_health = !circle_parse_dice(value, &m->hit);
    else if (!strcmp(key, "Dmg"))
        m->no_damage = !circle_parse_dice(value, &m->damage);
    else if (!strcmp(key, "Pos"))
        circle_read_int(value, &m->position);
    else if (!strcmp(key, "DPos"))
        circle_read_int(value, &m->usual_position);
    else if (!strcmp(key, "Sex"))
        circle_read_int(value, &m->sex);
    else if (!strcmp(key, "Act"))
        m->no_flags =
            !circle_read_word(value, &word, &n) || !circle_read_bits(word, n, &m->flags.word[0]);
    else if (!strcmp(key, "Aff"))
        return circle_read_word(value, &word, &n) && circle_read_bits(word, n, &m->affects.word[0]);
    else
        return false;
    return true;
}

// "Race: 4" and others that CircleMUD does not have are kept like the traits of its own mobiles.
static void keep_trait(struct circle_reader *r, struct circle_world *w, struct circle_mobile *m,
                       const char *key, const struct circle_line *value)
{
    struct circle_extra *e = circle_world_take(w, sizeof(*e));
    e->at = (struct circle_at){r->file, value->line};
    e->keywords = key;
    e->text = circle_read_keep(r, value->text, value->length);
    circle_parse_add_extra(&m->traits, e);
}

bool circle_parse_keyed(struct circle_reader *r, struct circle_world *w, struct circle_mobile *m)
{
    struct circle_line l;
    m->aliases = m->name = m->presence = m->description = "";
    m->position = m->usual_position = 8;
    m->flags.words = m->affects.words = 1;
    m->no_flags = m->no_level = m->no_health = m->no_damage = m->no_defence = true;
    while (circle_read_data(r, &l) && !circle_read_is(&l, "DONE")) {
        const char *colon = memchr(l.text, ':', l.length);
        size_t n = colon ? (size_t)(colon - l.text) : 0;
        while (n && l.text[n - 1] == ' ')
            n--;
        if (!n) {
            if (!circle_parse_stray(r, &l, "a mobile"))
                return false;
            continue;
        }
        const char *key = circle_read_keep(r, l.text, n);
        struct circle_line value = {colon + 1, (size_t)(l.text + l.length - colon - 1), l.line};
        if (!strcmp(key, "Long") || !strcmp(key, "Desc"))
            take_text(r, m, key);
        else if (!parse_keyed_take_line(r, m, key, &value))
            keep_trait(r, w, m, key, &value);
    }
    return true;
}
