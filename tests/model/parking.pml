/* src/runtime/parking.c and the parts of sched.c that use it, as a protocol: which worker sleeps until
 * when, who is called, what a pause holds back; how work is injected, taken in shares and stolen.
 * tests/model/check runs spin over it, with each FAULT once, which must be found, and without one, which
 * must pass.
 *
 * Time passes only when nothing else can happen (`timeout`), so a worker that has to get up at a moment has
 * got up when the next one comes: a machine without load. That makes a timer that is still due then a lost one.
 * Each atomic block is a section under one mutex, a step on one atomic variable, or what nobody else can see.
 * SCENE 1 has timers and pauses, and one task at a time is injected; SCENE 2 has neither, but backlogs:
 * each by itself keeps the number of states small. Left out: clocks that jump (their keeper looks every few
 * milliseconds), the budget after which a busy worker looks at timers and injected tasks, and what mends a breach.
 *
 * FAULTS
 *  1 a timer that comes earlier wakes only when no worker is awake (what was shipped once)
 *  2 a keeper that gets up hands its office to nobody, and nobody takes it
 *  3 the end of a pause tells the keeper and leaves those in mid-work asleep
 *  4 a pause swallows calls, and its end has nobody look again
 *  5 a worker looks for work before it counts itself out, and then no more
 *  6 a worker whose time is up counts itself awake during a pause
 *  7 a keeper that gets up hands its office on without a word: the next one sleeps on as it did
 *  8 who injects reads who is awake before it publishes
 *  9 a keeper whose timer was cleared sleeps on without looking at the next one
 * 10 a thief that has taken half of a queue does not put it into its own
 */
#ifndef FAULT
#define FAULT 0
#endif
#ifndef SCENE
#define SCENE 1
#endif
#define N 3          /* workers */
#define HORIZON (SCENE == 1 -> 3 : 1) /* moments */
#define NEVER 9
#define TIMERS 2
#define NOBODY 9
#define BACKLOG 1    /* WAKE_BACKLOG */
#define BATCH (SCENE == 1 -> 1 : 3) /* tasks that are injected together */

byte beginning = N;          /* workers that have not yet begun */
byte left;                   /* tasks that have not ended */
byte now, awake, injected, own[N], keeper = NOBODY;
byte due[TIMERS];            /* NEVER: not set */
bool idle[N], called[N], look[N], stepping[N];
byte until[N];
bool pausing, stopping;
bool publishing;             /* somebody has injected and not called yet */
byte works, sets, spawns;    /* what may still be done, to bound the state space */

#define first_due (due[0] < due[1] -> due[0] : due[1])
#define timer_due (first_due != NEVER && first_due <= now)

inline tell_keeper() {
    if
    :: keeper != NOBODY && until[keeper] > first_due -> until[keeper] = 0; look[keeper] = true
    :: else
    fi
}

inline set_timer(t, at) {
    due[t] = at;
    if
    :: FAULT == 1 && awake > 0
    :: else ->
        if
        :: !pausing -> tell_keeper()
        :: else
        fi
    fi
}

inline call_one() { /* parking_call */
    if
    :: pausing
    :: !pausing ->
        if
        :: idle[0] && keeper != 0 -> idle[0] = false; called[0] = true; look[0] = true
        :: idle[1] && keeper != 1 -> idle[1] = false; called[1] = true; look[1] = true
        :: idle[2] && keeper != 2 -> idle[2] = false; called[2] = true; look[2] = true
        :: else ->
            if
            :: keeper != NOBODY && idle[keeper] ->
                idle[keeper] = false; called[keeper] = true; look[keeper] = true
            :: else
            fi
        fi
    fi
}

inline appoint() {
    if
    :: FAULT == 2
    :: else ->
        keeper = NOBODY;
        if
        :: idle[0] -> keeper = 0
        :: idle[1] -> keeper = 1
        :: idle[2] -> keeper = 2
        :: else
        fi;
        if
        :: FAULT == 7
        :: else -> tell_keeper()
        fi
    fi
}

/* sched_push on a worker: into its own queue. */
inline push(n) {
    own[i] = own[i] + n; left = left + n;
    if
    :: own[i] > BACKLOG && awake < N -> call_one()
    :: else
    fi
}

