// Sessions that go to another loop, with all that they have. Each function runs on the thread of
// the loop that has the session then; on its way nobody has it but the call that carries it.
#include "engine/dispatch.h"
#include "output/outbox.h"
#include "session/sessions_priv.h"
#include "util/loopguard.h"

#include <assert.h>

void session_move(struct session *s, unsigned loop, void (*then)(struct session *))
{
    loopguard_check("session_move()");
    assert(s->conn && !s->jobs && !s->task && loop != loopguard_loop());
    session_answered(s); // the question is not shown once more on the way
    session_wait(s, then, 0);
    s->moving = true;
    s->sessions->ops.move(s->conn, loop);
}

void session_settle(struct session *s, const char *account, void (*then)(struct session *))
{
    loopguard_check("session_settle()");
    unsigned loop = dispatch_home(s->sessions->dispatch, account);
    if (loop == loopguard_loop() || !s->conn)
        then(s);
    else
        session_move(s, loop, then);
}

void session_depart(struct session *s)
{
    loopguard_check("session_depart()");
    assert(s->moving && s->state == SESSION_BUSY && !s->jobs && !s->counted);
    s->baggage = outbox_detach(s->sessions->outboxes, s->outbox);
    s->outbox = 0;
    s->conn = NULL;
    session_unlist(s);
}

void session_arrive(struct sessions *h, struct session *s, void *conn, int64_t now)
{
    loopguard_check("session_arrive()");
    assert(s->moving && !s->conn && conn);
    h->now = now;
    s->conn = conn;
    s->outbox = outbox_adopt(h->outboxes, s->baggage, conn);
    s->baggage = NULL;
    session_list(h, s);
    s->moving = false;
    if (h->stopping)
        session_end(s, "The server is stopping.\n");
    else
        session_go_on(s);
}
