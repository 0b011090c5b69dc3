// Reading settings from their sources into the struct, and printing them. inih does the parsing of
// files; its handler gets no line numbers and its lines are short, so a reader of our own feeds
// it, which counts the lines and has no such limit. Keeps nothing outside the caller's struct; one
// thread.
#include "util/settings.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/doc.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/settings_table.h"
#include "util/settings_value.h"
#include "util/str.h"

enum { LONGEST_FILE = 1 << 20, LONGEST_LINE = 190 };

// Where a value comes from: for its origin and for complaints.
struct source {
    struct settings *s;
    struct doc_problems *p;
    const char *file; // or "environment", "--set"
    uint32_t line;    // 0: not from a file
    uint32_t column;
};

__attribute__((format(printf, 2, 3))) static bool refuse(const struct source *from, const char *fmt,
                                                         ...)
{
    struct buf text = BUF_INIT;
    va_list ap;
    va_start(ap, fmt);
    buf_vaddf(&text, fmt, ap);
    va_end(ap);
    doc_problem_at(from->p, DOC_ERROR, from->file, from->line, from->column, "%s", buf_str(&text));
    buf_fini(&text);
    return false;
}

static const struct setting *find_setting(const char *section, const char *name)
{
    for (size_t i = 0; i < settings_table_count; i++) {
        const struct setting *e = &settings_table[i];
        if (!strcmp(e->section, section) && !strcmp(e->name, name))
            return e;
    }
    return NULL;
}

static const char *environment_name(const struct setting *e, struct buf *room)
{
    buf_clear(room);
    buf_addf(room, "LATCHKEY_%s_%s", e->section, e->name);
    for (size_t i = 0; i < room->len; i++)
        room->data[i] = str_upper_char(room->data[i]);
    return room->data;
}

// "; did you mean NAME?" or nothing, for a name written as in the environment or a file.
static void add_hint(struct buf *out, const char *word, bool environment)
{
    char *names[SETTINGS_MOST + 1] = {NULL};
    struct buf room = BUF_INIT;
    for (size_t i = 0; i < settings_table_count; i++) {
        const struct setting *e = &settings_table[i];
        names[i] = environment ? mem_strdup(environment_name(e, &room))
                               : mem_printf("%s.%s", e->section, e->name);
    }
    const char *near = doc_nearest(word, (const char *const *)names);
    if (near)
        buf_addf(out, ": did you mean %s?", near);
    for (size_t i = 0; i < settings_table_count; i++)
        free(names[i]);
    buf_fini(&room);
}

static bool refuse_name(const struct source *from, const char *section, const char *name)
{
    struct buf full = BUF_INIT, hint = BUF_INIT;
    buf_addf(&full, "%s.%s", section, name);
    add_hint(&hint, buf_str(&full), false);
    refuse(from, "there is no setting %s%s", buf_str(&full), buf_str(&hint));
    buf_fini(&full);
    buf_fini(&hint);
    return false;
}

static bool assign(const struct source *from, const char *section, const char *name,
                   const char *value)
{
    const struct setting *e = find_setting(section, name);
    if (!e)
        return refuse_name(from, section, name);
    struct buf why = BUF_INIT;
    bool good = settings_value_set(from->s, e, value, &why);
    if (!good)
        refuse(from, "%s", buf_str(&why));
    buf_fini(&why);
    if (!good)
        return false;
    char **origin = &from->s->origins[e - settings_table];
    if (from->line && *origin) {
        size_t n = strlen(from->file);
        if (!strncmp(*origin, from->file, n) && (*origin)[n] == ':')
            doc_problem_at(from->p, DOC_WARNING, from->file, from->line, from->column,
                           "%s.%s is set a second time: the first is at %s", section, name,
                           *origin);
    }
    free(*origin);
    *origin =
        from->line ? mem_printf("%s:%u", from->file, (unsigned)from->line) : mem_strdup(from->file);
    return true;
}

void settings_init(struct settings *s)
{
    *s = (struct settings){0};
    struct buf why = BUF_INIT;
    for (size_t i = 0; i < settings_table_count; i++)
        settings_value_set(s, &settings_table[i], settings_table[i].standard, &why);
    if (why.len) { // a default outside its own range: a mistake in the table
        fprintf(stderr, "latchkey: default of %s\n", why.data);
        abort();
    }
    buf_fini(&why);
}

void settings_fini(struct settings *s)
{
    for (size_t i = 0; i < settings_table_count; i++) {
        if (settings_table[i].kind == SETTING_STRING)
            free(*(char **)((char *)s + settings_table[i].at));
        free(s->origins[i]);
    }
    *s = (struct settings){0};
}

// Files -----------------------------------------------------------------------------------------

struct reader {
    struct source from;
    const char *at, *end;
    char section[64];
    bool wants_value; // the line handed out last holds a setting and has not come back yet
};

static int settings_take_setting(void *user, const char *section, const char *name,
                                 const char *value)
{
    struct reader *r = user;
    r->wants_value = false;
    if (!*section)
        refuse(&r->from, "'%.60s' stands before any [section]", name);
    else
        assign(&r->from, section, name, value);
    return 1;
}

