// Passwords that everybody tries first: the ones most used, one letter or a short piece over and
// over, runs along a keyboard, the name of the account; also with digits or marks put around them,
// and with digits for letters. Threads: any; the list is read-only once loaded.
#ifndef STORE_WEAK_PASSWORD_H
#define STORE_WEAK_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

struct doc_problems;
struct weak_passwords;

// One a line, '#' begins a comment. NULL, and why, when the file cannot be read.
struct weak_passwords *weak_passwords_load(const char *path, struct doc_problems *p);
void weak_passwords_free(struct weak_passwords *w);
size_t weak_passwords_count(const struct weak_passwords *w);

bool weak_is_common(const struct weak_passwords *w, const char *password,
                    size_t n); // w may be NULL
bool weak_is_repeat(const char *password, size_t n);
bool weak_is_row(const char *password, size_t n);
bool weak_is_name(const char *password, size_t n, const char *name);

#endif
