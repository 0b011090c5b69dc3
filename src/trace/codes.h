// The codes of the rules that a violation breaks (docs/locking.md), as the checker reports them and
// a trace records them. A code is never given to another rule: reports and traces of years ago name
// it.
//
// Threads: any; there is no state.  Locks: none.
#ifndef TRACE_CODES_H
#define TRACE_CODES_H

enum check_code {
    L001_NO_LOCK = 1,
    L002_NESTED_LOCK = 2,
    L003_WRONG_LOCK = 3,
    L004_ORDER = 4,
    L005_LIMBO = 5,
    L006_BLOCKING = 6,
    L007_HELD_AT_END = 7,
    L008_FOREIGN_UNLOCK = 8,
    L009_NOT_REVALIDATED = 9,
    L010_FREED_WHILE_REFERENCED = 10,
    L011_DEADLOCK = 11,
    L012_SELF_DEADLOCK = 12,
    L013_LIST_UNLOCKED = 13,
    L014_RANK = 14,
    L015_ORDER_CYCLE = 15,
    L016_MOVE_UNLOCKED = 16,
    L017_TOKEN_LEAKED = 17,
    L018_TOKEN_MISUSED = 18,
    L019_ATTRIBUTE_OUTLIVED = 19,
    L020_RAW_ACCESS = 20,
    L021_LIST_CHANGED = 21,
    L022_WHERE_STORED = 22,
    L023_CYCLE = 23,
    L024_LONG_WAIT = 24,
    L025_LONG_HOLD = 25,
    L027_STALE_TIMER = 27,
    L028_OFF_LOOP = 28,
    L030_RACE = 30,
    L031_PREDICTED_RACE = 31,
    L032_FROZEN_WRITTEN = 32,
    L033_DEAD = 33,
    L034_LOCK_DESTROYED = 34,
    L035_RESULT_IGNORED = 35,
    L036_STALE_DECISION = 36,
    L038_EVENTS_LOST = 38,
    L039_DIVERGED = 39,
    L040_SIGNAL_HANDLER = 40,
    L041_EARLY_RELEASE = 41,
    L042_LOST_WAKE = 42,
    L043_OFF_TASK = 43,
    CHECK_CODES = 44,
};

// "no-lock"; NULL when there is no such code.
const char *codes_title(unsigned code);

#endif
