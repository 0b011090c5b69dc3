// Passwords: argon2id hashes as PHC strings, made and checked by libsodium.
// Blocking, for tens of milliseconds: never on the loop thread, and the caller bounds how many run
// at a time.  Threads: any.  Locks: none.
// Code that holds a password erases it with password_erase as soon as it is checked.
#ifndef STORE_PASSWORD_H
#define STORE_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct weak_passwords;

#define PASSWORD_HASH_SIZE 128 // with the NUL

// Memory in bytes. 0, or -ENOMEM when the system has not that much, -EINVAL for a cost out of
// bounds (8 KiB to 1 GiB, 1 to 100 passes).
int password_hash(const char *password, size_t n, int64_t memory, int64_t passes,
                  char out[PASSWORD_HASH_SIZE]);

// Takes as long as making the hash did. A text that is no such hash, or one whose cost is out of
// bounds, matches nothing.
bool password_verify(const char *hash, const char *password, size_t n);
// Is its cost such as hashes may have that were made where this is the cost of new ones? One that
// was forged may not take the server's memory and time: up to 4 times of each, or 256 MiB and 16
// passes.
bool password_affordable(const char *hash, int64_t memory, int64_t passes);

// For an account that does not exist: as much work as a check at this cost, and never true.
bool password_verify_nobody(const char *password, size_t n, int64_t memory, int64_t passes);

// Whether a hash was made at another cost and should be made again at the next login.
bool password_needs_rehash(const char *hash, int64_t memory, int64_t passes);

enum password_verdict {
    PASSWORD_GOOD,
    PASSWORD_TOO_SHORT,
    PASSWORD_TOO_LONG,
    PASSWORD_IS_NAME,
    PASSWORD_COMMON,
    PASSWORD_REPEATS,
    PASSWORD_ROW,
};

// What a password must be: min in characters, max in bytes; `name` (may be NULL) may not be it, nor
// may any of the common ones (may be NULL).
struct password_rules {
    size_t min, max;
    const char *name;
    const struct weak_passwords *common;
};
enum password_verdict password_check(const char *password, size_t n,
                                     const struct password_rules *rules);
// A text: what is wrong and what the rule is. The caller frees it.
char *password_rule(enum password_verdict v, const struct password_rules *rules);

void password_erase(void *p, size_t n); // not left out by the optimiser

#endif
