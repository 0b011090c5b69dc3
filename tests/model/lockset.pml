/* src/lock/lock.c, src/lock/lockset.c and the loop of src/engine/execution.c, as a protocol: how a command
 * finds its lock, waits for it, is handed it, looks again where its actor is, asks for more and begins
 * again from the lowest. tests/model/check runs spin over it, with each FAULT once, which must be found,
 * and without one, which must pass.
 *
 * Three tasks, three rooms and a roster. Actors 0 and 1 walk from room to room, with the crate if they
 * like, or fetch the crate from where they see it. Actor 2 sits in the crate: where it is changes by what
 * others do, between its reading of the place and the grant of the lock. Who reads the roster may want to
 * sign it after that. One task is cancelled, or woken for no reason, at any moment. SCENE says who does
 * what: each by itself keeps the number of states small.
 *
 * Each atomic block is a section under the latch of one lock, a step on one atomic variable, or what a
 * task does with what nobody else can see. That a worker comes for a task that is scheduled is the other
 * model's business (parking.pml); here it always does.
 *
 * FAULTS
 *  1 no re-validation: a command acts where its actor was before the lock was granted
 *  2 a command believes at its second pass where the crate was at its first (AGAIN twice is needed)
 *  3 AGAIN keeps what is held and takes a lower lock: descending order
 *  4 a cancelled waiter ends and stays in the queue: the lock is handed to nobody
 *  5 the waiter is marked as not granted after it was queued: a hand-over in between is lost
 *  6 the wake comes before the mark that the lock was granted
 *  7 a wake is lost when the step of the task that parks has not returned yet
 *  8 a lock that was taken at the first look is waited for without a second look under the latch
 *  9 locks are released before the event has its number
 * 10 a lock that several share is handed over when the first of them lets it go
 */
#ifndef SCENE
#define SCENE 1
#endif
#ifndef FAULT
#define FAULT 0
#endif
#define N 3                 /* tasks */
#define L 4                 /* locks, in their order: three rooms, and the roster */
#define ROSTER 3
#define SHARED 1
#define EXCLUSIVE 2
#define NONE 9

byte state_of[L];           /* EXCLUSIVE, or how many share it: 0, or 4 for each */
byte owners[L];             /* bit by task: holds it, or was handed it and does not know yet */
byte queue[12], waiters[L];  /* three for each lock, first in, first out */
byte mode_of[N];            /* of the waiter, as the queue shows it */
byte waiting[N];            /* the lock, or NONE */
bool granted[N], scheduled[N], running[N], cancelled[N], complete[N];
byte need[12], held[12];    /* four for each task, by lock: 0, SHARED or EXCLUSIVE */

byte at[N];                 /* the rooms of actors 0 and 1, and at[2] is the room of the crate */
#define CRATE 2
bool unnumbered[4];         /* actors, crate (with who sits in it), roster: changed, by an event without a number yet */
byte changed_by[4];

#define where_to (at[i] == 0 -> 1 : 0)
#define bit(i) (1 << (i))
#define may_have(l, m) (m == EXCLUSIVE -> state_of[l] == 0 && waiters[l] == 0 : \
                        state_of[l] != EXCLUSIVE && waiters[l] == 0)
#define needs(l) need[4 * i + l]
#define has(l) held[4 * i + l]
#define missing(l) (needs(l) && !has(l))
/* lockset.c must_restart: something held is too weak, or higher than something that is missing. */
#define weak(l) (has(l) && has(l) < needs(l))
#define must_restart (weak(0) || weak(1) || weak(2) || weak(3) || \
                      (missing(0) && (has(1) || has(2) || has(3))) || \
                      (missing(1) && (has(2) || has(3))) || (missing(2) && has(3)))

/* lock.c own: with the latch, or by the step that changes the state. */
inline own(l, t, m) {
    assert(m == EXCLUSIVE -> owners[l] == 0 : state_of[l] != EXCLUSIVE);
    owners[l] = owners[l] | bit(t);
    state_of[l] = (m == EXCLUSIVE -> EXCLUSIVE : state_of[l] + 4)
}

inline wake(t) { /* task_wake */
    if
    :: complete[t] || (FAULT == 7 && running[t])
    :: else -> scheduled[t] = true
    fi
}

inline want(l, m) {
    if
    :: needs(l) < m -> needs(l) = m
    :: else
    fi
}

/* A change needs the lock of the root, and an earlier change of the same must have its number. */
inline change(x) {
    assert(!unnumbered[x] || changed_by[x] == i);
    unnumbered[x] = true;
    changed_by[x] = i
}

