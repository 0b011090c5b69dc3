// The results of the checker for machines: SARIF 2.1.0 for code scanning, JUnit for test reports.
// Written once at the end of a run, when no more reports can come.
#include "check/check_report_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static int save(const char *path, struct buf *b)
{
    assert(path && b);
    FILE *f = fopen(path, "w");
    size_t done = f ? fwrite(b->data, 1, b->len, f) : 0;
    int status = !f || done != b->len ? -1 : 0;
    if (f && fclose(f))
        status = -1;
    buf_fini(b);
    return status;
}

static void sarif_rules(struct buf *b)
{
    const char *gap = "";
    for (int code = 1; code < CHECK_CODES; code++) {
        const char *title = check_report_title((enum check_code)code);
        if (!title)
            continue;
        buf_addf(b, "%s{\"id\":\"L%03d\",\"name\":\"%s\",\"helpUri\":\"docs/locking.md#l%03d\"}",
                 gap, code, title, code);
        gap = ",";
    }
}

static void sarif_result(struct buf *b, const struct problem *p)
{
    assert(p->severity <= CHECK_REPORT_ERROR);
    static const char *const levels[] = {"note", "warning", "error"};
    buf_addf(
        b, "{\"ruleId\":\"L%03d\",\"level\":\"%s\",\"occurrenceCount\":%llu,\"message\":{\"text\":",
        (int)p->code, levels[p->severity], (unsigned long long)p->count);
    check_report_text_quote(b, p->text ? p->text : "suppressed");
    buf_addc(b, '}');
    if (p->site && p->site->line) { // a site that is known by its address only has no line
        buf_adds(b, ",\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"");
        const char *file = site_file(p->site);
        buf_addf(b, "%s%s\"},\"region\":{\"startLine\":%d}}}]",
                 strncmp(file, "tests/", 6) ? "src/" : "", file, p->site->line);
    }
    if (p->suppression >= 0)
        buf_adds(b, ",\"suppressions\":[{\"kind\":\"external\"}]");
    buf_addc(b, '}');
}

int check_report_sarif(const char *path)
{
    struct buf b = BUF_INIT;
    size_t n;
    const struct problem *list = check_report_problems(&n);
    buf_adds(&b, "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","
                 "\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"latchkey\","
                 "\"version\":\"" LATCHKEY_VERSION "\",\"rules\":[");
    sarif_rules(&b);
    buf_adds(&b, "]}},\"results\":[");
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addc(&b, ',');
        sarif_result(&b, &list[i]);
    }
    buf_adds(&b, "]}]}\n");
    return save(path, &b);
}

static void xml(struct buf *b, const char *text)
{
    assert(text);
    for (; *text; text++)
        switch (*text) {
        case '<':
            buf_adds(b, "&lt;");
            break;
        case '&':
            buf_adds(b, "&amp;");
            break;
        case '"':
            buf_adds(b, "&quot;");
            break;
        default:
            buf_addc(b, *text);
        }
}

// Writes one test case for each code, so that a clean run shows which codes were checked.
static void junit_case(struct buf *b, int code, const struct problem *list, size_t n)
{
    assert(code > 0 && code < CHECK_CODES);
    buf_addf(b, "  <testcase classname=\"locks\" name=\"L%03d %s\"", code,
             check_report_title((enum check_code)code));
    bool open = false;
    for (size_t i = 0; i < n; i++) {
        const struct problem *p = &list[i];
        if ((int)p->code != code || p->suppression >= 0 || p->severity != CHECK_REPORT_ERROR)
            continue;
        buf_addf(b, "%s    <failure message=\"%llu times at ", open ? "" : ">\n",
                 (unsigned long long)p->count);
        struct buf site = BUF_INIT;
        check_report_text_site(&site, p->site);
        xml(b, buf_str(&site));
        buf_fini(&site);
        buf_adds(b, "\">");
        xml(b, p->text ? p->text : "");
        buf_adds(b, "</failure>\n");
        open = true;
    }
    buf_adds(b, open ? "  </testcase>\n" : "/>\n");
}

int check_report_junit(const char *path)
{
    struct buf b = BUF_INIT;
    size_t n;
    const struct problem *list = check_report_problems(&n);
    unsigned tests = 0, failures = 0;
    for (int code = 1; code < CHECK_CODES; code++)
        tests += check_report_title((enum check_code)code) != NULL;
    for (size_t i = 0; i < n; i++)
        failures += list[i].suppression < 0 && list[i].severity == CHECK_REPORT_ERROR;
    buf_addf(&b,
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
             "<testsuite name=\"lock checker\" tests=\"%u\" failures=\"%u\">\n",
             tests, failures);
    for (int code = 1; code < CHECK_CODES; code++)
        if (check_report_title((enum check_code)code))
            junit_case(&b, code, list, n);
    buf_adds(&b, "</testsuite>\n");
    return save(path, &b);
}
