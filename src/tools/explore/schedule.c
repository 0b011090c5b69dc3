// Reads and writes schedules. Lines: a first line with the version, "scenario", "seed", "hash",
// "loops" if there are several, "guests" if they run commands, then "choices" with words CHOICE or
// CHOICE*TIMES.
#include "tools/explore/schedule.h"

#include "engine/explore/explore.h"
#include "util/mem.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char head[] = "latchkey schedule 1";

int schedule_write(const char *path, const struct schedule *s, const char *title)
{
    assert(path && s->scenario && title && (s->choices || !s->count));
    FILE *f = fopen(path, "w");
    if (!f)
        return -errno;
    fprintf(f, "%s\n# %s\nscenario %s\nseed %" PRIu64 "\nhash %016" PRIx64 "\n", head, title,
            s->scenario, s->seed, s->hash);
    if (s->loops > 1)
        fprintf(f, "loops %u\n", s->loops);
    fprintf(f, "%schoices", s->guests ? "guests\n" : "");
    size_t on_line = 0;
    for (size_t i = 0, run; i < s->count; i += run) {
        for (run = 1; i + run < s->count && s->choices[i + run] == s->choices[i]; run++)
            ;
        fprintf(f, run > 1 ? " %u*%zu" : " %u", s->choices[i], run);
        if (++on_line % 16 == 0 && i + run < s->count)
            fputs("\nchoices", f);
    }
    fputc('\n', f);
    int r = ferror(f) ? -EIO : 0;
    return fclose(f) && r == 0 ? -errno : r;
}

// Adds the choices of one line; false when a word is not a choice.
static bool add_choices(struct schedule *s, char *words)
{
    assert(s->count <= EXPLORE_CHOICES_MAX);
    char *save = NULL;
    for (char *word = strtok_r(words, " \n", &save); word; word = strtok_r(NULL, " \n", &save)) {
        char *end;
        unsigned long choice = strtoul(word, &end, 10), times = 1;
        if (*end == '*')
            times = strtoul(end + 1, &end, 10);
        if (*end || choice > UINT16_MAX || !times || times > EXPLORE_CHOICES_MAX - s->count)
            return false;
        for (unsigned long i = 0; i < times; i++)
            s->choices[s->count++] = (uint16_t)choice;
    }
    return true;
}

static const char *add_line(struct schedule *s, char *line)
{
    if (!strncmp(line, "scenario ", 9)) {
        free(s->scenario);
        s->scenario = mem_strndup(line + 9, strcspn(line + 9, "\n"));
    } else if (!strncmp(line, "seed ", 5)) {
        s->seed = strtoull(line + 5, NULL, 10);
    } else if (!strncmp(line, "hash ", 5)) {
        s->hash = strtoull(line + 5, NULL, 16);
    } else if (!strncmp(line, "loops ", 6)) {
        s->loops = (unsigned)strtoul(line + 6, NULL, 10);
        if (!s->loops || s->loops >= EXPLORE_VTHREADS_MAX)
            return "expected a number of loops";
    } else if (!strcmp(line, "guests\n")) {
        s->guests = true;
    } else if (!strncmp(line, "choices", 7)) {
        return add_choices(s, line + 7) ? NULL : "expected CHOICE or CHOICE*TIMES";
    } else if (*line != '#' && *line != '\n') {
        return "expected scenario, seed, hash, loops, guests or choices";
    }
    return NULL;
}

struct schedule *schedule_read(const char *path)
{
    assert(path);
    FILE *f = fopen(path, "r");
    char line[4096];
    if (!f) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return NULL;
    }
    struct schedule *s = mem_new(struct schedule);
    s->choices = mem_alloc(EXPLORE_CHOICES_MAX * sizeof(*s->choices));
    const char *wrong = NULL;
    int n = 1;
    if (!fgets(line, sizeof(line), f) || strncmp(line, head, sizeof(head) - 1))
        wrong = "expected \"latchkey schedule 1\"";
    while (!wrong && fgets(line, sizeof(line), f)) {
        n++;
        wrong = add_line(s, line);
    }
    fclose(f);
    if (!wrong && !s->scenario)
        wrong = "expected a line scenario FILE";
    if (!wrong)
        return s;
    fprintf(stderr, "%s:%d:1: %s\n", path, n, wrong);
    schedule_free(s);
    return NULL;
}

void schedule_free(struct schedule *s)
{
    if (!s)
        return;
    free(s->scenario);
    free(s->choices);
    free(s);
}
