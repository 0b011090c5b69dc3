// Builds a line on the stack and hands it on in one piece, so that lines never mix. Keeps level and
// format, and the file: it is changed under the same descriptor number (dup2), which no writer can
// notice half-way. Any thread.
#include "util/log.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/log_out.h"
#include "util/mem.h"
#include "util/utf8.h"

static const char *const level_names[] = {"debug", "info", "warning", "error"};

static atomic_int current_level = LOG_LEVEL_INFO;
static atomic_int current_format = LOG_FORMAT_TEXT;
static atomic_uint lost; // lines not written since the last that was

static pthread_mutex_t file_mutex = PTHREAD_MUTEX_INITIALIZER; // the two below
static char *file_path;
static int file_fd = -1;

enum { TAIL = 32, KEYS_MAX = 24 }; // kept free for the end of the line; keys that are remembered

struct line {
    char text[LOG_LINE_MAX];
    size_t n;
    const char *keys[KEYS_MAX];
    unsigned key_count;
    bool json;
    bool full; // something did not fit
};

static void log_add(struct line *l, const char *s, size_t n)
{
    if (n > sizeof(l->text) - TAIL - l->n) {
        l->full = true;
        return;
    }
    memcpy(l->text + l->n, s, n);
    l->n += n;
}

static void add_text(struct line *l, const char *s)
{
    log_add(l, s, strlen(s));
}

static void add_escaped(struct line *l, uint32_t c)
{
    char text[16];
    if (c > 0xffff) // JSON knows four digits only: a surrogate pair
        snprintf(text, sizeof(text), "\\u%04x\\u%04x",
                 (unsigned)(0xd800 + ((c - 0x10000) >> 10)) & 0xffff,
                 (unsigned)(0xdc00 + ((c - 0x10000) & 0x3ff)) & 0xffff);
    else
        snprintf(text, sizeof(text), "\\u%04x", (unsigned)c & 0xffff);
    add_text(l, text);
}

static void add_quoted(struct line *l, const char *s, size_t n)
{
    size_t keep = utf8_cut(s, n, LOG_VALUE_MAX);
    uint32_t c;
    log_add(l, "\"", 1);
    for (size_t i = 0, step; i < keep; i += step) {
        step = utf8_decode(s + i, keep - i, &c);
        if (!step) {
            char text[8];
            snprintf(text, sizeof(text), l->json ? "\\ufffd" : "\\x%02x", (unsigned char)s[i]);
            add_text(l, text);
            step = 1;
        } else if (c == '"' || c == '\\') {
            log_add(l, (char[]){'\\', (char)c}, 2);
        } else if (c == '\n' || c == '\r' || c == '\t') {
            log_add(l, c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t", 2);
        } else if (utf8_is_unseen(c)) {
            add_escaped(l, c);
        } else {
            log_add(l, s + i, step);
        }
    }
    add_text(l, keep < n ? "...\"" : "\"");
}

static bool log_is_number(const char *s)
{
    if (*s++ != '\x01')
        return false;
    s += *s == '-';
    size_t digits = strspn(s, "0123456789");
    return digits && digits <= 20 && !s[digits] && (*s != '0' || digits == 1);
}

static bool log_is_plain(const char *s, size_t n)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "_.:/@+,-%*()";
    return n && n <= LOG_VALUE_MAX && strspn(s, plain) == n;
}

static void add_value(struct line *l, const char *s)
{
    size_t n = s ? strnlen(s, LOG_VALUE_MAX + 4) : 0;
    if (!s)
        add_text(l, l->json ? "null" : "-");
    else if (log_is_number(s))
        log_add(l, s + 1, n - 1);
    else if (!l->json && log_is_plain(s, n))
        log_add(l, s, n);
    else
        add_quoted(l, s, n);
}

// Of two fields with one key a reader sees one: the second gets a name of its own, in either format
// (what begins a JSON line is taken in both).
static const char *own_key(struct line *l, const char *key, char room[64])
{
    unsigned times = 0;
    for (unsigned i = 0; i < l->key_count; i++)
        times += !strcmp(l->keys[i], key);
    if (l->key_count < KEYS_MAX)
        l->keys[l->key_count++] = key;
    if (!times)
        return key;
    snprintf(room, 64, "%s_%u", key, times + 1);
    return room;
}

static void add_field(struct line *l, const char *key, const char *value)
{
    char room[64];
    size_t before = l->n;
    if (l->full)
        return;
    key = own_key(l, key, room);
    log_add(l, l->json ? "," : " ", l->n > 1);
    if (l->json)
        add_quoted(l, key, strlen(key));
    else
        add_text(l, key);
    log_add(l, l->json ? ":" : "=", 1);
    add_value(l, value);
    if (l->full)
        l->n = before;
}

static void start_line(struct line *l, enum log_level level, const char *module, const char *event)
{
    char ts[CLOCK_ISO_SIZE];
    clock_iso(clock_wall_ms(), ts);
    static const char *const reserved[] = {"ts", "level", "module", "event", "cut"};
    l->n = 0;
    l->full = false;
    l->key_count = 0;
    if (l->json) {
        log_add(l, "{", 1);
        add_field(l, "ts", ts);
        add_field(l, "level", level_names[level]);
        add_field(l, "module", module);
        add_field(l, "event", event);
        l->keys[l->key_count++] = "cut";
        return;
    }
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
        l->keys[l->key_count++] = reserved[i];
    const char *const words[] = {ts, level_names[level], module, event};
    for (int i = 0; i < 4; i++) {
        if (i)
            log_add(l, " ", 1);
        add_value(l, words[i]);
    }
}

