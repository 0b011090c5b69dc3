// The messages of a command, gathered by audience and rendered once for each: to the actor, to
// participants, and to the observers in each locked location. Nothing is sent under a lock.
//
// Each call adds a line; its first letter is made a capital. Texts may contain the marks of
// output/markup.h; the net removes such marks from what players type. Locks: that of each location
// named is held.
#ifndef COMMAND_REPORT_H
#define COMMAND_REPORT_H

#include "util/buf.h"
#include "util/loopguard.h"
#include "util/site.h"

#include <stdbool.h>
#include <stddef.h>

struct context;
struct outcome;
struct report;
struct thing;

// In a place with more players than so many times the setting world.crowd nobody is shown who comes
// and goes: with the default a thousand. What is said there reaches everybody all the same.
enum { REPORT_THRONG = 100 };

struct report *report_new(void);
void report_free(struct report *r);
void report_clear(struct report *r);

WORKER_ONLY __attribute__((format(printf, 2, 3))) void report_actor(struct context *c,
                                                                    const char *fmt, ...);
// Each call passes its site, which a report of the checker shows. `who` is a player in a locked
// location and does not also get the text for observers.
#define report_participant(...) report_participant_at(SITE, __VA_ARGS__)
WORKER_ONLY __attribute__((format(printf, 4, 5))) void report_participant_at(const struct site *at,
                                                                             struct context *c,
                                                                             struct thing *who,
                                                                             const char *fmt, ...);
// For everyone in `location` but the actor and participants; not for those inside containers there.
#define report_observers(...) report_observers_at(SITE, __VA_ARGS__)
WORKER_ONLY __attribute__((format(printf, 4, 5))) void report_observers_at(const struct site *at,
                                                                           struct context *c,
                                                                           struct thing *location,
                                                                           const char *fmt, ...);
// The same for who comes, goes, loses the connection or is back: not shown in a throng.
#define report_passing(...) report_passing_at(SITE, __VA_ARGS__)
WORKER_ONLY __attribute__((format(printf, 4, 5))) void report_passing_at(const struct site *at,
                                                                         struct context *c,
                                                                         struct thing *location,
                                                                         const char *fmt, ...);
// For observers in the actor's location.
#define report_here(...) report_here_at(SITE, __VA_ARGS__)
WORKER_ONLY __attribute__((format(printf, 3, 4))) void
report_here_at(const struct site *at, struct context *c, const char *fmt, ...);

// The actor's text, for adding without formatting; lines end with '\n'.
WORKER_ONLY struct buf *report_buf(struct context *c);

// Suppresses texts for these audiences until the next call, for commands that run as part of
// others. REPORT_NONE: no text is suppressed any more.
enum report_silence { REPORT_NONE = 0, REPORT_ACTOR = 1, REPORT_OTHERS = 2 };
WORKER_ONLY void report_silence(struct context *c, unsigned who);

// For the engine, with the locks still held: turns the texts into messages.
WORKER_ONLY void report_deliver(struct context *c, struct outcome *out);

#endif
