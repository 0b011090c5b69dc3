// Call sites: every checked operation is a macro that passes the file and line where it is used, so
// that a report can name them without symbols or stack walks.
#ifndef UTIL_SITE_H
#define UTIL_SITE_H

// A power of two in size and alignment, so that sites lie in their section as in an array; gaps
// that a linker or sanitizer leaves between them are whole entries of zeros.
struct site {
    const char *file;
    int line;
    const char *func;
} __attribute__((aligned(32)));

// All sites lie in one section, so that an event can name one with 16 bits.
#define SITE                                                                                       \
    (__extension__({                                                                               \
        static struct site site_here                                                               \
            __attribute__((section("lk_sites"), used)) = {__FILE__, __LINE__, __func__};           \
        (const struct site *)&site_here;                                                           \
    }))

unsigned site_index(const struct site *at);       // 0 when unknown
const struct site *site_by_index(unsigned index); // NULL when there is none
unsigned site_count(void);                        // the highest index
const char *site_file(const struct site *at);     // without the path of the source tree

// Sites that are made at run time, for calls that pass none: up to SITES_MADE, kept for ever. They
// have indexes like the others, above those of the program. site_add: one thread at a time; `call`
// is the address that the site is made for; NULL: there are too many. The strings are borrowed for
// ever.
enum { SITES_MADE = 1024 };
const struct site *site_add(const struct site *s, const void *call);
unsigned site_made_count(void);
const struct site *site_made(unsigned n);
unsigned site_made_index(const struct site *at); // from 1 on; 0: it was compiled in
// the address that the site was made for; NULL: it was compiled in
const void *site_call(const struct site *at);

#endif
