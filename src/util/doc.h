// A document: a tree of JSON-like values in which every value knows where it stood in its file.
// `store` turns JSON text into documents and back; `world` reads attributes from documents and
// writes them to documents. So `world` needs no JSON, and `store` no attributes.
// Threads: one owner at a time; immutable documents may be read by many.  Locks: none.
// Ownership: a document owns all its nodes (one arena) and is freed whole.
#ifndef UTIL_DOC_H
#define UTIL_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum doc_kind { DOC_NULL, DOC_BOOL, DOC_INT, DOC_REAL, DOC_STRING, DOC_ARRAY, DOC_OBJECT };

struct doc_node {
    uint8_t kind;      // enum doc_kind
    uint32_t line;     // 1-based; 0 when made by the program
    uint32_t column;   // 1-based, in bytes
    uint32_t key_line; // where the member's name stands, for members of an object
    uint32_t key_column;
    const char *key;       // member name inside an object, else NULL
    struct doc_node *next; // next member or element, in file order
    union {
        bool boolean;
        int64_t integer;
        double real;
        struct {
            const char *text; // UTF-8, NUL-terminated, no NUL inside
            size_t length;
        } string;
        struct {
            struct doc_node *first, *last;
            uint32_t count;
        } list; // array or object
    };
};

struct arena;
struct buf;
struct doc; // opaque: the arena and the root

struct doc *doc_new(const char *name); // name: file name for messages, copied
// The same with the memory of many documents in one: what doc_free gives back, the arena keeps.
// The arena outlives the document, and both have the same owner.
struct doc *doc_new_in(const char *name, struct arena *memory);
void doc_free(struct doc *d);
// Forgets all nodes and keeps some of their memory, for one small document after the other.
void doc_clear(struct doc *d);
const char *doc_name(const struct doc *d);
struct doc_node *doc_root(const struct doc *d); // NULL until set
void doc_set_root(struct doc *d, struct doc_node *root);
// Before the first node: about how many there will be.
void doc_expect(struct doc *d, size_t nodes);
// Hands over memory that nodes of the document borrow from: doc_free calls `release` with it. One
// piece of memory for each document.
void doc_keep(struct doc *d, void *memory, void (*release)(void *memory));

// Nodes; strings are copied into the arena. A node belongs to one parent at the most.
struct doc_node *doc_null(struct doc *d);
struct doc_node *doc_bool(struct doc *d, bool v);
struct doc_node *doc_int(struct doc *d, int64_t v);
struct doc_node *doc_real(struct doc *d, double v);
struct doc_node *doc_string(struct doc *d, const char *s);
struct doc_node *doc_stringn(struct doc *d, const char *s, size_t n);
struct doc_node *doc_array(struct doc *d);
struct doc_node *doc_object(struct doc *d);
void doc_append(struct doc_node *array, struct doc_node *value);
// Adds a member at the end; `key` is copied. The caller sees to it that it is not there yet.
void doc_put(struct doc *d, struct doc_node *object, const char *key, struct doc_node *value);
// The same without a copy: the text must live as long as the document (see doc_keep).
struct doc_node *doc_string_borrow(struct doc *d, const char *s, size_t n);
// Room for a text of n bytes and its end, for both of these.
char *doc_text(struct doc *d, size_t n);
void doc_put_borrow(struct doc_node *object, const char *key, struct doc_node *value);

// Borrowed; NULL when absent or when `object` is not an object. Linear: objects are small; for
// large tables iterate instead.
struct doc_node *doc_get(const struct doc_node *object, const char *key);
const char *doc_kind_name(enum doc_kind kind); // "a string", "an object", … for messages

#define doc_foreach(child, parent)                                                                 \
    for (struct doc_node *child = (parent)->list.first; child; child = child->next)

// Problems: what was wrong in a document, gathered so that all can be reported together. Beyond
// DOC_MAX_PROBLEMS errors, and as many warnings, they are counted and no longer kept.
#define DOC_MAX_PROBLEMS 10000
enum doc_severity { DOC_ERROR, DOC_WARNING };

struct doc_problem {
    enum doc_severity severity;
    char *file;
    uint32_t line, column;
    char *text; // "what, and what was expected"
};

struct doc_problems {
    struct doc_problem *list;
    size_t count, cap;       // of the list
    size_t errors, warnings; // all of them, kept or not
};

#define DOC_PROBLEMS_INIT                                                                          \
    {                                                                                              \
        NULL, 0, 0, 0, 0                                                                           \
    }

void doc_problems_fini(struct doc_problems *p);
// `at` may be NULL (whole file). Positions at the value; _key positions at the member's name.
__attribute__((format(printf, 4, 5))) void doc_error(struct doc_problems *p, const struct doc *d,
                                                     const struct doc_node *at, const char *fmt,
                                                     ...);
__attribute__((format(printf, 4, 5))) void doc_error_key(struct doc_problems *p,
                                                         const struct doc *d,
                                                         const struct doc_node *at, const char *fmt,
                                                         ...);
__attribute__((format(printf, 4, 5))) void doc_warning(struct doc_problems *p, const struct doc *d,
                                                       const struct doc_node *at, const char *fmt,
                                                       ...);
__attribute__((format(printf, 6, 7))) void doc_problem_at(struct doc_problems *p,
                                                          enum doc_severity severity,
                                                          const char *file, uint32_t line,
                                                          uint32_t column, const char *fmt, ...);
void doc_problems_sort(struct doc_problems *p);                    // by file, line, column
void doc_problems_sort_from(struct doc_problems *p, size_t first); // those from `first` on
// "file:line:column: error: text", one a line, in the order of the list.
void doc_problems_write(struct buf *out, const struct doc_problems *p);

// Readers of one value: when the node is of another kind, they add a problem and return false.
bool doc_want_string(struct doc_problems *p, const struct doc *d, const struct doc_node *n,
                     const char **out);
bool doc_want_bool(struct doc_problems *p, const struct doc *d, const struct doc_node *n,
                   bool *out);
bool doc_want_int(struct doc_problems *p, const struct doc *d, const struct doc_node *n,
                  int64_t min, int64_t max, int64_t *out);
bool doc_want_kind(struct doc_problems *p, const struct doc *d, const struct doc_node *n,
                   enum doc_kind kind);
// "90s", "5m", "1h30m" or a whole number of seconds, in milliseconds; 0 to 30 days.
bool doc_want_duration(struct doc_problems *p, const struct doc *d, const struct doc_node *n,
                       int64_t *ms);
// Complains of members of an object that are not in `known` (NULL-terminated), with the nearest one
// that is; `where` names the object ("a zone file") or is NULL.
void doc_want_known(struct doc_problems *p, const struct doc *d, const struct doc_node *object,
                    const char *const *known, const char *where);
// Nearest of `names` (NULL-terminated) to `word` by edit distance, or NULL when none is near.
const char *doc_nearest(const char *word, const char *const *names);

#endif
