// Searches every page of an LMDB 0.9 file for leaves with records, following no link except from a
// leaf to a long value, and every block of the write-ahead log, valid or not. Keeps an index while
// it works; changes nothing. Old pages hold records too, which are correct, as no record is ever
// changed.
#include "journal/salvage.h"

#include "journal/record.h"
#include "journal/wal.h"
#include "util/mem.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD = 16, NODE = 8, PAGE_LEAF = 2, PAGE_USUAL = 4096, PAGE_SIZE_AT = 40, NODE_BIG = 1 };

struct found {
    uint64_t number;
    const unsigned char *bytes;
    size_t n;
};

struct search {
    const unsigned char *file;
    size_t size, page_size;
    uint64_t from;
    struct found *list;
    size_t count, room;
};

static uint64_t salvage_get(const unsigned char *p, size_t bytes)
{
    assert(bytes <= sizeof(uint64_t));
    uint64_t n = 0;
    memcpy(&n, p, bytes); // LMDB writes numbers in the machine's order, which is little endian
    return n;
}

static void salvage_record(struct search *s, uint64_t number, const unsigned char *bytes, size_t n)
{
    struct record r;
    uint32_t locks[RECORD_LOCKS_MAX];
    const char *why;
    if (number < s->from || record_decode(bytes, n, &r, locks, &why) != 0 || r.number != number)
        return;
    if (s->count == s->room) {
        s->room = s->room ? s->room * 2 : 1024;
        s->list = mem_realloc_array(s->list, s->room, sizeof(*s->list));
    }
    s->list[s->count++] = (struct found){number, bytes, n};
}

static void look_at_node(struct search *s, size_t at, size_t end)
{
    const unsigned char *node = s->file + at;
    if (at + NODE + sizeof(uint64_t) > end || salvage_get(node + 6, 2) != sizeof(uint64_t))
        return;
    size_t n = salvage_get(node, 4), value = at + NODE + sizeof(uint64_t);
    if (salvage_get(node + 4, 2) & NODE_BIG) {
        if (value + sizeof(uint64_t) > end)
            return;
        uint64_t page = salvage_get(s->file + value, sizeof(page));
        if (page >= s->size / s->page_size)
            return;
        value = page * s->page_size + HEAD;
        end = s->size;
    }
    if (value < end && n <= end - value)
        salvage_record(s, salvage_get(node + NODE, sizeof(uint64_t)), s->file + value, n);
}

static void look_at_page(struct search *s, size_t start)
{
    assert(start + s->page_size <= s->size);
    size_t end = start + s->page_size;
    if (!(salvage_get(s->file + start + 10, 2) & PAGE_LEAF))
        return;
    size_t lower = salvage_get(s->file + start + 12, 2);
    for (size_t i = HEAD; i + 2 <= lower && i + 2 <= s->page_size; i += 2)
        look_at_node(s, start + salvage_get(s->file + start + i, 2), end);
}

static int salvage_by_number(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    return x->number < y->number ? -1 : x->number > y->number;
}

static void hand_over(struct search *s, bool (*each)(void *arg, const void *bytes, size_t n),
                      void *arg)
{
    if (s->count)
        qsort(s->list, s->count, sizeof(*s->list), salvage_by_number);
    uint64_t next = s->from;
    for (size_t i = 0, j; i < s->count && s->list[i].number == next; i = j, next++) {
        const struct found *f = &s->list[i];
        for (j = i + 1; j < s->count && s->list[j].number == next; j++)
            if (s->list[j].n != f->n || memcmp(s->list[j].bytes, f->bytes, f->n) != 0)
                return;
        if (!each(arg, f->bytes, f->n))
            return;
    }
}

static void look_at_pages(struct search *s)
{
    s->page_size = salvage_get(s->file + PAGE_SIZE_AT, 4);
    if (s->page_size < 512 || s->page_size > 32768 || s->page_size & (s->page_size - 1))
        s->page_size = PAGE_USUAL;
    for (size_t at = 0; at + s->page_size <= s->size; at += s->page_size)
        look_at_page(s, at);
}

static void take_from_wal(void *arg, uint64_t number, const char *bytes, size_t n)
{
    salvage_record(arg, number, (const unsigned char *)bytes, n);
}

static void salvage_wal(struct search *s, const struct wal_list *wal)
{
    wal_each(wal, take_from_wal, s);
    wal_each_torn(wal, take_from_wal, s);
}

void journal_salvage(const char *epoch, uint64_t number, uint64_t from,
                     bool (*each)(void *arg, const void *bytes, size_t n), void *arg)
{
    char *path = mem_printf("%s/data.mdb", epoch);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    struct search s = {.from = from};
    struct wal_list wal;
    void *file = MAP_FAILED;
    free(path);
    if (fd >= 0 && !fstat(fd, &st) && st.st_size > PAGE_SIZE_AT + 4)
        file = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (fd >= 0)
        close(fd);
    if (file != MAP_FAILED) {
        s.file = file;
        s.size = (size_t)st.st_size;
        look_at_pages(&s);
    }
    if (!wal_read(epoch, number, &wal))
        salvage_wal(&s, &wal);
    hand_over(&s, each, arg);
    wal_list_fini(&wal);
    free(s.list);
    if (file != MAP_FAILED)
        munmap(file, s.size);
}
