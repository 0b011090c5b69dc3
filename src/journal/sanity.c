// Walks the trees of an LMDB 0.9 file with pread, so that no damage can make it fault, before LMDB
// opens it: each page must have its own number, be reached once, and hold nodes that lie within it.
// A reader's transaction is open meanwhile, so that a running server reuses no page of the
// snapshot.
#include "journal/sanity.h"

#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <lmdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    HEAD = 16, // header of a page: its number, two unused bytes, flags, and where its free space is
    NODE = 8,  // header of a node: size or page number, flags, size of the key
    META_PAGES = 2,
    PAGE_MIN = 512,
    PAGE_MAX = 32768,
    DEPTH_MAX = 32,
    TABLE = 48,
    TRIES = 4,

    PAGE_BRANCH = 1,
    PAGE_LEAF = 2,
    PAGE_OVERFLOW = 4,
    PAGE_META = 8,
    NODE_BIG = 1,   // its value is in pages of its own
    NODE_TABLE = 2, // its value is the root of another tree
};

static const uint32_t magic = 0xBEEFC0DE;

// A tree, as its root record describes it.
struct table {
    uint32_t pad; // in the table of free pages: the size of a page
    uint16_t flags, depth;
    uint64_t branches, leaves, overflows, entries, root;
};

struct meta {
    uint32_t magic, version;
    uint64_t address, map;
    struct table tables[2]; // of free pages; of tables
    uint64_t last_page, transaction;
};

_Static_assert(sizeof(struct table) == TABLE && sizeof(struct meta) == 136, "as on the disk");

struct walk {
    int fd;
    size_t page_size;
    uint64_t pages; // how many pages the file has
    struct meta meta;
    unsigned char *met;  // a bit for each page of the file that was reached
    unsigned char *room; // one page for each depth of each of two trees
    struct error *why;
};

// A tree that is being walked, and its counts so far.
struct tree {
    struct table table;
    bool numbers; // its keys are numbers
    bool of_free; // it lists free pages
    bool of_tables;
    struct table counted;
    size_t level;   // index in `room` of its first page
    uint64_t least; // the smallest number that the next key may be
};

// A failure of the system, which says nothing about the file.
static int cannot_be_checked(struct walk *w, const char *what, int error, const char *text)
{
    return error_set(w->why, file_error_is_outside(error) ? -error : -EINVAL, "cannot be %s: %s",
                     what, text);
}

static uint16_t get16(const unsigned char *p)
{
    uint16_t n;
    memcpy(&n, p, sizeof(n));
    return n;
}

static uint64_t get64(const unsigned char *p)
{
    uint64_t n;
    memcpy(&n, p, sizeof(n));
    return n;
}

static int sanity_read_at(struct walk *w, void *to, size_t n, uint64_t at)
{
    ssize_t got;
    do
        got = pread(w->fd, to, n, (off_t)at);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return cannot_be_checked(w, "read", errno, strerror(errno));
    return (size_t)got == n
               ? 0
               : error_set(w->why, -EINVAL, "cut off: %zu bytes at %" PRIu64 " are missing",
                           n - (size_t)got, at);
}

static int meet(struct walk *w, uint64_t page, const char *what)
{
    if (page < META_PAGES || page > w->meta.last_page)
        return error_set(w->why, -EINVAL, "%s has number %" PRIu64 ", expected %d to %" PRIu64,
                         what, page, META_PAGES, w->meta.last_page);
    if (page >= w->pages)
        return error_set(w->why, -EINVAL,
                         "cut off: %s is number %" PRIu64 ", and the file has %" PRIu64, what, page,
                         w->pages);
    if (w->met[page / 8] & 1 << page % 8)
        return error_set(w->why, -EINVAL, "page %" PRIu64 " is used twice", page);
    w->met[page / 8] |= (unsigned char)(1 << page % 8);
    return 0;
}