inline take_number() {
    if :: unnumbered[i] && changed_by[i] == i -> unnumbered[i] = false; changed_by[i] = 0 :: else fi;
    if :: unnumbered[2] && changed_by[2] == i -> unnumbered[2] = false; changed_by[2] = 0 :: else fi;
    if :: unnumbered[3] && changed_by[3] == i -> unnumbered[3] = false; changed_by[3] = 0 :: else fi
}

/* lock.c lock_release with grant: who was granted, in `first` and `second`. */
inline let_go(l) {
    owners[l] = owners[l] & ~bit(i);
    state_of[l] = (has(l) == EXCLUSIVE -> 0 : state_of[l] - 4);
    has(l) = 0;
    first = NONE; second = NONE;
    if
    :: FAULT == 10 && state_of[l] && waiters[l] -> state_of[l] = 0
    :: else
    fi;
    if
    :: state_of[l] == 0 && waiters[l] -> shift(l, first);
        if
        :: state_of[l] != EXCLUSIVE && waiters[l] && mode_of[queue[3 * l]] == SHARED -> shift(l, second)
        :: else
        fi
    :: else
    fi
}

inline shift(l, to) {
    to = queue[3 * l];
    queue[3 * l] = queue[3 * l + 1];
    queue[3 * l + 1] = queue[3 * l + 2];
    queue[3 * l + 2] = 0;
    waiters[l]--;
    own(l, to, mode_of[to])
}

inline park_at(l) {
    waiting[i] = l;
    mode_of[i] = needs(l);
    if :: FAULT != 5 -> granted[i] = false :: else fi;
    queue[3 * l + waiters[l]] = i;
    waiters[l]++
}

mtype = { WALK, FETCH, RIDE, READ };

proctype Task(byte i; mtype what) {
    byte l = NONE, first = NONE, second = NONE, seen = NONE;
    bool again, ending;

    d_step { running[i] = true };
aim: /* the place is read without its lock; what is outermost may have moved before the lock is granted */
    atomic { want(at[i], EXCLUSIVE); seen = NONE };

acquire:
    atomic {
        if
        :: waiting[i] != NONE ->
            if
            :: !granted[i] ->
                if
                :: FAULT == 4 && cancelled[i] -> ending = true; goto release
                :: else -> goto park
                fi
            :: else -> has(waiting[i]) = needs(waiting[i]); waiting[i] = NONE;
                granted[i] = false; mode_of[i] = 0
            fi
        :: else ->
            if
            :: must_restart && FAULT != 3 -> again = true; goto release
            :: else
            fi
        fi
    };
next:
    atomic {
        if
        :: missing(0) -> l = 0
        :: !missing(0) && missing(1) -> l = 1
        :: !missing(0) && !missing(1) && missing(2) -> l = 2
        :: !missing(0) && !missing(1) && !missing(2) && missing(3) -> l = 3
        :: else -> l = NONE; goto locked
        fi;
        if
        :: FAULT == 8 && !may_have(l, needs(l)) -> goto blind
        :: else
        fi
    };
    atomic { /* the compare-and-swap, or the section under the latch */
        if
        :: may_have(l, needs(l)) -> own(l, i, needs(l)); has(l) = needs(l); l = NONE; goto next
        :: else -> park_at(l); l = NONE
        fi
    };
    if
    :: FAULT == 5 -> granted[i] = false
    :: else
    fi;
    goto park;
blind:
    atomic { park_at(l); l = NONE };

park: skip; /* TASK_PENDING; a wake that came during the step counts */
    atomic { running[i] = false };
    atomic { scheduled[i] -> scheduled[i] = false; running[i] = true; goto acquire };

locked:
    atomic {
        if
        :: cancelled[i] -> ending = true; goto release /* found out under the lock */
        :: !cancelled[i] && has(at[i]) != EXCLUSIVE && FAULT != 1 -> goto release /* and once more from aim */
        :: else
        fi
    };
    /* A pass of the command: it asks for all before it changes anything. */
    if
    :: atomic { what == WALK ->
        if
        :: has(where_to) -> goto perform
        :: else -> want(where_to, EXCLUSIVE); goto acquire
        fi }
    :: atomic { what == FETCH ->
        if
        :: seen == NONE || FAULT != 2 -> seen = at[CRATE]
        :: else
        fi;
        if
        :: has(seen) -> goto perform
        :: else -> want(seen, EXCLUSIVE); goto acquire
        fi }
    :: atomic { what == RIDE -> goto perform }
    :: atomic { what == READ -> /* and maybe signs: then the same lock in the stronger mode */
        if
        :: !has(ROSTER) -> want(ROSTER, SHARED); goto acquire
        :: has(ROSTER) == SHARED -> assert(state_of[ROSTER] != EXCLUSIVE); goto perform
        :: has(ROSTER) == SHARED -> want(ROSTER, EXCLUSIVE); goto acquire
        :: has(ROSTER) == EXCLUSIVE -> goto perform
        fi }
    fi;

perform:
    if
    :: atomic { what == WALK ->
        assert(has(at[i]) == EXCLUSIVE && has(where_to) == EXCLUSIVE);
        change(i);
        if
        :: at[CRATE] == at[i] -> change(CRATE); at[CRATE] = where_to
        :: true
        fi;
        at[i] = where_to }
    :: atomic { what == FETCH ->
        assert(has(at[i]) == EXCLUSIVE && has(at[CRATE]) == EXCLUSIVE);
        change(CRATE);
        at[CRATE] = at[i] }
    :: atomic { what == RIDE -> assert(has(at[CRATE]) == EXCLUSIVE); change(CRATE) }
    :: atomic { what == READ ->
        assert(!unnumbered[3]); /* what is seen has its number */
        if
        :: has(ROSTER) == EXCLUSIVE -> assert(owners[ROSTER] == bit(i)); change(3)
        :: else
        fi }
    fi;
    if
    :: FAULT == 9
    :: else -> atomic { take_number() }
    fi;
    ending = true;

release: /* in reverse; those who are granted are woken when the latch is free */
    atomic {
        if
        :: has(3) -> let_go(3)
        :: !has(3) && has(2) -> let_go(2)
        :: !has(3) && !has(2) && has(1) -> let_go(1)
        :: !has(3) && !has(2) && !has(1) && has(0) -> let_go(0)
        :: else -> goto released
        fi;
        if
        :: first == NONE -> goto release
        :: else
        fi
    };
resume:
    if
    :: FAULT == 6 -> atomic { wake(first) }; atomic { granted[first] = true }
    :: else -> atomic { granted[first] = true }; atomic { wake(first) }
    fi;
    atomic { first = second; second = NONE; if :: first != NONE -> goto resume :: else -> goto release fi };

released:
    atomic {
        if
        :: ending -> goto out
        :: again && !ending -> again = false; goto next /* the same set, from the lowest */
        :: else -> needs(0) = 0; needs(1) = 0; needs(2) = 0; needs(3) = 0; goto aim
        fi
    };
out:
    if
    :: FAULT == 9 -> atomic { take_number() }
    :: else
    fi;
    atomic { /* what nobody looks at any more would only make states differ */
        complete[i] = true; running[i] = false; scheduled[i] = false; cancelled[i] = false;
        granted[i] = false; mode_of[i] = 0; needs(0) = 0; needs(1) = 0; needs(2) = 0; needs(3) = 0;
        what = 0; seen = 0; ending = false; again = false; l = 0;
        if :: i < 2 -> at[i] = 0 :: else fi
    }
}