#define may_get_up(i) (!pausing && \
    (called[i] || stopping || (FAULT != 5 && (injected > 0 || own[i] > 0)) || timer_due))
#define share (injected / N + 1)
#define next_of(i) ((i + 1) % N)
#define last_of(i) ((i + 2) % N)

proctype Worker(byte i) {
    byte seen, got;
    atomic { beginning--; if :: pausing -> goto paused :: else -> awake++ fi } /* parking_enter */
rounds:
    atomic {
        if
        :: stopping -> goto out
        :: pausing && !stopping -> awake--; look[i] = false; goto paused
        :: else
        fi;
        if
        :: own[i] > 0 -> own[i]--; stepping[i] = true; goto step
        :: else
        fi
    };
fire: /* fire_timers: one at a time, each of them a section */
    atomic {
        if
        :: timer_due -> if :: due[0] <= now -> due[0] = NEVER :: else -> due[1] = NEVER fi; push(1); goto fire
        :: else -> if :: own[i] > 0 -> goto rounds :: else fi
        fi
    };
    atomic { /* take_injected */
        if
        :: injected == 0 -> goto rob
        :: else -> got = share;
            injected = injected - got;
            if
            :: injected > BACKLOG && awake < N -> call_one()
            :: else
            fi
        fi
    };
keep:
    atomic {
        if
        :: FAULT == 10 && own[next_of(i)] + own[last_of(i)] > 0
        :: else -> own[i] = own[i] + got
        fi;
        got = 0; goto rounds
    };
rob: /* steal */
    atomic {
        if
        :: own[next_of(i)] >= 2 -> got = own[next_of(i)] / 2; own[next_of(i)] = own[next_of(i)] - got; goto keep
        :: own[next_of(i)] < 2 && own[last_of(i)] >= 2 ->
            got = own[last_of(i)] / 2; own[last_of(i)] = own[last_of(i)] - got; goto keep
        :: else -> goto sleep
        fi
    };
step: /* it may set a timer, earlier or later, wake others, and may last longer than a moment */
    if
    :: atomic { sets > 0 && due[0] == NEVER -> sets--; set_timer(0, now + 1) }
    :: atomic { sets > 0 && due[1] == NEVER -> sets--; set_timer(1, now + 2) }
    :: atomic { sets > 0 && due[1] != NEVER && due[1] > now + 1 -> sets--; set_timer(1, now + 1) }
    :: atomic { spawns > 0 -> spawns--; push(1); push(1); push(1) }
    :: true
    :: seen = now; (now > seen || now == HORIZON); seen = 0   /* long */
    fi;
    atomic { stepping[i] = false; left--; goto rounds };

paused: /* parking_wait_out, or parking_enter */
    atomic { look[i] -> look[i] = false; if :: pausing -> goto paused :: else -> awake++; goto rounds fi };

sleep: /* parking_sleep */
    atomic { awake--; idle[i] = true;
again:  if
        :: may_get_up(i) -> goto rise
        :: FAULT == 6 && pausing && timer_due && !called[i] -> awake++; goto false_rise
        :: else
        fi;
        if
        :: keeper == NOBODY -> keeper = i
        :: else
        fi;
        look[i] = false;
        until[i] = (keeper == i && !pausing && !(FAULT == 9 && until[i] != 0 && until[i] < first_due) -> \
                    first_due : NEVER)
    }
    /* the wait on the condition: a signal, or its time */
    atomic { look[i] || (until[i] != NEVER && until[i] <= now) || (FAULT == 6 && pausing && timer_due && keeper == i);
             goto again }
    atomic {
        skip;
rise:   idle[i] = false; /* the label within: a jump from section to section keeps the mutex */
        called[i] = false;
        if
        :: keeper == i -> if :: FAULT == 2 -> keeper = 8 :: else -> appoint() fi
        :: else
        fi;
        awake++; look[i] = false; until[i] = 0
    }
    goto rounds;
    atomic {
        skip;
false_rise: idle[i] = false; if :: keeper == i -> appoint() :: else fi }
    atomic { awake--; look[i] = false; if :: pausing -> goto paused :: else -> awake++; goto rounds fi }
out:
    atomic { awake-- }
}

