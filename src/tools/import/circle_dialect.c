// Counts only. A survey reads as little as it must, and reports nothing: the parser will.
#include "tools/import/circle_dialect.h"

#include <assert.h>
#include <string.h>

#include "tools/import/circle_parse.h"
#include "tools/import/circle_read.h"

enum {
    TEXTS = 4, // texts of a mobile or object in CircleMUD itself
    LIFESPAN_MOST = 100000,
    FLAG_MOST = 2,  // an if-flag is hardly ever larger
    WEAR_BITS = 26, // no code base has more flags for where a thing is worn
};

static const struct circle_object_form forms[CIRCLE_OBJECT_FORMS] = {
    {0, 1, 1, 1}, {0, 4, 4, 4}, {0, 4, 1, 1}, {1, 1, 1, 1}, {0, 2, 2, 2}, {1, 2, 1, 1},
};

bool circle_dialect_fits(enum circle_zone_form form, const int64_t *v, size_t count)
{
    assert(form < CIRCLE_ZONE_FORMS && (v || !count));
    size_t mode = form == CIRCLE_ZONE_RANGE ? 3 : 2;
    if (count <= mode || v[mode] < 0 || v[mode] > 2 || v[mode - 1] < 0 ||
        v[mode - 1] > LIFESPAN_MOST || v[0] < 0)
        return false;
    return form == CIRCLE_ZONE_TOP || v[0] <= v[1];
}

static size_t default_form(size_t words)
{
    return words >= 9 ? 1 : words >= 6 ? 2 : 0;
}

// The words of a form that a line must have: without the affects.
static size_t least_words(const struct circle_object_form *f)
{
    return (size_t)(1 + f->skip + f->extra + f->wear);
}

static void survey_object(struct circle_dialect *d, struct circle_line *l)
{
    uint64_t bits[CIRCLE_OBJECT_WORDS] = {0};
    size_t words = 0, n;
    const char *word;
    for (; words < CIRCLE_OBJECT_WORDS && circle_read_word(l, &word, &n); words++)
        if (!circle_read_bits(word, n, &bits[words]))
            return;
    d->lines[words]++;
    for (size_t i = 0; i < CIRCLE_OBJECT_FORMS; i++) {
        if (words < least_words(&forms[i]))
            continue;
        uint64_t wear = bits[1 + forms[i].skip + forms[i].extra];
        d->takes[words][i] += (wear & 1) && wear >> WEAR_BITS == 0;
    }
}

// Does the line begin with a number and two words of bits?
static bool dialect_is_numbers(const struct circle_line *l)
{
    struct circle_line rest = *l;
    const char *word;
    size_t n, numbers = 0;
    uint64_t bits;
    for (size_t i = 0; i < 3 && circle_read_word(&rest, &word, &n); i++) {
        bool digit = word[n > 1 && *word == '-'] >= '0' && word[n > 1 && *word == '-'] <= '9';
        if (n > 16 || (!digit && !circle_read_bits(word, n, &bits)))
            return false;
        numbers += digit;
    }
    return numbers > 0;
}

// Skips the texts of a record and returns how many there were before the first line of numbers.
// Forms of a name take one line each.
static size_t skip_texts(struct circle_reader *r, bool *forms_of_name)
{
    struct circle_line l;
    size_t count = 0, one_liners = 0;
    while (count < CIRCLE_TEXTS && circle_read_peek_data(r, &l)) {
        bool single = l.length > 1 && l.text[l.length - 1] == '~';
        if (count >= TEXTS && !single && !circle_read_is(&l, "~") && dialect_is_numbers(&l))
            break;
        size_t line = r->line;
        if (!circle_read_skip(r))
            break;
        one_liners += count >= 1 && single && r->line == line + 1;
        count++;
    }
    *forms_of_name = count > TEXTS && one_liners >= count - 3;
    return count;
}

static void survey_texts(struct circle_dialect *d, struct circle_reader *r, enum circle_texts kind)
{
    assert(kind < CIRCLE_TEXT_KINDS);
    bool cases;
    size_t n = skip_texts(r, &cases);
    d->texts[kind][n]++;
    d->forms[kind] += cases;
}

