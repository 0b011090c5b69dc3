// Suppressions: violations that are accepted until a date, with a reason. One a line:
//   CODE SITE THING until=YYYY-MM-DD reason="why"
// SITE is file:line, file or *; THING is a label or *; "why" has at least one character. Codes that
// cannot be suppressed are refused.
// The file is read at the start; entries are used under the mutex of the reports; unused and
// expired ones are reported at the end.
#include "check/check_report_priv.h"

#include "util/log.h"
#include "util/mem.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct suppression {
    char *path; // path of the file
    int line;
    enum check_code code;
    char *site, *thing, *until, *reason;
    uint64_t used;
    bool expired;
};

static struct suppression *list;
static size_t count, cap;

static bool site_matches(const char *pattern, const struct site *at)
{
    assert(pattern);
    if (!strcmp(pattern, "*"))
        return true;
    if (!at)
        return false;
    if (!at->line) // the site is known by its address only
        return !strcmp(pattern, at->func);
    const char *file = site_file(at), *colon = strrchr(pattern, ':');
    if (!colon)
        return !strcmp(pattern, file);
    return (size_t)(colon - pattern) == strlen(file) && !strncmp(pattern, file, strlen(file)) &&
           atoi(colon + 1) == at->line;
}

static bool thing_matches(const char *pattern, struct place *p)
{
    if (!strcmp(pattern, "*"))
        return true;
    const char *label = p ? atomic_load(&p->label) : NULL;
    return label && !strcmp(pattern, label);
}

int check_suppress_match(const struct violation *v)
{
    assert(v);
    for (size_t i = 0; i < count; i++) {
        struct suppression *s = &list[i];
        if (s->code != v->code || s->expired || !site_matches(s->site, v->site) ||
            !thing_matches(s->thing, v->place))
            continue;
        s->used++;
        return (int)i;
    }
    return -1;
}

void check_suppress_use(int suppression, uint64_t times)
{
    if (suppression >= 0 && (size_t)suppression < count)
        list[suppression].used += times;
}

static bool is_date(const char *s)
{
    static const char form[] = "dddd-dd-dd";
    for (size_t i = 0; i < sizeof(form); i++)
        if (form[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
            return false;
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int month = atoi(s + 5), day = atoi(s + 8);
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

// The next word of a line, "quoted" or not; NULL at its end.
static char *next_word(char **at)
{
    assert(at && *at);
    char *p = *at + strspn(*at, " \t\r\n");
    if (!*p)
        return NULL;
    char *word = p;
    bool quoted = false;
    for (; *p && (quoted || !strchr(" \t\r\n", *p)); p++)
        quoted ^= *p == '"';
    if (*p)
        *p++ = '\0';
    *at = p;
    return word;
}

static char *unquoted(const char *s)
{
    size_t n = strlen(s);
    if (n >= 2 && *s == '"' && s[n - 1] == '"')
        return mem_strndup(s + 1, n - 2);
    return mem_strdup(s);
}

// Reads one line into s. Returns what is wrong with the line, or NULL.
static const char *parse(char *line, struct suppression *s)
{
    assert(!s->site && !s->reason);
    char *code = next_word(&line), *site = next_word(&line), *thing = next_word(&line);
    char *until = next_word(&line), *reason = next_word(&line), *end;
    long n = code && *code == 'L' ? strtol(code + 1, &end, 10) : 0;
    if (n <= 0 || n >= CHECK_CODES || *end || !check_report_title((enum check_code)n))
        return "expected a code like L003";
    if (n == L010_FREED_WHILE_REFERENCED || n == L033_DEAD || n == L034_LOCK_DESTROYED)
        return "this code cannot be suppressed: memory is at stake";
    if (!site || !thing)
        return "expected CODE SITE THING";
    if (!until || strncmp(until, "until=", 6) || !is_date(until + 6))
        return "expected until=YYYY-MM-DD";
    if (!reason || strncmp(reason, "reason=", 7) || strlen(reason) < 10)
        return "expected reason=\"why\"";
    s->code = (enum check_code)n;
    s->site = mem_strdup(site);
    s->thing = unquoted(thing);
    s->until = mem_strdup(until + 6);
    s->reason = unquoted(reason + 7);
    return NULL;
}

int check_report_suppressions(const char *path, const char *today, FILE *out)
{
    assert(path && today && out);
    FILE *f = fopen(path, "r");
    if (!f) {
        fprintf(out, "%s: %s\n", path, strerror(errno));
        return -1;
    }
    char line[1024];
    int bad = 0;
    for (int n = 1; fgets(line, sizeof(line), f); n++) {
        struct suppression s = {.line = n};
        if (line[strspn(line, " \t\r\n")] == '\0' || *line == '#')
            continue;
        const char *wrong = parse(line, &s);
        if (wrong) {
            fprintf(out, "%s:%d:1: %s\n", path, n, wrong);
            bad++;
            continue;
        }
        s.path = mem_strdup(path);
        s.expired = strcmp(s.until, today) < 0;
        if (count == cap) {
            cap = cap ? cap * 2 : 8;
            list = mem_realloc_array(list, cap, sizeof(*list));
        }
        list[count++] = s;
    }
    fclose(f);
    return bad;
}

unsigned check_report_suppressions_bad(FILE *out)
{
    unsigned bad = 0;
    for (size_t i = 0; i < count; i++) {
        struct suppression *s = &list[i];
        if (s->expired || !s->used) {
            const char *what = s->expired ? "has expired" : "was never used: take it out";
            char code[8];
            snprintf(code, sizeof(code), "L%03d", (int)s->code);
            if (!out && log_is_json())
                log_warning("locks", "suppression", "file", s->path, "line", LOG_INT(s->line),
                            "code", code, "site", s->site, "why", what, NULL);
            else
                fprintf(out ? out : stderr, "%s:%d:1: suppression of %s at %s %s\n", s->path,
                        s->line, code, s->site, what);
            bad++;
        }
        free(s->path);
        free(s->site);
        free(s->thing);
        free(s->until);
        free(s->reason);
    }
    free(list);
    list = NULL;
    count = cap = 0;
    return bad;
}