static void end_line(struct line *l)
{
    const char *end = l->json   ? (l->full ? ",\"cut\":true}\n" : "}\n")
                      : l->full ? " cut=true\n"
                                : "\n";
    size_t n = strlen(end); // fits: TAIL bytes were kept for it
    memcpy(l->text + l->n, end, n);
    l->n += n;
}

static void tell_lost(bool json)
{
    unsigned n = atomic_exchange(&lost, 0);
    if (!n)
        return;
    struct line l = {.json = json};
    start_line(&l, LOG_LEVEL_WARNING, "log", "lines_lost");
    add_field(&l, "count", LOG_INT(n));
    end_line(&l);
    if (!log_out_line(l.text, l.n))
        atomic_fetch_add(&lost, n);
}

static void log_event(enum log_level level, const char *module, const char *event, va_list ap)
{
    if (!log_enabled(level))
        return;
    int error = errno; // logging must not disturb the caller's
    struct line l = {.json = atomic_load(&current_format) == LOG_FORMAT_JSON};
    start_line(&l, level, module, event);
    for (const char *key; (key = va_arg(ap, const char *));)
        add_field(&l, key, va_arg(ap, const char *));
    end_line(&l);
    tell_lost(l.json); // where they are missing
    if (!log_out_line(l.text, l.n))
        atomic_fetch_add(&lost, 1);
    errno = error;
}

#define DEFINE_LOG(name, level)                                                                    \
    void name(const char *module, const char *event, ...)                                          \
    {                                                                                              \
        va_list ap;                                                                                \
        va_start(ap, event);                                                                       \
        log_event(level, module, event, ap);                                                       \
        va_end(ap);                                                                                \
    }

DEFINE_LOG(log_debug, LOG_LEVEL_DEBUG)
DEFINE_LOG(log_info, LOG_LEVEL_INFO)
DEFINE_LOG(log_warning, LOG_LEVEL_WARNING)
DEFINE_LOG(log_error, LOG_LEVEL_ERROR)

const char *log_number(char room[24], int64_t n)
{
    snprintf(room, 24, "\x01%lld", (long long)n);
    return room;
}

bool log_enabled(enum log_level level)
{
    return (int)level >= atomic_load_explicit(&current_level, memory_order_relaxed);
}

void log_set_level(enum log_level level)
{
    atomic_store(&current_level, (int)level);
}

bool log_is_json(void)
{
    return atomic_load(&current_format) == LOG_FORMAT_JSON;
}

void log_set_format(enum log_format format)
{
    atomic_store(&current_format, (int)format);
}

void log_set_fd(int fd)
{
    assert(fd >= 0);
    log_out_to(fd);
}

bool log_pending(void)
{
    return log_out_pending();
}

bool log_flush(int wait_ms)
{
    bool done = log_out_flush(wait_ms);
    tell_lost(atomic_load(&current_format) == LOG_FORMAT_JSON);
    return done;
}

// Caller holds file_mutex.
static int open_file(const char *path)
{
    // Without O_NONBLOCK a FIFO that nobody reads would stop us here.
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);
    if (fd < 0)
        return -errno;
    if (file_fd < 0) {
        file_fd = fd;
        return 0;
    }
    int rc = dup3(fd, file_fd, O_CLOEXEC) < 0 ? -errno : 0;
    close(fd);
    return rc;
}

int log_open(const char *path)
{
    char *copy = mem_strdup(path);
    pthread_mutex_lock(&file_mutex);
    int rc = open_file(path);
    if (!rc) {
        free(file_path);
        file_path = copy;
        copy = NULL;
        log_set_fd(file_fd);
    }
    pthread_mutex_unlock(&file_mutex);
    free(copy);
    return rc;
}

int log_reopen(void)
{
    pthread_mutex_lock(&file_mutex);
    int rc = file_path ? open_file(file_path) : 0;
    if (file_path)
        log_out_to(file_fd);
    pthread_mutex_unlock(&file_mutex);
    return rc;
}

void log_close(void)
{
    log_flush(LOG_CLOSE_MS);
    pthread_mutex_lock(&file_mutex);
    log_set_fd(STDERR_FILENO);
    // Writers that read the number a moment ago still hold it: it is pointed at standard error
    // and never closed, so that it cannot come to mean another file.
    if (file_fd >= 0)
        dup3(STDERR_FILENO, file_fd, O_CLOEXEC);
    free(file_path);
    file_path = NULL;
    pthread_mutex_unlock(&file_mutex);
}

bool log_level_parse(const char *s, enum log_level *level)
{
    for (int i = LOG_LEVEL_DEBUG; i <= LOG_LEVEL_ERROR; i++) {
        if (!strcmp(s, level_names[i])) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

bool log_format_parse(const char *s, enum log_format *format)
{
    if (strcmp(s, "text") && strcmp(s, "json"))
        return false;
    *format = *s == 'j' ? LOG_FORMAT_JSON : LOG_FORMAT_TEXT;
    return true;
}
