// Are two documents the same, with the place of every value? For comparing the quick reader of JSON
// with jansson.
#ifndef TESTS_JSON_SAME_H
#define TESTS_JSON_SAME_H

#include "store/json.h"
#include "store/json_quick.h"
#include "util/doc.h"

#include <stdbool.h>
#include <string.h>

static bool json_same_value(const struct doc_node *a, const struct doc_node *b)
{
    switch ((enum doc_kind)a->kind) {
    case DOC_BOOL:
        return a->boolean == b->boolean;
    case DOC_INT:
        return a->integer == b->integer;
    case DOC_REAL:
        return !memcmp(&a->real, &b->real, sizeof(a->real));
    case DOC_STRING:
        return a->string.length == b->string.length && !strcmp(a->string.text, b->string.text) &&
               strlen(a->string.text) == a->string.length;
    default:
        return true;
    }
}

static bool json_same_node(const struct doc_node *a, const struct doc_node *b)
{
    if (a->kind != b->kind || a->line != b->line || a->column != b->column ||
        a->key_line != b->key_line || a->key_column != b->key_column || !a->key != !b->key ||
        (a->key && strcmp(a->key, b->key) != 0) || !json_same_value(a, b))
        return false;
    if (a->kind != DOC_ARRAY && a->kind != DOC_OBJECT)
        return true;
    const struct doc_node *x = a->list.first, *y = b->list.first;
    for (; x && y; x = x->next, y = y->next)
        if (!json_same_node(x, y))
            return false;
    return !x && !y && a->list.count == b->list.count;
}

// What the quick reader reads, jansson reads too, and makes the same of it. `quick` (may be NULL):
// whether the quick reader has read it.
static bool json_same_by_both(const char *text, size_t n, bool *quick)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct doc *fast = doc_new("t"), *slow = json_read_slowly("t", text, n, &p);
    bool read = json_quick_read(fast, text, n);
    bool same = !read || (slow && json_same_node(doc_root(fast), doc_root(slow)));
    if (quick)
        *quick = read;
    doc_free(fast);
    doc_free(slow);
    doc_problems_fini(&p);
    return same;
}

#endif