// Visits the pages of one long value.
static int meet_overflow(struct walk *w, struct tree *t, uint64_t first, uint64_t bytes)
{
    unsigned char head[HEAD];
    int r = meet(w, first, "a long value");
    if (!r)
        r = sanity_read_at(w, head, HEAD, first * w->page_size);
    if (r)
        return r;
    uint32_t count;
    memcpy(&count, head + 12, sizeof(count));
    if (get64(head) != first || get16(head + 10) != PAGE_OVERFLOW ||
        count < (HEAD - 1 + bytes) / w->page_size + 1)
        return error_set(w->why, -EINVAL, "page %" PRIu64 " is not the long value it should be",
                         first);
    for (uint64_t i = 1; i < count && !r; i++)
        r = meet(w, first + i, "a page of a long value");
    t->counted.overflows += count;
    return r;
}

// Checks the list of free pages that one transaction has left: a count and that many numbers,
// descending.
static int take_free(struct walk *w, uint64_t at, const unsigned char *list, uint64_t bytes)
{
    uint64_t count = bytes >= 8 ? get64(list) : UINT64_MAX, before = UINT64_MAX;
    if (bytes % 8 || count > bytes / 8 - 1)
        return error_set(w->why, -EINVAL,
                         "the list of pages freed by transaction %" PRIu64 " has no good length",
                         at);
    for (uint64_t i = 1; i <= count; i++) {
        uint64_t page = get64(list + 8 * i);
        if (page >= before)
            return error_set(w->why, -EINVAL,
                             "the list of pages freed by transaction %" PRIu64 " is out of order",
                             at);
        before = page;
        // A page that was freed before it was ever written may lie beyond the end.
        int r = page >= w->pages && page <= w->meta.last_page ? 0 : meet(w, page, "a free page");
        if (r)
            return r;
    }
    return 0;
}

static int long_free_list(struct walk *w, uint64_t at, uint64_t page, uint64_t bytes)
{
    unsigned char *list = mem_alloc(bytes);
    int r = sanity_read_at(w, list, bytes, page * w->page_size + HEAD);
    if (!r)
        r = take_free(w, at, list, bytes);
    free(list);
    return r;
}

static int walk_tree(struct walk *w, const struct table *table, const char *name, size_t level,
                     struct tree *t);

static int check_table(struct walk *w, const unsigned char *name, size_t n,
                       const unsigned char *value)
{
    struct table table;
    char text[32];
    struct tree t = {0};
    memcpy(&table, value, sizeof(table));
    snprintf(text, sizeof(text), "%.*s", (int)n, (const char *)name);
    t.numbers = table.flags == MDB_INTEGERKEY;
    if (table.flags && !t.numbers)
        return error_set(w->why, -EINVAL, "table %s has flags %#x, expected those of numbers", text,
                         table.flags);
    return walk_tree(w, &table, text, DEPTH_MAX, &t);
}

// Checks a node of a leaf that lies within its page as far as its key goes; `room` bytes follow the
// key.
static int leaf_node(struct walk *w, struct tree *t, const unsigned char *node, size_t room)
{
    uint64_t bytes = get16(node) | (uint64_t)get16(node + 2) << 16;
    unsigned flags = get16(node + 4);
    size_t key = get16(node + 6);
    const unsigned char *value = node + NODE + key;
    bool table = flags == NODE_TABLE && t->of_tables;
    t->counted.entries++;
    if ((flags && flags != NODE_BIG && !table) || (t->of_tables && !table))
        return error_set(w->why, -EINVAL, "a node has flags %#x", flags);
    if (room < (flags == NODE_BIG ? 8 : bytes) || (table && bytes != TABLE))
        return error_set(w->why, -EINVAL, "a value does not fit into its page");
    if (table)
        return check_table(w, node + NODE, key, value);
    int r = flags == NODE_BIG ? meet_overflow(w, t, get64(value), bytes) : 0;
    if (r || !t->of_free)
        return r;
    uint64_t at = get64(node + NODE);
    if (at > w->meta.transaction)
        return error_set(w->why, -EINVAL,
                         "transaction %" PRIu64 " has freed pages, and the last was %" PRIu64, at,
                         w->meta.transaction);
    return flags == NODE_BIG ? long_free_list(w, at, get64(value), bytes)
                             : take_free(w, at, value, bytes);
}

