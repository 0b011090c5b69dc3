// Fuzz target for the import of CircleMUD worlds, from files to zone documents. The input is the
// files of one world, first of rooms, then of mobiles and so on, a byte 1 between each and the
// next. Beyond what the sanitizers see, it checks that every record is accounted for and that what
// comes out is JSON.
#include "fuzz.h"

#include <string.h>

#include "store/json.h"
#include "tools/circle_export.h"
#include "tools/circle_parse.h"
#include "util/buf.h"
#include "util/doc.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct circle_report report = CIRCLE_REPORT_INIT;
    struct circle_world world;
    const char *at = (const char *)data, *end = at + size;
    circle_world_init(&world, &report);
    for (int kind = 0; kind < CIRCLE_FILES && at < end; kind++) {
        const char *stop = memchr(at, 1, (size_t)(end - at));
        size_t n = (size_t)((stop ? stop : end) - at);
        circle_parse(&world, (enum circle_file)kind, "input", at, n);
        at += n + 1;
    }
    circle_world_settle(&world);
    int64_t *starts;
    size_t count = circle_export_starts(&world, NULL, 0, &starts);
    MUST(!circle_export(&world, starts, count, read_back, NULL));
    for (int i = 0; i < CIRCLE_KINDS; i++) {
        const struct circle_count *c = &report.counts[i];
        MUST(c->read == c->written + c->data + c->lost);
    }
    struct buf text = BUF_INIT;
    circle_report_list(&report, &text);
    circle_report_table(&report, &text);
    buf_fini(&text);
    free(starts);
    circle_world_fini(&world);
    circle_report_fini(&report);
    return 0;
}