static void check_last_line(struct reader *r)
{
    if (r->wants_value)
        refuse(&r->from, "'name = value', '[section]' or a comment with # was expected");
    r->wants_value = false;
}

// Looks at a line before inih does: what it would let pass or misread is refused here.
static bool line_is_good(struct reader *r, const char *line, size_t n)
{
    const char *start = line;
    str_trim(&line, &n);
    r->from.column = (uint32_t)(line - start + 1);
    if (!n || *line == '#' || *line == ';')
        return false;
    if (n > LONGEST_LINE)
        return refuse(&r->from, "line too long: at most %d bytes were expected", LONGEST_LINE);
    if (*line == '[' && !memchr(line, ']', n))
        return refuse(&r->from, "']' was expected at the end of the section's name");
    r->wants_value = *line != '[';
    return true;
}

// Like fgets, for inih. Lines come without leading spaces, which would mean continuation.
static char *next_line(char *out, int room, void *user)
{
    struct reader *r = user;
    check_last_line(r);
    size_t n;
    const char *line = str_line(&r->at, r->end, &n);
    if (!line)
        return NULL;
    r->from.line++;
    if (!line_is_good(r, line, n) || room < LONGEST_LINE + 2)
        n = 0;
    str_trim(&line, &n);
    if (n)
        memcpy(out, line, n);
    out[n] = '\n';
    out[n + 1] = '\0';
    return out;
}

bool settings_read_text(struct settings *s, const char *file, const char *text, size_t n,
                        struct doc_problems *p)
{
    size_t before = p->errors;
    if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
        text += 3;
        n -= 3;
    }
    struct reader r = {.from = {.s = s, .p = p, .file = file}, .at = text, .end = text + n};
    if (n && memchr(text, 0, n))
        return refuse(&r.from, "contains a zero byte: text was expected");
    ini_parse_stream(next_line, &r, settings_take_setting, &r);
    check_last_line(&r);
    return p->errors == before;
}

bool settings_read_file(struct settings *s, const char *path, struct doc_problems *p)
{
    struct buf text = BUF_INIT;
    int rc = file_read(path, LONGEST_FILE, &text);
    bool good = !rc;
    if (rc)
        doc_problem_at(p, DOC_ERROR, path, 0, 0, "cannot be read: %s", strerrordesc_np(-rc));
    else
        good = settings_read_text(s, path, buf_str(&text), text.len, p);
    buf_fini(&text);
    return good;
}

static int is_drop_in(const struct dirent *e)
{
    return e->d_name[0] != '.' && str_ends(e->d_name, ".conf");
}

static int settings_by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_drop_ins(struct settings *s, const char *path, struct doc_problems *p)
{
    char *folder = mem_printf("%s.d", path);
    struct dirent **list = NULL;
    int n = scandir(folder, &list, is_drop_in, settings_by_name);
    if (n < 0 && errno != ENOENT)
        doc_problem_at(p, DOC_ERROR, folder, 0, 0, "cannot be read: %s", strerrordesc_np(errno));
    for (int i = 0; i < n; i++) {
        char *file = mem_printf("%s/%s", folder, list[i]->d_name);
        settings_read_file(s, file, p);
        free(file);
        free(list[i]);
    }
    free(list);
    free(folder);
}

// Environment and options -----------------------------------------------------------------------

// Names that begin like ours and are no settings: where to find the file, and the tests' own.
static bool is_other_variable(const char *name, size_t n)
{
    return (n == 15 && !strncmp(name, "LATCHKEY_CONFIG", n)) ||
           (n == 15 && !strncmp(name, "LATCHKEY_SOURCE", n));
}

static void read_variable(const struct source *from, const char *variable)
{
    const char *equals = strchr(variable, '=');
    size_t n = equals ? (size_t)(equals - variable) : 0;
    if (!n || !str_begins(variable, "LATCHKEY_") || is_other_variable(variable, n))
        return;
    struct buf room = BUF_INIT;
    for (size_t i = 0; i < settings_table_count; i++) {
        const struct setting *e = &settings_table[i];
        environment_name(e, &room);
        if (room.len == n && !memcmp(room.data, variable, n)) {
            assign(from, e->section, e->name, equals + 1);
            buf_fini(&room);
            return;
        }
    }
    buf_clear(&room);
    char *name = mem_strndup(variable, n);
    add_hint(&room, name, true);
    doc_problem_at(from->p, DOC_WARNING, from->file, 0, 0, "%s is no setting%s", name,
                   buf_str(&room));
    free(name);
    buf_fini(&room);
}

bool settings_read_environment(struct settings *s, char *const *environment, struct doc_problems *p)
{
    size_t before = p->errors;
    struct source from = {.s = s, .p = p, .file = "environment"};
    for (; environment && *environment; environment++)
        read_variable(&from, *environment);
    return p->errors == before;
}

