/* src/runtime/parking.c and the parts of sched.c and guest.c that use it, as a protocol: which worker sleeps
 * until when, who is called, what a pause holds back; how work is injected, taken in shares and stolen.
 * tests/model/check runs spin over it, with each FAULT once, which must be found, and without one, which
 * must pass.
 *
 * Time passes only when nothing else can happen (`timeout`), so a worker that has to get up at a moment has
 * got up when the next one comes: a machine without load. That makes a timer that is still due then a lost one.
 * Each atomic block is a section under one mutex, a step on one atomic variable, or what nobody else can see.
 * SCENE 1 has timers and pauses, and one task at a time is injected; SCENE 2 has neither, but backlogs; SCENE 3
 * has a guest and a pause: each by itself keeps the number of states small. Left out: clocks that jump (their keeper looks every few
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
 * 11 a guest that has used up its budget keeps the rest until it comes again
 * 12 a guest counts as a worker that is awake, so that nobody is called while it is in a step
 * 13 a guest begins during a pause
 * 14 a guest that finds a pause goes on with what it has, and counts itself out before
 */
#ifndef FAULT
#define FAULT 0
#endif
#ifndef SCENE
#define SCENE 1
#endif
#if SCENE == 3
#define N 2          /* workers; there is room for three */
#else
#define N 3
#endif
#define HORIZON (SCENE == 1 -> 3 : 1) /* moments */
#if SCENE == 3
#define VISITS 2     /* of the guest */
#define BATCH 2      /* tasks that are injected together, or that a guest brings */
#elif SCENE == 2
#define VISITS 0
#define BATCH 3
#else
#define VISITS 0
#define BATCH 1
#endif
#define NEVER 9
#define TIMERS 2
#define NOBODY 9
#define BACKLOG 1    /* WAKE_BACKLOG */
#define BUDGET 1     /* steps of a guest */

byte beginning = N;          /* workers that have not yet begun */
byte left;                   /* tasks that have not ended */
byte now, awake, injected, own[3], keeper = NOBODY;
byte due[TIMERS];            /* NEVER: not set */
bool idle[3], called[3], look[3], stepping[3];
byte until[3];
bool pausing, stopping;
byte publishing;             /* so many have injected and not called yet */
byte guests, guest_own;      /* guests at work; what is in the queue of the one there is */
bool guest_stepping;
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
        :: own[next_of(i)] < 2 && own[last_of(i)] < 2 && guest_own >= 2 ->
            got = guest_own / 2; guest_own = guest_own - got; goto keep
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

/* sched.c sched_inject: published before `awake` is read. */
inline inject(n) {
    atomic { publishing++;
        if :: FAULT == 8 -> saw = awake :: else -> injected = injected + n fi };
    atomic { if :: FAULT == 8 -> injected = injected + n :: else -> saw = awake fi };
    atomic {
        if
        :: saw == 0 || (saw < N && n > BACKLOG) -> call_one()
        :: else
        fi;
        saw = 0; publishing-- }
}

/* guest.c: comes with tasks of its own, and injects what its budget leaves of them. */
proctype Guest() {
    byte saw, seen, rest, budget, visits = VISITS;
begin:
    if
    :: atomic { visits > 0 -> visits--; left = left + BATCH };
        atomic { /* parking_guest_enter */
            if
            :: (pausing || stopping) && FAULT != 13 -> rest = BATCH; goto pass_on
            :: else -> guests++; budget = BUDGET; if :: FAULT == 12 -> awake++ :: else fi
            fi };
        atomic { guest_own = guest_own + BATCH }
    :: visits == 0 -> goto end
    fi;
next:
    atomic {
        if
        :: FAULT == 14 && pausing && guest_own > 0 && guests > 0 -> guests--; guest_own--; guest_stepping = true
        :: FAULT != 14 && (budget == 0 || pausing || stopping) -> goto leave
        :: FAULT == 14 && (budget == 0 || stopping || guest_own == 0) -> goto leave
        :: else ->
            if
            :: guest_own == 0 -> goto leave
            :: else -> budget--; guest_own--; guest_stepping = true
            fi
        fi
    };
    if /* it may wake another, which goes into its queue, and may last longer than a moment */
    :: atomic { spawns > 0 -> spawns--; guest_own++; left++;
        if :: guest_own > BACKLOG && awake < N -> call_one() :: else fi }
    :: true
    :: seen = now; (now > seen || now == HORIZON); seen = 0   /* long */
    fi;
    atomic { guest_stepping = false; left--; goto next };
leave:
    atomic { if :: FAULT == 11 -> rest = 0 :: else -> rest = guest_own; guest_own = 0 fi };
pass_on:
    if
    :: rest > 0 -> inject(rest); rest = 0
    :: else
    fi;
    atomic { /* parking_guest_leave */
        if :: guests > 0 -> guests--; if :: FAULT == 12 -> awake-- :: else fi :: else fi; budget = 0 }
    goto begin;
end: skip
}

/* The loop and every other thread: they inject, set and clear timers, pause and resume, and stop at the end. */
proctype Outside() {
    byte saw;
    do
    :: works > 0 -> atomic { works--; left = left + BATCH }; inject(BATCH)
    :: atomic { sets > 0 && due[0] == NEVER -> sets--; set_timer(0, now + 2) }
    :: atomic { sets > 0 && due[1] == NEVER -> sets--; set_timer(1, now + 1) }
    :: atomic { sets > 0 && due[0] != NEVER && due[0] > now + 1 -> sets--; set_timer(0, now + 1) }
    :: atomic { sets > 0 && due[0] != NEVER -> sets--; due[0] = NEVER }
    :: atomic { SCENE != 2 && works > 0 && !pausing -> pausing = true; works-- };
        (awake == 0 && guests == 0);
        if /* something may come meanwhile */
        :: atomic { SCENE == 1; left = left + BATCH }; inject(BATCH)
        :: atomic { sets > 0 && due[1] == NEVER -> sets--; set_timer(1, now + 1) }
        :: saw = now; (now > saw || now == HORIZON); saw = 0
        :: true
        fi;
        assert(awake == 0 && !stepping[0] && !stepping[1] && !stepping[2] && guests == 0 && !guest_stepping);
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
            assert(guest_own == 0 || guest_stepping);
            assert(left == injected + own[0] + own[1] + own[2] + stuck_steps + guest_own + guest_stepping) /* none is lost */
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
        run Worker(0); run Worker(1);
        if :: N == 3 -> run Worker(2) :: else fi;
        if :: VISITS > 0 -> run Guest() :: else fi;
        run Outside(); run Clock(); run Watch(); run WatchWork()
    }
}
