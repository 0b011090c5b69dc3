// Sites of calls that pass none: found by the return address, in the debug information of the
// program itself, once for each address. Without that information a site has no line, and its
// function is PROGRAM+0xOFFSET, for addr2line. Any thread; used only when something is reported.
#include "check/site_call.h"

#include "check/interpose.h"
#include "util/mem.h"

#include <assert.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ADDRESSES = 4096, FRAMES_MAX = 16, FRAME_BYTES_MAX = 1 << 16 };

extern char __executable_start[] __attribute__((weak));

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; // one thread looks up at a time
static struct {
    _Atomic(const void *) from;
    const struct site *site;
} known[ADDRESSES];
static Dwfl *dwfl;

// Use only debug information in the program's own file: search for no other file, and ask no
// server.
static int no_debuginfo(Dwfl_Module *m, void **data, const char *name, Dwarf_Addr base,
                        const char *file, const char *link, GElf_Word crc, char **out)
{
    (void)m, (void)data, (void)name, (void)base, (void)file, (void)link, (void)crc, (void)out;
    return -1;
}

static Dwfl *debug_information(void)
{
    static const Dwfl_Callbacks callbacks = {.find_elf = dwfl_linux_proc_find_elf,
                                             .find_debuginfo = no_debuginfo};
    if (dwfl)
        return dwfl;
    dwfl = dwfl_begin(&callbacks);
    if (dwfl && (dwfl_linux_proc_report(dwfl, getpid()) || dwfl_report_end(dwfl, NULL, NULL))) {
        dwfl_end(dwfl);
        dwfl = NULL;
    }
    return dwfl;
}

// Not every compiler writes the table from addresses to compilation units: without it all units are
// searched.
static Dwarf_Line *line_of(Dwfl_Module *module, Dwarf_Addr address, Dwarf_Die **in,
                           Dwarf_Addr *bias)
{
    Dwarf_Die *unit = dwfl_module_addrdie(module, address, bias);
    Dwarf_Line *line = unit ? dwarf_getsrc_die(unit, address - *bias) : NULL;
    *in = unit;
    for (unit = NULL; !line && (unit = dwfl_module_nextcu(module, unit, bias));)
        if (dwarf_haspc(unit, address - *bias) > 0) {
            line = dwarf_getsrc_die(unit, address - *bias);
            *in = unit;
        }
    return line;
}

// With a fortified C library open(), read(), printf() and others are inline functions of its
// headers: then the line found is in the header, the same for every call.
static bool of_a_system_header(const char *file)
{
    return !strncmp(file, "/usr/", 5);
}

// Follows inlined functions outward to the innermost call that is not in a header of the system.
static void leave_headers(Dwarf_Die *unit, Dwarf_Addr pc, const char **file, int *line)
{
    assert(unit && file && *file && line);
    Dwarf_Die *scopes = NULL;
    Dwarf_Files *files;
    size_t file_count;
    int n = dwarf_getscopes(unit, pc, &scopes);
    if (dwarf_getsrcfiles(unit, &files, &file_count))
        n = 0;
    for (int i = 0; i < n && of_a_system_header(*file); i++) {
        Dwarf_Attribute a;
        Dwarf_Word index, number;
        if (dwarf_tag(&scopes[i]) != DW_TAG_inlined_subroutine ||
            dwarf_formudata(dwarf_attr(&scopes[i], DW_AT_call_file, &a), &index) ||
            dwarf_formudata(dwarf_attr(&scopes[i], DW_AT_call_line, &a), &number))
            continue;
        const char *caller = dwarf_filesrc(files, index, NULL, NULL);
        *file = caller ? caller : *file;
        *line = caller ? (int)number : *line;
    }
    free(scopes);
}

// Finds the line of the call; the return address is just behind the call.
static void look_up(const void *from, struct site *out)
{
    assert(from && out);
    Dwarf_Addr address = (Dwarf_Addr)(uintptr_t)from - 1;
    Dwfl *d = debug_information();
    Dwfl_Module *module = d ? dwfl_addrmodule(d, address) : NULL;
    Dwarf_Addr bias = 0;
    Dwarf_Die *unit = NULL;
    Dwarf_Line *line = module ? line_of(module, address, &unit, &bias) : NULL;
    int number = 0;
    const char *file =
        line && !dwarf_lineno(line, &number) ? dwarf_linesrc(line, NULL, NULL) : NULL;
    if (file && of_a_system_header(file))
        leave_headers(unit, address - bias, &file, &number);
    const char *function = file ? dwfl_module_addrname(module, address) : NULL;
    if (file && number > 0) {
        *out = (struct site){mem_strdup(file), number, mem_strdup(function ? function : "?")};
        return;
    }
    char name[80];
    snprintf(name, sizeof(name), "%.40s+0x%zx", program_invocation_short_name,
             (size_t)((const char *)from - __executable_start));
    *out = (struct site){"", 0, mem_strdup(name)};
}

static void forget(struct site *s)
{
    if (*s->file)
        free((char *)(uintptr_t)s->file);
    free((char *)(uintptr_t)s->func);
}

static bool same(const struct site *a, const struct site *b)
{
    return a->line == b->line && !strcmp(a->file, b->file) && !strcmp(a->func, b->func);
}

// Makes one site for each line, even if the line is inlined in several places. The caller holds the
// mutex.
static const struct site *make(const void *from)
{
    assert(from);
    struct site found;
    look_up(from, &found);
    for (unsigned i = 0; i < site_made_count(); i++)
        if (same(site_made(i), &found)) {
            forget(&found);
            return site_made(i);
        }
    const struct site *added = site_add(&found, from);
    if (!added)
        forget(&found);
    return added;
}

static const struct site *site_from(const void *from)
{
    assert(from);
    size_t at = ((uintptr_t)from * 11400714819323198485u) >> 52;
    for (size_t n = 0; n < ADDRESSES; n++, at = (at + 1) % ADDRESSES) {
        const void *there = atomic_load_explicit(&known[at].from, memory_order_acquire);
        if (there == from)
            return known[at].site;
        if (there)
            continue;
        interpose_own(1);
        pthread_mutex_lock(&mutex);
        there = atomic_load(&known[at].from);
        if (!there) {
            known[at].site = make(from);
            atomic_store_explicit(&known[at].from, from, memory_order_release);
            there = from;
        }
        pthread_mutex_unlock(&mutex);
        interpose_own(-1);
        if (there == from)
            return known[at].site;
    }
    return NULL;
}

static bool is_helper(const struct site *at)
{
    return at && at->line && !strncmp(site_file(at), "util/", 5);
}

const struct site *site_of_call(const void *from, const void *frame)
{
    const struct site *at = from ? site_from(from) : NULL, *first = at;
    const uintptr_t *fp = frame;
    // Frames keep their pointers (-fno-omit-frame-pointer), so callers are found without tables.
    for (int i = 0; is_helper(at) && fp && i < FRAMES_MAX; i++) {
        const uintptr_t *up = (const uintptr_t *)fp[0];
        if (up <= fp || (uintptr_t)up - (uintptr_t)fp > FRAME_BYTES_MAX ||
            (uintptr_t)up % sizeof(*up))
            break;
        fp = up;
        at = site_from((const void *)fp[1]);
    }
    return at && at->line && !is_helper(at) ? at : first;
}
