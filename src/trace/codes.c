// The short names of the codes.
#include "trace/codes.h"

#include <stddef.h>

const char *codes_title(unsigned code)
{
    static const char *const titles[CHECK_CODES] = {
        [L001_NO_LOCK] = "no-lock",
        [L002_NESTED_LOCK] = "nested-lock",
        [L003_WRONG_LOCK] = "wrong-lock",
        [L004_ORDER] = "lock-order",
        [L005_LIMBO] = "limbo",
        [L006_BLOCKING] = "blocking",
        [L007_HELD_AT_END] = "held-at-end",
        [L008_FOREIGN_UNLOCK] = "foreign-unlock",
        [L009_NOT_REVALIDATED] = "not-revalidated",
        [L010_FREED_WHILE_REFERENCED] = "freed-while-referenced",
        [L011_DEADLOCK] = "deadlock",
        [L012_SELF_DEADLOCK] = "self-deadlock",
        [L013_LIST_UNLOCKED] = "list-unlocked",
        [L014_RANK] = "rank",
        [L015_ORDER_CYCLE] = "order-cycle",
        [L016_MOVE_UNLOCKED] = "move-unlocked",
        [L017_TOKEN_LEAKED] = "token-leaked",
        [L018_TOKEN_MISUSED] = "token-misused",
        [L019_ATTRIBUTE_OUTLIVED] = "attribute-outlived",
        [L020_RAW_ACCESS] = "raw-access",
        [L021_LIST_CHANGED] = "list-changed",
        [L022_WHERE_STORED] = "where-stored",
        [L023_CYCLE] = "cycle",
        [L024_LONG_WAIT] = "long-wait",
        [L025_LONG_HOLD] = "long-hold",
        [L027_STALE_TIMER] = "stale-timer",
        [L028_OFF_LOOP] = "off-loop",
        [L030_RACE] = "race",
        [L031_PREDICTED_RACE] = "predicted-race",
        [L032_FROZEN_WRITTEN] = "frozen-written",
        [L033_DEAD] = "dead",
        [L034_LOCK_DESTROYED] = "lock-destroyed",
        [L035_RESULT_IGNORED] = "result-ignored",
        [L036_STALE_DECISION] = "stale-decision",
        [L038_EVENTS_LOST] = "events-lost",
        [L039_DIVERGED] = "diverged",
        [L040_SIGNAL_HANDLER] = "signal-handler",
        [L041_EARLY_RELEASE] = "early-release",
        [L042_LOST_WAKE] = "lost-wake",
        [L043_OFF_TASK] = "off-task",
    };
    return code < CHECK_CODES ? titles[code] : NULL;
}
