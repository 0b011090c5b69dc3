// For the tests of circle_*: files as text in, the zones' JSON as text out.
#ifndef TESTS_UNIT_TOOLS_CIRCLE_KIT_H
#define TESTS_UNIT_TOOLS_CIRCLE_KIT_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "store/json.h"
#include "tools/import/circle_export.h"
#include "tools/import/circle_parse.h"
#include "util/buf.h"
#include "util/doc.h"

enum { KIT_ZONES = 16 };

struct kit {
    struct circle_report report;
    struct circle_world world;
    struct buf json[KIT_ZONES]; // of each zone, on one line
    size_t zones;
    struct buf complaints;
};

static inline void kit_init(struct kit *k)
{
    *k = (struct kit){.report = CIRCLE_REPORT_INIT};
    circle_world_init(&k->world, &k->report);
}

static inline void kit_fini(struct kit *k)
{
    for (size_t i = 0; i < k->zones; i++)
        buf_fini(&k->json[i]);
    buf_fini(&k->complaints);
    circle_world_fini(&k->world);
    circle_report_fini(&k->report);
}

static inline void kit_read(struct kit *k, enum circle_file kind, const char *text)
{
    char name[16] = "test.";
    strncat(name, circle_parse_suffix(kind), sizeof(name) - strlen(name) - 1);
    circle_parse(&k->world, kind, name, text, strlen(text));
}

// Braces stand close to what they hold, so that expectations read like C.
static inline void kit_close_braces(struct buf *b)
{
    size_t out = 0;
    for (size_t i = 0; i < b->len; i++) {
        bool blank = b->data[i] == ' ' && i > 0 && i + 1 < b->len;
        if (!blank || (b->data[i - 1] != '{' && b->data[i + 1] != '}'))
            b->data[out++] = b->data[i];
    }
    buf_truncate(b, out);
}

static inline int kit_keep(void *context, const struct circle_zone *zone, struct doc *d)
{
    struct kit *k = context;
    (void)zone;
    ck_assert_uint_lt(k->zones, KIT_ZONES);
    ck_assert(json_write(&k->json[k->zones], doc_root(d), JSON_ONE_LINE));
    kit_close_braces(&k->json[k->zones++]);
    return 0;
}

static inline void kit_export(struct kit *k)
{
    int64_t *starts;
    circle_world_settle(&k->world);
    size_t n = circle_export_starts(&k->world, NULL, 0, &starts);
    ck_assert_int_eq(circle_export(&k->world, starts, n, kit_keep, k), 0);
    free(starts);
    circle_report_list(&k->report, &k->complaints);
    for (int i = 0; i < CIRCLE_KINDS; i++) {
        const struct circle_count *c = &k->report.counts[i];
        ck_assert_msg(c->read == c->written + c->data + c->lost,
                      "kind %d: read %zu, written %zu, data %zu, lost %zu\n%s", i, c->read,
                      c->written, c->data, c->lost, buf_str(&k->complaints));
    }
}

#define kit_has(k, zone, part)                                                                     \
    ck_assert_msg(strstr(buf_str(&(k)->json[zone]), (part)), "no %s in\n%s", (part),               \
                  buf_str(&(k)->json[zone]))
#define kit_lacks(k, zone, part)                                                                   \
    ck_assert_msg(!strstr(buf_str(&(k)->json[zone]), (part)), "%s in\n%s", (part),                 \
                  buf_str(&(k)->json[zone]))
#define kit_complains(k, part)                                                                     \
    ck_assert_msg(strstr(buf_str(&(k)->complaints), (part)), "no \"%s\" in\n%s", (part),           \
                  buf_str(&(k)->complaints))
#define kit_content(k) ck_assert_str_eq(buf_str(&(k)->complaints), "")

// One zone from 100 to 199, in the newest form.
#define KIT_ZONE "#1\nAda~\nThe Ford~\n100 199 20 2 0 0 0 0 1 10\nS\n$\n"

static inline int kit_run(const char *name, TCase *cases)
{
    Suite *s = suite_create(name);
    suite_add_tcase(s, cases);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
