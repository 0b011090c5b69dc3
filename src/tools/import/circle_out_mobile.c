// Writes mobiles as things. Their values for fights are carried as properties.
#include "tools/import/circle_out.h"

#include "util/buf.h"

#include <assert.h>

enum { HEALTH_MOST = 1000000 };

static void put_dice(struct circle_out *x, struct doc_node *n, const char *key,
                     const struct circle_dice *dice)
{
    struct buf text = BUF_INIT;
    buf_addf(&text, "%lldd%lld", (long long)dice->number, (long long)dice->size);
    if (dice->plus)
        buf_addf(&text, "%+lld", (long long)dice->plus);
    circle_out_put_string(x, n, key, buf_str(&text));
    buf_fini(&text);
}

static int64_t out_mobile_within(int64_t v, int64_t least, int64_t most)
{
    assert(least <= most);
    return v < least ? least : v > most ? most : v;
}

// The mean of the dice.
static int64_t average(const struct circle_dice *dice)
{
    int64_t number = out_mobile_within(dice->number, 0, HEALTH_MOST),
            size = out_mobile_within(dice->size, 0, HEALTH_MOST),
            plus = out_mobile_within(dice->plus, -HEALTH_MOST, HEALTH_MOST);
    return out_mobile_within(number * (size + 1) / 2 + plus, 1, HEALTH_MOST);
}

static void out_mobile_put_mobile(struct circle_out *x, struct doc_node *n,
                                  const struct circle_mobile *m)
{
    if (circle_world_bit(&m->flags, CIRCLE_MOBILE_SENTINEL)) {
        circle_out_put_true(x, n, "mobile");
        return;
    }
    struct doc_node *mobile = doc_object(x->d), *wander = doc_object(x->d);
    circle_out_put_string(x, wander, "after", "30s");
    circle_out_put_string(x, wander, "jitter", "1m");
    doc_put(x->d, mobile, "wander", wander);
    bool stay = circle_world_bit(&m->flags, CIRCLE_MOBILE_STAY_ZONE);
    doc_put(x->d, mobile, "stay", doc_bool(x->d, stay));
    doc_put(x->d, n, "mobile", mobile);
}

static void put_traits(struct circle_out *x, struct doc_node *n, const struct circle_mobile *m)
{
    struct doc_node *traits = doc_object(x->d);
    for (const struct circle_extra *e = m->traits.first; e; e = e->next) {
        if (doc_get(traits, e->keywords))
            circle_report_note(x->report, e->at, "\"%s\" is here twice; the first counts",
                               e->keywords);
        else
            doc_put(x->d, traits, e->keywords, doc_string(x->d, e->text));
    }
    circle_out_put_list(x->d, n, "traits", traits);
}

static struct doc_node *out_mobile_properties_of(struct circle_out *x,
                                                 const struct circle_mobile *m)
{
    struct doc_node *n = doc_object(x->d);
    circle_out_put_flags(x, n, "flags", CIRCLE_MOBILE_FLAGS, &m->flags);
    circle_out_put_flags(x, n, "affects", CIRCLE_AFFECTS, &m->affects);
    circle_out_put_int(x, n, "alignment", m->alignment);
    if (!m->no_level)
        circle_out_put_int(x, n, "level", m->level);
    if (!m->no_defence) {
        circle_out_put_int(x, n, "thac0", m->thac0);
        circle_out_put_int(x, n, "armour", m->armour);
    }
    if (!m->no_health)
        put_dice(x, n, "hit_points", &m->hit);
    if (!m->no_damage)
        put_dice(x, n, "damage", &m->damage);
    circle_out_put_int(x, n, "gold", m->gold);
    circle_out_put_int(x, n, "experience", m->experience);
    circle_out_put_named(x, n, "position", CIRCLE_POSITIONS, m->position);
    circle_out_put_named(x, n, "usual_position", CIRCLE_POSITIONS, m->usual_position);
    put_traits(x, n, m);
    circle_out_put_triggers(x, n, &m->triggers);
    return n;
}

static void out_mobile_count(struct circle_report *r, const struct circle_mobile *m)
{
    circle_report_field(r, CIRCLE_HAS_LEVEL, !m->no_level);
    circle_report_field(r, CIRCLE_HAS_HEALTH, !m->no_health);
    circle_report_field(r, CIRCLE_HAS_DAMAGE, !m->no_damage);
    circle_report_field(r, CIRCLE_HAS_DEFENCE, !m->no_defence);
    if (m->no_flags || m->no_level || m->no_health || m->no_damage || m->no_defence)
        circle_report_part(r, CIRCLE_MOBILE);
    r->counts[CIRCLE_MOBILE].written++;
}

struct doc_node *circle_out_mobile(struct circle_out *x, struct circle_mobile *m)
{
    assert(m->record.zone);
    static const char *const genders[] = {"neuter", "male", "female"};
    struct doc_node *n = doc_object(x->d), *health = doc_object(x->d);
    circle_out_put_name(x, n, m->record.at, m->name, "somebody");
    circle_out_put_aliases(x, n, m->aliases, m->name);
    circle_out_put_flow(x, n, "description", m->description);
    circle_out_put_flow(x, n, "presence", m->presence);
    out_mobile_put_mobile(x, n, m);
    circle_out_put_string(x, n, "gender", genders[m->sex == 1 || m->sex == 2 ? m->sex : 0]);
    circle_out_put_int(x, health, "maximum", average(&m->hit));
    doc_put(x->d, n, "health", health);
    if (circle_world_bit(&m->flags, CIRCLE_MOBILE_NOKILL)) {
        struct doc_node *vetoes = doc_object(x->d);
        circle_out_put_string(x, vetoes, "combat", "No harm may come to this one.");
        doc_put(x->d, n, "vetoes", vetoes);
    }
    doc_put(x->d, n, "properties", out_mobile_properties_of(x, m));
    out_mobile_count(x->report, m);
    return n;
}
