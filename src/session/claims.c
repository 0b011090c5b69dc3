// Claims: which session may use a character's name now, and the sessions that wait for one. The
// names are in names_in_use, for all loops.
#include "engine/dispatch.h"
#include "session/sessions_priv.h"
#include "util/loopguard.h"

#include <assert.h>

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
    claims_freed(h, names_in_use_give(h->shared->names, name));
}

static bool waits_for_a_name(const struct session *s)
{
    return s->state == SESSION_BUSY && s->then && !s->then_at && !s->moving;
}

// Whichever name has become free: a loop that was noted for one name may have been forgotten for
// another, so all of its sessions ask. Each that is refused notes the loop once more.
static void claims_look_again(struct sessions *h)
{
    for (struct session *s = h->first, *next; s; s = next) {
        next = s->next;
        assert(!waits_for_a_name(s) || s->login);
        if (waits_for_a_name(s) && claims_free(h, s->login->character))
            session_go_on(s);
    }
}

static void claims_on_freed(void *arg)
{
    struct session_shared *shared = arg;
    claims_look_again(shared->each[loopguard_loop()]);
}

void claims_freed(struct sessions *h, unsigned loops)
{
    loopguard_check("claims_freed()");
    for (unsigned left = loops; left; left &= left - 1) {
        unsigned loop = (unsigned)__builtin_ctz(left);
        if (loop != loopguard_loop())
            dispatch_call(h->dispatch, loop, claims_on_freed, h->shared);
    }
    if (loops & 1u << loopguard_loop())
        claims_look_again(h);
}