static void survey_command(struct circle_dialect *d, const struct circle_line *l)
{
    assert(l->length); // its first letter says which command it is
    int64_t v[4];
    struct circle_line rest = {l->text + 1, l->length - 1, l->line};
    if (!strchr("MOPED", l->text[0]))
        return;
    size_t n = circle_parse_ints(&rest, v, 4);
    bool flag = n == 4 && v[0] >= -FLAG_MOST && v[0] <= FLAG_MOST;
    d->flagged += flag;
    d->flagless += !flag && n >= 3;
}

static void survey_zone(struct circle_dialect *d, struct circle_reader *r)
{
    struct circle_line l;
    int64_t v[4];
    bool found = false;
    while (circle_read_data(r, &l)) {
        if (circle_parse_is_command(&l)) {
            survey_command(d, &l);
            continue;
        }
        size_t n = found ? 0 : circle_parse_ints(&l, v, 4);
        bool range = circle_dialect_fits(CIRCLE_ZONE_RANGE, v, n),
             top = circle_dialect_fits(CIRCLE_ZONE_TOP, v, n);
        d->zones[CIRCLE_ZONE_RANGE] += range && !top;
        d->zones[CIRCLE_ZONE_TOP] += top && !range;
        found = range || top;
    }
}

void circle_dialect_survey(struct circle_dialect *d, int kind, const char *text, size_t n)
{
    assert(!d->decided && (text || !n));
    struct circle_report report = CIRCLE_REPORT_INIT;
    struct circle_reader r;
    struct circle_line l;
    struct circle_at at;
    int64_t vnum;
    if (kind == CIRCLE_TRG || kind == CIRCLE_QST)
        return;
    circle_colour_survey(&d->colours, text, n);
    if (kind == CIRCLE_WLD || kind == CIRCLE_SHP)
        return;
    circle_read_borrow(&r, &report, text, n);
    while (circle_read_record(&r, &vnum, &at)) {
        if (kind == CIRCLE_ZON)
            survey_zone(d, &r);
        else
            survey_texts(d, &r, kind == CIRCLE_MOB ? CIRCLE_MOBILE_TEXTS : CIRCLE_OBJECT_TEXTS);
        if (kind == CIRCLE_OBJ && circle_read_peek_data(&r, &l))
            survey_object(d, &l);
        while (circle_read_data(&r, &l))
            ;
    }
    circle_read_fini(&r);
    circle_report_fini(&report);
}

void circle_dialect_decide(struct circle_dialect *d)
{
    circle_colour_decide(&d->colours);
    d->decided = true;
}

enum circle_zone_form circle_dialect_zone(const struct circle_dialect *d)
{
    return d->zones[CIRCLE_ZONE_TOP] > d->zones[CIRCLE_ZONE_RANGE] ? CIRCLE_ZONE_TOP
                                                                   : CIRCLE_ZONE_RANGE;
}

bool circle_dialect_flagless(const struct circle_dialect *d)
{
    return d->flagless > d->flagged;
}

struct circle_object_form circle_dialect_object(const struct circle_dialect *d, size_t words)
{
    size_t at = words > CIRCLE_OBJECT_WORDS ? CIRCLE_OBJECT_WORDS : words,
           best = default_form(words);
    for (size_t i = 0; i < CIRCLE_OBJECT_FORMS; i++)
        if (words >= least_words(&forms[i]) && d->takes[at][i] > d->takes[at][best])
            best = i;
    struct circle_object_form f = forms[best];
    int left = (int)words - (int)least_words(&f);
    if (f.affects > left)
        f.affects = left > 0 && f.affects == 1 ? 1 : 0;
    return f;
}

size_t circle_dialect_more(const struct circle_dialect *d, enum circle_texts kind,
                           bool *forms_of_name)
{
    assert(kind < CIRCLE_TEXT_KINDS && forms_of_name);
    size_t most = TEXTS, all = 0;
    for (size_t i = TEXTS; i <= CIRCLE_TEXTS; i++) {
        all += d->texts[kind][i];
        if (d->texts[kind][i] > d->texts[kind][most])
            most = i;
    }
    *forms_of_name = d->forms[kind] * 2 > all;
    return most > TEXTS && d->texts[kind][most] * 2 > all ? most - TEXTS : 0;
}
