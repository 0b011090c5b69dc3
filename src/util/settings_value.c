// Parsing and writing of values by kind, with their ranges. Keeps nothing; any thread.
#include "util/settings_value.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/duration.h"
#include "util/mem.h"
#include "util/settings.h"
#include "util/settings_table.h"
#include "util/str.h"
#include "util/utf8.h"

enum { LONGEST_VALUE = 1024 };

__attribute__((format(printf, 2, 3))) static bool refuse(struct buf *why, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    buf_vaddf(why, fmt, ap);
    va_end(ap);
    return false;
}

static void *field(struct settings *s, const struct setting *e)
{
    return (char *)s + e->at;
}

static const void *field_of(const struct settings *s, const struct setting *e)
{
    return (const char *)s + e->at;
}

// Digits and nothing else; false when it would not fit.
static bool parse_number(const char *s, const char **end, int64_t *n)
{
    bool negative = *s == '-';
    s += negative;
    if (*s < '0' || *s > '9')
        return false;
    for (*n = 0; *s >= '0' && *s <= '9'; s++) {
        if (*n > (INT64_MAX - 9) / 10)
            return false;
        *n = *n * 10 + (*s - '0');
    }
    *end = s;
    *n = negative ? -*n : *n;
    return true;
}

static const struct {
    const char *name;
    int shift;
} size_units[] = {{"GiB", 30}, {"MiB", 20}, {"KiB", 10}, {"B", 0}};

static bool parse_size(const char *s, int64_t *n)
{
    const char *end;
    if (!parse_number(s, &end, n) || *n < 0)
        return false;
    if (!*end)
        return true;
    for (size_t i = 0; i < sizeof(size_units) / sizeof(size_units[0]); i++) {
        if (strcmp(end, size_units[i].name))
            continue;
        if (*n > INT64_MAX >> size_units[i].shift)
            return false;
        *n <<= size_units[i].shift;
        return true;
    }
    return false;
}

static void write_size(struct buf *out, int64_t n)
{
    size_t i = 0;
    while (size_units[i].shift && (n == 0 || n % (INT64_C(1) << size_units[i].shift)))
        i++;
    buf_addu(out, (uint64_t)(n >> size_units[i].shift));
    if (size_units[i].shift)
        buf_adds(out, size_units[i].name);
}

void settings_value_number(struct buf *out, const struct setting *e, int64_t n)
{
    if (e->kind == SETTING_DURATION)
        duration_write(out, n);
    else if (e->kind == SETTING_SIZE)
        write_size(out, n);
    else
        buf_addf(out, "%lld", (long long)n);
}

static bool set_number(struct settings *s, const struct setting *e, const char *value,
                       struct buf *why)
{
    int64_t n = 0;
    const char *end = "";
    bool good = e->kind == SETTING_DURATION ? duration_parse(value, &n)
                : e->kind == SETTING_SIZE   ? parse_size(value, &n)
                                            : parse_number(value, &end, &n) && !*end;
    if (good && n >= e->min && n <= e->max) {
        *(int64_t *)field(s, e) = n;
        return true;
    }
    struct buf min = BUF_INIT, max = BUF_INIT;
    settings_value_number(&min, e, e->min);
    settings_value_number(&max, e, e->max);
    refuse(why, "%s.%s: '%.*s' is %s: %s from %s to %s was expected", e->section, e->name,
           (int)utf8_cut(value, strlen(value), 60), value,
           good ? "out of range" : "no value for it",
           e->kind == SETTING_DURATION ? "a duration such as 90s or 1h30m,"
           : e->kind == SETTING_SIZE   ? "a number of bytes, such as 512 or 64KiB,"
                                       : "a whole number",
           buf_str(&min), buf_str(&max));
    buf_fini(&min);
    buf_fini(&max);
    return false;
}

static bool set_bool(struct settings *s, const struct setting *e, const char *value,
                     struct buf *why)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_equal_nocase(value, words[i])) {
            *(bool *)field(s, e) = i % 2;
            return true;
        }
    }
    return refuse(why, "%s.%s: '%.60s' is no value for it: yes or no was expected", e->section,
                  e->name, value);
}

static bool is_choice(const char *choices, const char *value)
{
    size_t n = strlen(value);
    for (const char *at = choices; n && at; at = strchr(at, '|')) {
        at += *at == '|';
        if (!strncmp(at, value, n) && (at[n] == '|' || !at[n]))
            return true;
    }
    return false;
}

static bool set_string(struct settings *s, const struct setting *e, const char *value,
                       struct buf *why)
{
    size_t n = strlen(value);
    bool clean = n <= LONGEST_VALUE && utf8_valid(value, n);
    for (size_t i = 0; i < n && clean; i++)
        clean = (unsigned char)value[i] >= 0x20 && value[i] != 0x7f;
    if (!clean)
        return refuse(why, "%s.%s: a line of UTF-8 text, at most %d bytes, was expected",
                      e->section, e->name, LONGEST_VALUE);
    if (e->choices && !is_choice(e->choices, value))
        return refuse(why, "%s.%s: '%.60s' is no value for it: one of %s was expected", e->section,
                      e->name, value, e->choices);
    char **at = field(s, e);
    free(*at);
    *at = mem_strdup(value);
    return true;
}

bool settings_value_set(struct settings *s, const struct setting *e, const char *text,
                        struct buf *why)
{
    return e->kind == SETTING_STRING ? set_string(s, e, text, why)
           : e->kind == SETTING_BOOL ? set_bool(s, e, text, why)
                                     : set_number(s, e, text, why);
}

void settings_value_write(struct buf *out, const struct settings *s, const struct setting *e)
{
    if (e->kind == SETTING_STRING)
        buf_adds(out, *(char *const *)field_of(s, e));
    else if (e->kind == SETTING_BOOL)
        buf_adds(out, *(const bool *)field_of(s, e) ? "yes" : "no");
    else
        settings_value_number(out, e, *(const int64_t *)field_of(s, e));
}
