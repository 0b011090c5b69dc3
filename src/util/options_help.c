// Prints the help of a program from its tables of options and commands. Keeps nothing.
#include "util/options_help.h"

#include "util/buf.h"

#include <string.h>

enum { WIDTH = 80, LEFT_WIDEST = 24 };

const struct options_entry options_help_entries[] = {
    {.name = "help", .help = "this text", .kind = OPTIONS_HELP, .letter = 'h'},
    {.name = "version", .help = "which program this is", .kind = OPTIONS_VERSION, .letter = 'V'},
    {0}};

// Prints a text from column `at` on, and breaks it into lines that begin at column `indent`. A line
// end in the text ends a line too.
static void print_broken(FILE *out, const char *text, size_t at, size_t indent)
{
    bool first = true;
    while (*text) {
        size_t n = strcspn(text, " \n");
        if (!first && at + 1 + n > WIDTH) {
            fprintf(out, "\n%*s", (int)indent, "");
            at = indent;
            first = true;
        }
        fprintf(out, "%s%.*s", first ? "" : " ", (int)n, text);
        at += n + !first;
        first = false;
        text += n;
        if (*text == '\n') {
            fprintf(out, "\n%*s", text[1] ? (int)indent : 0, "");
            at = indent;
            first = true;
        }
        text += *text != '\0';
    }
    if (at > indent)
        fputc('\n', out);
}

static void print_row(FILE *out, const char *left, size_t width, const char *text)
{
    size_t column = 2 + width + 2, at = 2 + strlen(left);
    fprintf(out, "  %s", left);
    if (at + 2 > column) {
        fputc('\n', out);
        at = 0;
    }
    fprintf(out, "%*s", (int)(column - at), "");
    print_broken(out, text, column, column);
}

static const char *left_of_option(const struct options_entry *e, struct buf *b)
{
    buf_clear(b);
    if (e->letter)
        buf_addf(b, "-%c, ", e->letter);
    buf_addf(b, "--%s%s%s", e->name, e->value && *e->value != '[' ? " " : "",
             e->value ? e->value : "");
    return buf_str(b);
}

static const char *left_of_command(const struct options_command *c, struct buf *b)
{
    buf_clear(b);
    buf_addf(b, "%s%s%s", c->name, c->words ? " " : "", c->words ? c->words : "");
    return buf_str(b);
}

// The width that the left column needs for a table of options, or of commands (the other is NULL).
// Entries wider than LEFT_WIDEST do not count: their text begins on the next line.
static size_t width_of(const struct options_entry *e, const struct options_command *c)
{
    struct buf b = BUF_INIT;
    size_t widest = 0;
    for (; e && e->name; e++) {
        size_t n = strlen(left_of_option(e, &b));
        widest = n > widest && n <= LEFT_WIDEST ? n : widest;
    }
    for (; c && c->name; c++) {
        size_t n = strlen(left_of_command(c, &b));
        widest = n > widest && n <= LEFT_WIDEST ? n : widest;
    }
    buf_fini(&b);
    return widest;
}

static void print_options(const struct options_spec *spec, const struct options_entry *e,
                          size_t width, FILE *out)
{
    struct buf left = BUF_INIT, text = BUF_INIT;
    for (; e && e->name; e++) {
        buf_clear(&text);
        buf_adds(&text, e->help);
        for (unsigned i = 0, n = 0; e->commands && spec->commands[i].name; i++)
            if (e->commands & UINT32_C(1) << i)
                buf_addf(&text, "%s%s", n++ ? ", " : " (", spec->commands[i].name);
        if (e->commands)
            buf_addc(&text, ')');
        print_row(out, left_of_option(e, &left), width, buf_str(&text));
    }
    buf_fini(&text);
    buf_fini(&left);
}

static void print_usage(const struct options_spec *spec, FILE *out)
{
    const char *before = "Usage:";
    for (const char *line = spec->usage; line; before = "      ") {
        size_t n = strcspn(line, "\n");
        fprintf(out, "%s latchkey%s%s %.*s\n", before, spec->name ? " " : "",
                spec->name ? spec->name : "", (int)n, line);
        line = line[n] ? line + n + 1 : NULL;
    }
}

void options_help_print(const struct options_spec *spec, FILE *out)
{
    struct buf left = BUF_INIT;
    print_usage(spec, out);
    if (spec->about)
        print_broken(out, spec->about, 0, 0);
    if (spec->commands)
        fprintf(out, "\n%s:\n", spec->name ? "Commands" : "Subcommands");
    for (const struct options_command *c = spec->commands; c && c->name; c++)
        print_row(out, left_of_command(c, &left), width_of(NULL, spec->commands), c->summary);
    size_t width = width_of(options_help_entries, NULL),
           own = width_of(spec->tables[0].entries, NULL);
    width = own > width ? own : width;
    fputs("\nOptions:\n", out);
    print_options(spec, spec->tables[0].entries, width, out);
    print_options(spec, options_help_entries, width, out);
    for (size_t i = 1; i < OPTIONS_TABLES && spec->tables[i].entries; i++) {
        fprintf(out, "\n%s:\n", spec->tables[i].title);
        print_options(spec, spec->tables[i].entries, width_of(spec->tables[i].entries, NULL), out);
    }
    if (spec->after) {
        fputc('\n', out);
        print_broken(out, spec->after, 0, 0);
    }
    buf_fini(&left);
}