static int walk_page(struct walk *w, struct tree *t, uint64_t number, size_t depth);

static int page_nodes(struct walk *w, struct tree *t, const unsigned char *page, size_t depth)
{
    bool leaf = depth == t->table.depth;
    size_t lower = get16(page + 12), count = (lower - HEAD) / 2;
    int r = 0;
    for (size_t i = 0; i < count && !r; i++) {
        size_t at = get16(page + HEAD + 2 * i);
        if (at < lower || at + NODE > w->page_size)
            return error_set(w->why, -EINVAL, "page %" PRIu64 ": node %zu lies outside of it",
                             get64(page), i);
        const unsigned char *node = page + at;
        size_t key = get16(node + 6);
        if (at + NODE + key > w->page_size || (t->numbers && key != 8 && (leaf || i || key)))
            return error_set(w->why, -EINVAL,
                             "page %" PRIu64 ": the key of node %zu is too long or too short",
                             get64(page), i);
        // The first node of a branch stands for all below the second, whatever its key is.
        if (t->numbers && (leaf || i)) {
            if (get64(node + NODE) < t->least)
                return error_set(w->why, -EINVAL, "page %" PRIu64 ": node %zu is out of order",
                                 get64(page), i);
            t->least = get64(node + NODE) + leaf;
        }
        r = leaf ? leaf_node(w, t, node, w->page_size - at - NODE - key)
                 : walk_page(w, t,
                             get16(node) | (uint64_t)get16(node + 2) << 16 |
                                 (uint64_t)get16(node + 4) << 32,
                             depth + 1);
    }
    return r;
}

static int walk_page(struct walk *w, struct tree *t, uint64_t number, size_t depth)
{
    unsigned char *page = w->room + (t->level + depth - 1) * w->page_size;
    bool leaf = depth == t->table.depth;
    int r = meet(w, number, "a page");
    if (!r)
        r = sanity_read_at(w, page, w->page_size, number * w->page_size);
    if (r)
        return r;
    size_t lower = get16(page + 12), upper = get16(page + 14);
    if (get64(page) != number)
        return error_set(w->why, -EINVAL, "page %" PRIu64 " calls itself %" PRIu64, number,
                         get64(page));
    if (get16(page + 10) != (leaf ? PAGE_LEAF : PAGE_BRANCH))
        return error_set(w->why, -EINVAL, "page %" PRIu64 " is of another kind than it should be",
                         number);
    if (lower < HEAD + (leaf || t->of_free ? 2 : 4) || lower % 2 || lower > upper ||
        upper > w->page_size)
        return error_set(w->why, -EINVAL, "page %" PRIu64 " has no good bounds", number);
    if (leaf)
        t->counted.leaves++;
    else
        t->counted.branches++;
    return page_nodes(w, t, page, depth);
}

static int walk_tree(struct walk *w, const struct table *table, const char *name, size_t level,
                     struct tree *t)
{
    t->table = *table;
    t->level = level;
    bool empty = table->root == UINT64_MAX;
    if (table->depth > DEPTH_MAX || empty != !table->depth)
        return error_set(w->why, -EINVAL, "table %s has depth %u", name, table->depth);
    int r = empty ? 0 : walk_page(w, t, table->root, 1);
    if (r)
        return r;
    const struct table *c = &t->counted;
    if (c->entries != table->entries || c->branches != table->branches ||
        c->leaves != table->leaves || c->overflows != table->overflows)
        return error_set(w->why, -EINVAL,
                         "table %s has %" PRIu64 " entries, expected %" PRIu64 ", or not its pages",
                         name, c->entries, table->entries);
    return 0;
}