/* sched.c inject: published before `awake` is read. */
inline inject() {
    atomic { publishing = true; left = left + BATCH;
        if :: FAULT == 8 -> saw = awake :: else -> injected = injected + BATCH fi };
    atomic { if :: FAULT == 8 -> injected = injected + BATCH :: else -> saw = awake fi };
    atomic {
        if
        :: saw == 0 || (saw < N && BATCH > BACKLOG) -> call_one()
        :: else
        fi;
        saw = 0; publishing = false }
}

/* The loop and every other thread: they inject, set and clear timers, pause and resume, and stop at the end. */
proctype Outside() {
    byte saw;
    do
    :: works > 0 -> atomic { works--; skip }; inject()
    :: atomic { sets > 0 && due[0] == NEVER -> sets--; set_timer(0, now + 2) }
    :: atomic { sets > 0 && due[1] == NEVER -> sets--; set_timer(1, now + 1) }
    :: atomic { sets > 0 && due[0] != NEVER && due[0] > now + 1 -> sets--; set_timer(0, now + 1) }
    :: atomic { sets > 0 && due[0] != NEVER -> sets--; due[0] = NEVER }
    :: atomic { SCENE == 1 && works > 0 && !pausing -> pausing = true; works-- };
        (awake == 0);
        if /* something may come meanwhile */
        :: inject()
        :: atomic { sets > 0 && due[1] == NEVER -> sets--; set_timer(1, now + 1) }
        :: saw = now; (now > saw || now == HORIZON); saw = 0
        :: true
        fi;
        assert(awake == 0 && !stepping[0] && !stepping[1] && !stepping[2]);
        atomic { pausing = false;
            if
            :: FAULT == 4
            :: else ->
                if :: keeper != NOBODY && keeper < N -> until[keeper] = 0 :: else fi;
                if
                :: FAULT == 3 -> if :: keeper < N -> look[keeper] = true :: else fi
                :: else -> look[0] = true; look[1] = true; look[2] = true
                fi
            fi }
    :: now == HORIZON ->
        atomic { stopping = true; look[0] = true; look[1] = true; look[2] = true };
        break
    :: saw = now; (now > saw || now == HORIZON); saw = 0
    od
}

#define waits_behind(i) (own[i] == 0 || stepping[i])
#define stuck_steps (stepping[0] + stepping[1] + stepping[2])
#define kept (!(idle[0] || idle[1] || idle[2]) || (keeper < N && (called[keeper] || until[keeper] <= first_due)))
#define looked_for (injected == 0 || awake > 0 || publishing || beginning || called[0] || called[1] || called[2] || \
                    look[0] || look[1] || look[2])

/* (K) and (W) of parking.c, at every moment at which no mutex is held. */
proctype Watch() {
end:
    atomic { !pausing && !stopping && !kept -> assert(kept) }
}
proctype WatchWork() {
end:
    atomic { !pausing && !stopping && !looked_for -> assert(looked_for) }
}

/* When nothing can happen any more time passes; then nothing may be overdue, or wait, that somebody who sleeps
 * could have done. Only what lies behind the step of a worker that is stuck in it waits on, and timers when all are. */
proctype Clock() {
    do
    :: atomic { timeout ->
        if
        :: !pausing && !stopping ->
            assert(!timer_due || stuck_steps == N);
            assert(injected == 0 || stuck_steps > 0);
            assert(waits_behind(0) && waits_behind(1) && waits_behind(2));
            assert(left == injected + own[0] + own[1] + own[2] + stuck_steps) /* none is lost */
        :: else
        fi;
        if
        :: now < HORIZON -> now++
        :: now == HORIZON && stopping && awake == 0 -> break
        fi }
    od
}

init {
    atomic {
        due[0] = NEVER; due[1] = NEVER;
        works = (SCENE == 1 -> 2 : 1); sets = (SCENE == 1 -> 2 : 0); spawns = (SCENE == 1 -> 0 : 1);
        run Worker(0); run Worker(1); run Worker(2);
        run Outside(); run Clock(); run Watch(); run WatchWork()
    }
}
