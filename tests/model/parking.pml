/* src/runtime/parking.c and the parts of sched.c that use it, as a protocol: which worker sleeps until
 * when, who is called, what a pause holds back. tests/model/check runs spin over it, with each FAULT
 * once, which must be found, and without one, which must pass.
 *
 * Time passes only when nothing else can happen (`timeout`), so a worker that has to get up at a moment has
 * got up when the next one comes: a machine without load. That makes "late" mean "lost".
 * Each atomic block is a section under the mutex or a step on one atomic variable.
 *
 * FAULTS
 *  1 a timer that comes earlier wakes only when no worker is awake (what was shipped once)
 *  2 a keeper that gets up hands its office to nobody, and nobody takes it
 *  3 the end of a pause tells the keeper and leaves those in mid-work asleep
 *  4 a pause swallows calls, and its end has nobody look again
 *  5 a worker looks for work before it counts itself out, and then no more
 *  6 a worker whose time is up counts itself awake during a pause
 *  7 a keeper that gets up hands its office on without a word: the next one sleeps on as it did
 */
#ifndef FAULT
#define FAULT 0
#endif
#define N 3          /* workers */
#define HORIZON 3    /* moments */
#define NEVER 9
#define TIMERS 2
#define NOBODY 9

byte now, awake, injected, keeper = NOBODY;
byte due[TIMERS];            /* NEVER: not set */
bool idle[N], called[N], look[N], stepping[N];
byte until[N];
bool pausing, stopping;
byte works, sets;            /* what the outside may still do, to bound the state space */

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

#define may_get_up(i) (!pausing && \
    (called[i] || stopping || (FAULT != 5 && injected > 0) || timer_due))

proctype Worker(byte i) {
    byte seen;
    atomic { !pausing -> awake++ } /* parking_enter */
rounds:
    atomic { /* fire_timers, one at a time; what it wakes is stepped here */
        if
        :: pausing -> awake--; look[i] = false; goto paused
        :: stopping && !pausing -> goto out
        :: else
        fi
    }
    if
    :: atomic { timer_due && !pausing -> if :: due[0] <= now -> due[0] = NEVER :: else -> due[1] = NEVER fi; stepping[i] = true }
    :: atomic { injected > 0 && !pausing -> injected--; stepping[i] = true }
    :: atomic { !timer_due && injected == 0 && !pausing -> goto sleep }
    :: atomic { pausing -> goto rounds }
    fi;
    /* the step: it may set a timer, earlier or later, and may last longer than a moment */
    if
    :: atomic { sets > 0 && due[0] == NEVER -> sets--; set_timer(0, now + 1) }
    :: atomic { sets > 0 && due[1] == NEVER -> sets--; set_timer(1, now + 2) }
    :: atomic { sets > 0 && due[1] != NEVER && due[1] > now + 1 -> sets--; set_timer(1, now + 1) }
    :: true
    :: seen = now; (now > seen || now == HORIZON); seen = 0   /* long */
    fi;
    atomic { stepping[i] = false };
    goto rounds;

paused: /* parking_wait_out */
    atomic { look[i] -> look[i] = false; if :: pausing -> goto paused :: else -> awake++ fi };
    goto rounds;

sleep:
    if
    :: FAULT == 5 -> if :: injected > 0 -> goto rounds :: else fi
    :: else
    fi;
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
        until[i] = (keeper == i && !pausing -> first_due : NEVER)
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

/* The loop and every other thread: they inject, set timers, pause and resume, and stop at the end. */
proctype Outside() {
    byte saw;
    do
    :: works > 0 ->
        atomic { works--; injected++ }          /* published … */
        atomic { saw = awake }                  /* … before awake is read */
        atomic { if :: saw == 0 -> call_one() :: else fi; saw = 0 }
    :: atomic { sets > 0 && due[0] == NEVER -> sets--; set_timer(0, now + 2) }
    :: atomic { sets > 0 && due[1] == NEVER -> sets--; set_timer(1, now + 1) }
    :: atomic { sets > 0 && due[0] != NEVER && due[0] > now + 1 -> sets--; set_timer(0, now + 1) }
    :: atomic { works > 0 && !pausing -> pausing = true; works-- };
        (awake == 0);
        if /* something may come meanwhile */
        :: atomic { injected++ }; atomic { if :: awake == 0 -> call_one() :: else fi }
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

#define stuck_steps (stepping[0] + stepping[1] + stepping[2])

/* When nothing can happen any more time passes; then nothing may be overdue that somebody who sleeps
 * could have done. Work that was injected may wait for a worker that is awake (W), timers may not (K). */
proctype Clock() {
    do
    :: atomic { timeout ->
        if
        :: !pausing && !stopping ->
            assert(!timer_due || stuck_steps == N);
            assert(injected == 0 || awake > 0);
            /* (K) */
            assert(!(idle[0] || idle[1] || idle[2]) ||
                   (keeper < N && (called[keeper] || until[keeper] <= first_due)))
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
        due[0] = NEVER; due[1] = NEVER; works = 2; sets = 2;
        run Worker(0); run Worker(1); run Worker(2);
        run Outside(); run Clock()
    }
}
