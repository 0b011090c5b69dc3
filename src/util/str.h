// Immutable text shared by reference count, and small helpers on text that everyone needs. Letter
// case here is ASCII's: other letters compare as they are.
// Threads: any; the count is atomic and the text never changes.  Locks: none.
#ifndef UTIL_STR_H
#define UTIL_STR_H

#include <stdbool.h>
#include <stddef.h>

struct str;

struct str *str_new(const char *s, size_t n); // copies; one reference, the caller's
struct str *str_from(const char *s);
struct str *str_ref(struct str *s);        // returns s; NULL stays NULL
void str_unref(struct str *s);             // frees with the last reference; accepts NULL
const char *str_text(const struct str *s); // borrowed, NUL-terminated
size_t str_length(const struct str *s);

int str_casecmp(const char *a, const char *b);
bool str_equal_nocase(const char *a, const char *b);
bool str_begins(const char *s, const char *prefix);
bool str_begins_nocase(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);

bool str_is_space(char c); // blank, tab, CR, LF
char str_lower_char(char c);
char str_upper_char(char c);
void str_lower(char *s);
// One or more characters of valid UTF-8, without spaces and control characters.
bool str_is_word(const char *s);
// What zones call a ref: 1 to 40 of a-z 0-9 _ -
bool str_is_ref(const char *s);
bool str_is_digits(const char *s); // one or more

// The text without spaces at both ends.
void str_trim(const char **s, size_t *n);
// The next run of non-spaces at *s: returned with its length, *s moved past it. NULL at the end.
const char *str_word(const char **s, size_t *n);
// The next line of the text that ends at `end`: returned with its length, without its line end, *s
// moved past that. NULL when nothing is left.
const char *str_line(const char **s, const char *end, size_t *n);

#endif
