// Call sites: every checked operation is a macro that passes the place in the source where it
// stands, so that a report can name it without symbols or stack walks.
#ifndef LOCK_SITE_H
#define LOCK_SITE_H

// A power of two in size and alignment, so that they stand in their section like in an array; what a
// linker or sanitizer leaves between them is whole entries of zeros.
struct site {
    const char *file;
    int line;
    const char *func;
} __attribute__((aligned(32)));

// All sites lie in one section, so that an event can name one with 16 bits.
#define SITE                                                                                       \
    (__extension__({                                                                               \
        static struct site site_here __attribute__((section("lk_sites"), used)) = {                \
            __FILE__, __LINE__, __func__};                                                         \
        (const struct site *)&site_here;                                                           \
    }))

unsigned site_index(const struct site *at);       // 0 when unknown
const struct site *site_by_index(unsigned index); // NULL when there is none
unsigned site_count(void); // the highest index
const char *site_file(const struct site *at);     // without the way to the source tree

// The site of a call that brings none, from its return address; with the frame of what was called the
// helpers of util/ that lie between are passed over. NULL without an address, or when there are too many.
// Its line is 0 where the program has no debug information. It has an index like the others.
enum { SITES_MADE = 1024 };
const struct site *site_of_call(const void *from, const void *frame);
const void *site_call(const struct site *at); // the address it was made for; NULL: it was compiled in
#define SITE_CALLER() site_of_call(__builtin_return_address(0), __builtin_frame_address(0))

// For site.c and the trace: those made so far.
unsigned site_made_count(void);
const struct site *site_made(unsigned n);
unsigned site_made_index(const struct site *at); // from 1 on; 0: it was compiled in

#endif