/* Somebody cancels a task, or wakes it for another reason, once. */
proctype Outside() {
    byte who;
    atomic {
        if
        :: who = 0; cancelled[0] = true
        :: who = 1; cancelled[1] = true
        :: who = 2; cancelled[2] = true
        :: who = 2
        fi;
        wake(who); who = 0
    }
}

#define sleeps_with(t) (waiting[t] != NONE && !complete[t] && (owners[waiting[t]] & bit(t)))

/* When nothing can happen any more everybody must have finished. */
proctype Watch() {
    atomic { timeout ->
        /* Nobody who was given a lock sleeps for ever. */
        assert(!sleeps_with(0) && !sleeps_with(1) && !sleeps_with(2));
        /* Nobody waits for ever, and no lock is left with anybody. */
        assert(complete[0] && complete[1] && complete[2]);
        assert(owners[0] == 0 && owners[1] == 0 && owners[2] == 0 && owners[3] == 0) }
}

init {
    atomic {
        waiting[0] = NONE; waiting[1] = NONE; waiting[2] = NONE;
        at[0] = 0; at[1] = (SCENE == 2 -> 1 : 2); at[CRATE] = (SCENE == 3 -> 1 : 0);
#if SCENE == 1 /* two carry while one rides */
        run Task(0, WALK); run Task(1, FETCH); run Task(2, RIDE);
#elif SCENE == 2 /* two walk against each other, and one may be carried there and back */
        run Task(0, WALK); run Task(1, WALK); run Task(2, RIDE);
#elif SCENE == 3 /* all at the roster */
        run Task(0, READ); run Task(1, READ); run Task(2, READ);
#elif SCENE == 4 /* one fetches the crate that another carries off, and one has to do with both orders */
        run Task(0, WALK); run Task(1, FETCH); run Task(2, READ);
#endif
        run Outside(); run Watch()
    }
}
