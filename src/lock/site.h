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

#endif
