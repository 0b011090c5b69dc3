// Call sites: every checked operation is a macro that passes the file and line where it is used, so
// that a report can name them without symbols or stack walks.
#ifndef LOCK_SITE_H
#define LOCK_SITE_H

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

// Makes the site of a call that passes none, from its return address. With the frame of the called
// function, helpers of util/ between are passed over. NULL without an address, or when there are
// too many sites. The line is 0 if the program has no debug information. The site has an index like
// the others.
enum { SITES_MADE = 1024 };
const struct site *site_of_call(const void *from, const void *frame);
// the address that the site was made for; NULL: it was compiled in
const void *site_call(const struct site *at);
#define SITE_CALLER() site_of_call(__builtin_return_address(0), __builtin_frame_address(0))

// For site.c and the trace: the sites that were made at run time so far.
unsigned site_made_count(void);
const struct site *site_made(unsigned n);
unsigned site_made_index(const struct site *at); // from 1 on; 0: it was compiled in

#endif