bool settings_set(struct settings *s, const char *assignment, const char *origin,
                  struct doc_problems *p)
{
    assert(assignment);
    struct source from = {.s = s, .p = p, .file = origin};
    const char *equals = strchr(assignment, '=');
    const char *dot = strchr(assignment, '.');
    if (!equals || !dot || dot > equals)
        return refuse(&from, "'%.60s': section.name=value was expected", assignment);
    char *section = mem_strndup(assignment, (size_t)(dot - assignment));
    char *name = mem_strndup(dot + 1, (size_t)(equals - dot - 1));
    bool good = assign(&from, section, name, equals + 1);
    free(section);
    free(name);
    return good;
}

static int64_t settings_number(const struct settings *s, const struct setting *e)
{
    return *(const int64_t *)((const char *)s + e->at);
}

static bool check_order(const struct settings *s, struct doc_problems *p, const char *section,
                        const char *low, const char *high)
{
    const struct setting *a = find_setting(section, low), *b = find_setting(section, high);
    int64_t x = settings_number(s, a), y = settings_number(s, b);
    if (x <= y)
        return true;
    const char *origin = s->origins[a - settings_table];
    doc_problem_at(p, DOC_ERROR, origin ? origin : "default", 0, 0,
                   "%s.%s may not be more than %s.%s: %lld and %lld", section, low, section, high,
                   (long long)x, (long long)y);
    return false;
}

bool settings_check(const struct settings *s, struct doc_problems *p)
{
    bool good = check_order(s, p, "account", "name_min", "name_max");
    good &= check_order(s, p, "password", "min", "max");
    good &= check_order(s, p, "limits", "commands_per_second", "commands_burst");
    good &= check_order(s, p, "limits", "output_before_login", "output");
    return good;
}

bool settings_load(struct settings *s, const char *path, char *const *environment,
                   const struct settings_assignment *assignments, size_t n, struct doc_problems *p)
{
    size_t before = p->errors;
    if (path) {
        settings_read_file(s, path, p);
        read_drop_ins(s, path, p);
    }
    settings_read_environment(s, environment, p);
    for (size_t i = 0; i < n; i++)
        settings_set(s, assignments[i].text, assignments[i].origin, p);
    settings_check(s, p);
    return p->errors == before;
}

// Printing --------------------------------------------------------------------------------------

void settings_print(FILE *out, const struct settings *s)
{
    const char *section = "";
    struct buf line = BUF_INIT;
    for (size_t i = 0; i < settings_table_count; i++) {
        const struct setting *e = &settings_table[i];
        if (strcmp(section, e->section))
            fprintf(out, "%s[%s]\n", *section ? "\n" : "", e->section);
        section = e->section;
        buf_clear(&line);
        buf_addf(&line, "%s = ", e->name);
        settings_value_write(&line, s, e);
        fprintf(out, "%-40s ; %s\n", buf_str(&line), s->origins[i] ? s->origins[i] : "default");
    }
    buf_fini(&line);
}

// As comment lines of at most 90 columns.
static void write_comment(struct buf *out, const char *text)
{
    size_t column = 0, n;
    for (const char *word; (word = str_word(&text, &n)); column += n + 1) {
        if (column && column + n > 88) {
            buf_addc(out, '\n');
            column = 0;
        }
        buf_adds(out, column ? " " : "# ");
        buf_add(out, word, n);
    }
    buf_addc(out, '\n');
}

static void write_range(struct buf *out, const struct setting *e)
{
    if (e->kind == SETTING_BOOL)
        buf_adds(out, " (yes or no)");
    else if (e->choices)
        buf_addf(out, " (one of %s)", e->choices);
    if (e->kind == SETTING_BOOL || e->kind == SETTING_STRING)
        return;
    buf_adds(out, " (");
    settings_value_number(out, e, e->min);
    buf_adds(out, " to ");
    settings_value_number(out, e, e->max);
    if (e->unit)
        buf_addf(out, " %s", e->unit);
    buf_addc(out, ')');
}

void settings_template(struct buf *out)
{
    write_comment(out, "Settings of the Latchkey server. What is commented out shows the default. "
                       "The environment (LATCHKEY_SECTION_NAME) and the option --set "
                       "section.name=value win over this file; so do files *.conf in the folder "
                       "latchkey.conf.d beside it. See them all with latchkey serve "
                       "--print-config.");
    buf_addc(out, '\n');
    write_comment(out, "Durations: 90s, 5m, 1h30m, 2d, or a number of seconds. Sizes: bytes, or "
                       "64KiB, 1MiB. After a space, ';' begins a comment.");
    const char *section = "";
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < settings_table_count; i++) {
        const struct setting *e = &settings_table[i];
        if (strcmp(section, e->section)) {
            section = e->section;
            const struct settings_section *head = settings_sections;
            while (strcmp(head->name, section))
                head++;
            buf_addf(out, "\n[%s]\n", section);
            write_comment(out, head->help);
        }
        buf_clear(&text);
        buf_adds(&text, e->help);
        write_range(&text, e);
        buf_addc(out, '\n');
        write_comment(out, buf_str(&text));
        buf_addf(out, "#%s =%s%s\n", e->name, *e->standard ? " " : "", e->standard);
    }
    buf_fini(&text);
}
