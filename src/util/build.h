// Which program this is, as far as outcomes depend on it.
// Threads: any.
#ifndef UTIL_BUILD_H
#define UTIL_BUILD_H

// Version, a number of the sources that decide what events do (scripts/build-id), and the library
// whose tables do: "0.1.0+0123456789abcdef/utf8proc-2.8.0". Of two that are equal each can replay
// what the other wrote. Without blanks, shorter than 64 bytes; never freed.
const char *build_program(void);

#endif
