// Claims: which session may use a character's name now. Loop thread, so that asking and taking are
// one step.
#include "engine/dispatch.h"
#include "session/sessions_priv.h"
#include "util/loopguard.h"
#include "util/map.h"

#include <assert.h>
#include <string.h>

bool claims_free(const struct sessions *h, const char *name)
{
    loopguard_check("claims_free()");
    char skeleton[NAME_SIZE];
    name_rules_skeleton(name, skeleton);
    return !map_has(h->claims, skeleton) && !saver_busy(h, name);
}

void claims_take(struct sessions *h, const char *name)
{
    loopguard_check("claims_take()");
    char skeleton[NAME_SIZE];
    name_rules_skeleton(name, skeleton);
    assert(!map_has(h->claims, skeleton)); // the caller has asked claims_free
    map_put(h->claims, skeleton, h);
}

void claims_give(struct sessions *h, const char *name)
{
    loopguard_check("claims_give()");
    char skeleton[NAME_SIZE];
    name_rules_skeleton(name, skeleton);
    assert(map_has(h->claims, skeleton));
    map_remove(h->claims, skeleton);
    claims_freed(h, name);
}

static bool waits_for_a_name(const struct session *s)
{
    return s->state == SESSION_BUSY && s->then && !s->then_at;
}

static bool waits_for(const struct session *s, const char *skeleton)
{
    assert(s->login && waits_for_a_name(s));
    char wanted[NAME_SIZE];
    name_rules_skeleton(s->login->character, wanted);
    return !strcmp(wanted, skeleton);
}

void claims_freed(struct sessions *h, const char *name)
{
    loopguard_check("claims_freed()");
    char skeleton[NAME_SIZE];
    if (!h->names_wanted) // nearly always: else each login would look at all sessions
        return;
    h->names_wanted = false;
    name_rules_skeleton(name, skeleton);
    for (struct session *s = h->first, *next; s; s = next) {
        next = s->next;
        if (!waits_for_a_name(s))
            continue;
        if (waits_for(s, skeleton))
            session_go_on(s); // it may have to wait again
        else
            h->names_wanted = true;
    }
}

struct looking {
    const char *skeleton;
    bool found;
};

static void claims_look(struct player_task *a, void *arg)
{
    struct looking *l = arg;
    char skeleton[NAME_SIZE];
    name_rules_skeleton(player_task_name(a), skeleton);
    l->found |= !strcmp(skeleton, l->skeleton);
}

bool claims_in_world(struct sessions *h, const char *name)
{
    loopguard_check("claims_in_world()");
    char skeleton[NAME_SIZE];
    struct looking l = {skeleton, false};
    name_rules_skeleton(name, skeleton);
    dispatch_each(h->dispatch, claims_look, &l);
    return l.found;
}
