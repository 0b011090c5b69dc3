// Fuzz target for the import of CircleMUD worlds, from files to zone documents. The input is the
// files of one world, first of rooms, then of mobiles and so on, a byte 1 between each and the
// next; then the name of their encoding, if there is more. Beyond what the sanitizers see, it
// checks that every record is accounted for and that what comes out is JSON, with or without a
// survey.
#include "fuzz.h"

#include <string.h>

#include "store/json.h"
#include "tools/import/circle_encoding.h"
#include "tools/import/circle_export.h"
#include "tools/import/circle_parse.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/utf8.h"

static int read_back(void *context, const struct circle_zone *zone, struct doc *d)
{
    struct buf text = BUF_INIT;
    (void)context;
    (void)zone;
    MUST(json_write(&text, doc_root(d), JSON_PRETTY));
    struct doc *again = json_read("zone", buf_str(&text), text.len, NULL);
    MUST(again);
    doc_free(again);
    buf_fini(&text);
    return 0;
}

struct part {
    const char *bytes;
    size_t n;
};

static size_t split(const uint8_t *data, size_t size, struct part parts[CIRCLE_FILES + 1])
{
    const char *at = (const char *)data, *end = at + size;
    size_t count = 0;
    for (; count <= CIRCLE_FILES && at < end; count++) {
        const char *stop = memchr(at, 1, (size_t)(end - at));
        size_t n = (size_t)((stop ? stop : end) - at);
        parts[count] = (struct part){at, n};
        at += n + 1;
    }
    return count;
}

// As circle_load does: decoded, surveyed, and only then parsed.
static void read_surveyed(struct circle_world *w, const struct part *parts, size_t count)
{
    struct buf texts[CIRCLE_FILES] = {BUF_INIT};
    size_t files = count < CIRCLE_FILES ? count : CIRCLE_FILES;
    char name[16] = "";
    if (count > CIRCLE_FILES && parts[CIRCLE_FILES].n < sizeof(name))
        memcpy(name, parts[CIRCLE_FILES].bytes, parts[CIRCLE_FILES].n);
    for (size_t i = 0; i < files; i++) {
        circle_encoding_decode(&texts[i], circle_encoding_known(name) ? name : NULL, parts[i].bytes,
                               parts[i].n);
        MUST(utf8_valid(buf_str(&texts[i]), texts[i].len));
        circle_dialect_survey(&w->dialect, (int)i, buf_str(&texts[i]), texts[i].len);
    }
    circle_dialect_decide(&w->dialect);
    for (size_t i = 0; i < files; i++)
        circle_parse(w, (enum circle_file)i, "input", buf_str(&texts[i]), texts[i].len);
    for (size_t i = 0; i < CIRCLE_FILES; i++)
        buf_fini(&texts[i]);
}

static void settle_and_export(struct circle_world *w, struct circle_report *report)
{
    int64_t *starts;
    circle_world_settle(w);
    size_t count = circle_export_starts(w, NULL, 0, &starts);
    MUST(!circle_export(w, starts, count, read_back, NULL));
    for (int i = 0; i < CIRCLE_KINDS; i++) {
        const struct circle_count *c = &report->counts[i];
        MUST(c->read == c->written + c->data + c->lost && c->part <= c->written);
    }
    for (int i = 0; i < CIRCLE_FIELDS; i++)
        MUST(report->fields[i].have <= report->fields[i].of);
    struct buf text = BUF_INIT;
    for (int all = 0; all < 2; all++) {
        report->all = all;
        circle_report_list(report, &text);
    }
    circle_report_table(report, &text);
    circle_report_doubts(report, &text);
    MUST(utf8_valid(buf_str(&text), text.len));
    buf_fini(&text);
    free(starts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct part parts[CIRCLE_FILES + 1];
    size_t count = split(data, size, parts);
    for (int surveyed = 0; surveyed < 2; surveyed++) {
        struct circle_report report = CIRCLE_REPORT_INIT;
        struct circle_world world;
        circle_world_init(&world, &report);
        if (surveyed)
            read_surveyed(&world, parts, count);
        for (size_t i = 0; !surveyed && i < count && i < CIRCLE_FILES; i++)
            circle_parse(&world, (enum circle_file)i, "input", parts[i].bytes, parts[i].n);
        settle_and_export(&world, &report);
        circle_world_fini(&world);
        circle_report_fini(&report);
    }
    return 0;
}
