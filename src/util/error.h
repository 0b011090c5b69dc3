// Why something failed: a code for the program and a text for people. Each function that hands an
// error up may put before the text what it was doing and to which file, so that the text tells the
// whole way: "data/journal/epoch-000000000000: its tail cannot be read: Permission denied".
//
// A function that can fail takes a `struct error *` as its last parameter and is what decides:
// negative, false or NULL. The error only says why, and means nothing after a success. An outcome
// (a positive enum) may have a text as well; its code is 0.
//
// Threads: any; an error is a plain value, and belongs to one thread at a time.  Locks: none.
// Memory: fixed, on the caller's stack or in its structure; nothing to free, copied by assignment.
// A text that does not fit is cut at the end of a character, and "…" shows it: the beginning, which
// is the outermost context, stays. NULL instead of an error is allowed everywhere: the caller does
// not want to know.
#ifndef UTIL_ERROR_H
#define UTIL_ERROR_H

enum { ERROR_TEXT = 1276 }; // bytes of a text with its NUL

struct error {
    int code; // 0, or negative: an errno, or a code of a library
    char text[ERROR_TEXT];
};

#define ERROR_INIT                                                                                 \
    {                                                                                              \
        0, ""                                                                                      \
    }

void error_clear(struct error *e);

// Sets code and text, in place of what was there. `code` is 0 or negative. Returns it, so that a
// function can set and return in one statement. The arguments may point into the error's own text,
// here and below.
__attribute__((format(printf, 3, 4))) int error_set(struct error *e, int code, const char *format,
                                                    ...);
// The same for a failed call of the system: the text ends with ": " and the words for `number`, an
// errno. The code, which is returned, is -number.
__attribute__((format(printf, 3, 4))) int error_set_system(struct error *e, int number,
                                                           const char *format, ...);
// Puts context before the text: "CONTEXT: TEXT", or CONTEXT alone when there is no text yet.
// Returns the code, which stays; 0 without an error.
__attribute__((format(printf, 2, 3))) int error_wrap(struct error *e, const char *format, ...);
// Puts more behind the text, as it is given: "; a start of the server repairs it".
__attribute__((format(printf, 2, 3))) void error_add(struct error *e, const char *format, ...);

int error_code(const struct error *e);
// Never NULL; "" when there is none. It stays until the error changes.
const char *error_text(const struct error *e);

#endif