static int read_meta(struct walk *w, unsigned which, struct meta *m)
{
    unsigned char page[HEAD + sizeof(*m)];
    int r = sanity_read_at(w, page, sizeof(page), which * w->page_size);
    if (r)
        return r;
    memcpy(m, page + HEAD, sizeof(*m));
    size_t size = m->tables[0].pad;
    if (!(get16(page + 10) & PAGE_META) || m->magic != magic || m->version != 1)
        return error_set(w->why, -EINVAL, "page %u is not the beginning of a journal", which);
    if (size < PAGE_MIN || size > PAGE_MAX || size & (size - 1))
        return error_set(w->why, -EINVAL, "pages of %zu bytes", size);
    // Transactions write the two meta pages in turn.
    if (m->transaction && m->transaction % 2 != which)
        return error_set(w->why, -EINVAL, "page %u is that of transaction %" PRIu64, which,
                         m->transaction);
    return 0;
}

// Chooses the newer meta page, as LMDB does.
static int read_metas_once(struct walk *w)
{
    struct meta first, second;
    int r = read_meta(w, 0, &first);
    if (r)
        return r;
    w->page_size = first.tables[0].pad;
    r = read_meta(w, 1, &second);
    if (r)
        return r;
    bool newer = second.transaction > first.transaction;
    w->meta = newer ? second : first;
    uint64_t other = newer ? first.transaction : second.transaction;
    if (first.tables[0].pad != second.tables[0].pad)
        return error_set(w->why, -EINVAL, "pages of two sizes");
    if (w->meta.transaction && w->meta.transaction != other + 1)
        return error_set(w->why, -EINVAL,
                         "transaction %" PRIu64 " is said to have come after %" PRIu64,
                         w->meta.transaction, other);
    if (w->meta.tables[0].flags != MDB_INTEGERKEY || w->meta.tables[1].flags)
        return error_set(w->why, -EINVAL, "its tables have flags that are not ours");
    return 0;
}

// Retries, as a running server may write one meta page while the other is read.
static int read_metas(struct walk *w)
{
    int r = -EINVAL;
    for (int i = 0; i < TRIES && r; i++)
        r = read_metas_once(w);
    return r;
}

static int check_all_pages(struct walk *w)
{
    struct stat st;
    struct tree tables = {.of_tables = true}, freed = {.numbers = true, .of_free = true};
    int r = read_metas(w);
    if (r)
        return r;
    if (fstat(w->fd, &st))
        return cannot_be_checked(w, "read", errno, strerror(errno));
    w->pages = (uint64_t)st.st_size / w->page_size;
    w->met = mem_calloc(w->pages / 8 + 1, 1);
    w->room = mem_calloc(2 * DEPTH_MAX, w->page_size);
    r = walk_tree(w, &w->meta.tables[1], "of tables", 0, &tables);
    if (!r)
        r = walk_tree(w, &w->meta.tables[0], "of free pages", 0, &freed);
    free(w->met);
    free(w->room);
    return r;
}

// While the reader's transaction is open, no page of this or a later snapshot is used again.
static int walk_pinned(struct walk *w, const char *data_mdb)
{
    MDB_env *env;
    MDB_txn *txn = NULL;
    char *folder = mem_strdup(data_mdb);
    *strrchr(folder, '/') = '\0';
    int r = mdb_env_create(&env);
    if (!r) {
        r = mdb_env_open(env, folder, MDB_RDONLY | MDB_NOTLS, 0600);
        if (!r)
            r = mdb_txn_begin(env, NULL, MDB_RDONLY, &txn);
        r = r ? cannot_be_checked(w, "opened", r, mdb_strerror(r)) : check_all_pages(w);
        mdb_txn_abort(txn);
        mdb_env_close(env);
    }
    free(folder);
    return r;
}

int sanity_check(const char *data_mdb, struct error *why)
{
    struct walk w = {.page_size = PAGE_MIN, .why = why};
    w.fd = open(data_mdb, O_RDONLY | O_CLOEXEC);
    if (w.fd < 0) {
        int error = errno;
        return error_set_system(why, error, "cannot be read");
    }
    int r = read_metas(&w);
    if (!r)
        r = walk_pinned(&w, data_mdb);
    close(w.fd);
    return r;
}
