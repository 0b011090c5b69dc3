// Claims: which session may use a character's name now, and the sessions that wait for one. The
// names are in names_in_use, for all loops.
#include "engine/dispatch.h"
#include "session/sessions_priv.h"
#include "util/loopguard.h"
#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool claims_free(const struct sessions *h, const char *name)
{
    loopguard_check("claims_free()");
    return names_in_use_is_free(h->shared->names, name);
}

bool claims_take(struct sessions *h, const char *name)
{
    loopguard_check("claims_take()");
    return names_in_use_claim(h->shared->names, name);
}

void claims_give(struct sessions *h, const char *name)
{
    loopguard_check("claims_give()");
    claims_freed(h, name, names_in_use_give(h->shared->names, name));
}

static bool waits_for_a_name(const struct session *s)
{
    return s->state == SESSION_BUSY && s->then && !s->then_at && !s->moving;
}

static bool waits_for(const struct session *s, const char *skeleton)
{
    assert(s->login && waits_for_a_name(s));
    char wanted[NAME_SIZE];
    name_rules_skeleton(s->login->character, wanted);
    return !strcmp(wanted, skeleton);
}

static void claims_look_again(struct sessions *h, const char *skeleton)
{
    for (struct session *s = h->first, *next; s; s = next) {
        next = s->next;
        if (!waits_for_a_name(s))
            continue;
        if (waits_for(s, skeleton))
            session_go_on(s); // it may have to wait again
        else
            names_in_use_want(h->shared->names);
    }
}

// For another loop.
struct freed {
    struct session_shared *shared;
    char skeleton[NAME_SIZE];
};

static void claims_on_freed(void *arg)
{
    struct freed *f = arg;
    claims_look_again(f->shared->each[loopguard_loop()], f->skeleton);
    free(f);
}

void claims_freed(struct sessions *h, const char *name, unsigned loops)
{
    loopguard_check("claims_freed()");
    char skeleton[NAME_SIZE];
    name_rules_skeleton(name, skeleton);
    for (; loops; loops &= loops - 1) {
        unsigned loop = (unsigned)__builtin_ctz(loops);
        if (loop == loopguard_loop()) {
            claims_look_again(h, skeleton);
            continue;
        }
        struct freed *f = mem_new(struct freed);
        f->shared = h->shared;
        memcpy(f->skeleton, skeleton, sizeof(skeleton));
        dispatch_call(h->dispatch, loop, claims_on_freed, f);
    }
}
