// The server's log: one event, one line, one write(2). Text lines are
//   2026-01-31T23:59:59.123Z info net listening address=127.0.0.1 port=4000
// and JSON lines hold the same as an object: ts, level, module, event, then the fields.
// Whatever a player typed comes out escaped, so that nobody can forge a line, colour a terminal or
// turn text round; a line never exceeds LOG_LINE_MAX bytes, and says "cut" when it would have.
// A key is in a line once: a second field of that key is KEY_2, also for the four that a JSON line
// begins with.
// Threads: any.  Locks: util/log_out's.  Errors: none are returned to the caller; a log that is not
// read holds nobody up: some lines wait (log_flush), those beyond are counted, and the count is
// logged with the next one that can be.
#ifndef UTIL_LOG_H
#define UTIL_LOG_H

#include <stdbool.h>
#include <stdint.h>

#define LOG_LINE_MAX 8192  // with the line break
#define LOG_VALUE_MAX 1024 // bytes of one value before escaping; the rest is cut

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };
enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

// Fields: pairs of `const char *` key and value, then NULL.
//   log_info("net", "accepted", "peer", address, "connection", LOG_INT(id), NULL);
// A value may be NULL (nothing, or null in JSON). Keys are the program's own: plain words.
#define LOG_FIELDS __attribute__((sentinel))
LOG_FIELDS void log_debug(const char *module, const char *event, ...);
LOG_FIELDS void log_info(const char *module, const char *event, ...);
LOG_FIELDS void log_warning(const char *module, const char *event, ...);
LOG_FIELDS void log_error(const char *module, const char *event, ...);

// A number as a value; it lives as long as the block it is written in.
#define LOG_INT(n) log_number((char[24]){0}, (int64_t)(n))
const char *log_number(char room[24], int64_t n);

bool log_enabled(enum log_level level); // worth asking before costly fields

// Settings; at the start level info, text, standard error.
void log_set_level(enum log_level level);
void log_set_format(enum log_format format);
bool log_is_json(void);
void log_set_fd(int fd); // borrowed; the caller closes it, after another has been set
// Appends to a file from now on; made when missing. Negative errno, and nothing changed.
int log_open(const char *path);
// Opens the file of log_open again under the same name, after it was moved away. 0 without a file.
int log_reopen(void);
void log_close(void); // back to standard error; waits LOG_CLOSE_MS at most for a slow reader
enum { LOG_CLOSE_MS = 2000 };
bool log_pending(void);      // some lines wait for a reader
bool log_flush(int wait_ms); // they go out now; true when none is left

bool log_level_parse(const char *s, enum log_level *level);    // debug info warning error
bool log_format_parse(const char *s, enum log_format *format); // text json

#endif
