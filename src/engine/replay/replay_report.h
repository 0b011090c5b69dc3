// Describes an event whose result differs from its record: which event, which thing, what of it.
// For replay_events.c.
//
// Threads: the one that runs the event.
#ifndef ENGINE_REPLAY_REPLAY_REPORT_H
#define ENGINE_REPLAY_REPLAY_REPORT_H

struct dispatch;
struct timer_request;
struct record;
struct execution;

// To be called at the end of the event, with its locks held. NULL when its changes are those of the
// record, or the record has none; else the differences, one thing a line, which the caller frees.
char *replay_report_changes(struct execution *r, const struct record *then);

// For an event that now changes nothing and did not complete; the caller frees.
char *replay_report_nothing(const struct record *then);

// "event 8812 (timer health of "a large rat", asked for by event 8790): what"; the caller frees.
// `asked`: NULL when it is a player's event.
char *replay_report_event(struct dispatch *d, const struct record *then,
                          const struct timer_request *asked, const char *what);

#endif
