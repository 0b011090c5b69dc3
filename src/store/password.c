// A thin layer over libsodium that keeps costs within bounds, whatever a damaged or forged account
// file says. Keeps nothing; any thread but the loop's.
#include "store/password.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "store/weak_password.h"
#include "util/mem.h"
#include "util/utf8.h"

_Static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES, "room for libsodium's string");

#define LEAST_MEMORY INT64_C(8192)
#define MOST_MEMORY (INT64_C(1) << 30)
#define MOST_PASSES 100
#define AFFORDABLE_MEMORY (INT64_C(256) << 20)
#define AFFORDABLE_PASSES 16

static bool cost_is_sane(int64_t memory, int64_t passes)
{
    return memory >= LEAST_MEMORY && memory <= MOST_MEMORY && passes >= 1 && passes <= MOST_PASSES;
}

// Memory in bytes and passes that a hash names; false when it is no hash of ours.
static bool cost_of(const char *hash, int64_t *memory, int64_t *passes)
{
    unsigned kib, t;
    int end = 0;
    if (strnlen(hash, PASSWORD_HASH_SIZE) == PASSWORD_HASH_SIZE)
        return false;
    if (sscanf(hash, "$argon2id$v=19$m=%9u,t=%9u,p=1$%n", &kib, &t, &end) != 2 || !end)
        return false;
    *memory = (int64_t)kib * 1024;
    *passes = t;
    return cost_is_sane(*memory, *passes);
}

int password_hash(const char *password, size_t n, int64_t memory, int64_t passes,
                  char out[PASSWORD_HASH_SIZE])
{
    assert(out && (password || !n));
    if (!cost_is_sane(memory, passes) || sodium_init() < 0)
        return -EINVAL;
    int rc = crypto_pwhash_str_alg(out, password, n, (unsigned long long)passes, (size_t)memory,
                                   crypto_pwhash_ALG_ARGON2ID13);
    return rc ? -ENOMEM : 0;
}

bool password_verify(const char *hash, const char *password, size_t n)
{
    assert(hash && (password || !n));
    int64_t memory, passes;
    if (!cost_of(hash, &memory, &passes) || sodium_init() < 0)
        return false;
    char whole[PASSWORD_HASH_SIZE] = ""; // libsodium reads all of its bytes
    memcpy(whole, hash, strlen(hash));
    return crypto_pwhash_str_verify(whole, password, n) == 0;
}

bool password_verify_nobody(const char *password, size_t n, int64_t memory, int64_t passes)
{
    char hash[PASSWORD_HASH_SIZE];
    password_hash(password, n, memory, passes, hash);
    password_erase(hash, sizeof(hash));
    return false;
}

bool password_needs_rehash(const char *hash, int64_t memory, int64_t passes)
{
    assert(hash);
    int64_t m, t;
    return !cost_of(hash, &m, &t) || m != memory / 1024 * 1024 || t != passes;
}

bool password_affordable(const char *hash, int64_t memory, int64_t passes)
{
    int64_t m, t, most_memory = 4 * memory, most_passes = 4 * passes;
    if (most_memory < AFFORDABLE_MEMORY)
        most_memory = AFFORDABLE_MEMORY;
    if (most_passes < AFFORDABLE_PASSES)
        most_passes = AFFORDABLE_PASSES;
    return cost_of(hash, &m, &t) && m <= most_memory && t <= most_passes;
}

enum password_verdict password_check(const char *password, size_t n,
                                     const struct password_rules *rules)
{
    assert(rules && (password || !n));
    if (n > rules->max)
        return PASSWORD_TOO_LONG;
    if (utf8_count(password, n) < rules->min)
        return PASSWORD_TOO_SHORT;
    if (rules->name && weak_is_name(password, n, rules->name))
        return PASSWORD_IS_NAME;
    if (weak_is_common(rules->common, password, n))
        return PASSWORD_COMMON;
    if (weak_is_repeat(password, n))
        return PASSWORD_REPEATS;
    return weak_is_row(password, n) ? PASSWORD_ROW : PASSWORD_GOOD;
}

char *password_rule(enum password_verdict v, const struct password_rules *rules)
{
    assert(rules && v <= PASSWORD_ROW);
    static const char *const texts[] = {
        [PASSWORD_GOOD] = "",
        [PASSWORD_TOO_SHORT] = "That password is too short.",
        [PASSWORD_TOO_LONG] = "That password is too long.",
        [PASSWORD_IS_NAME] =
            "The password must not be the name of the account, nor the name with digits or marks.",
        [PASSWORD_COMMON] = "That is one of the passwords that everybody tries first.",
        [PASSWORD_REPEATS] = "That password is one short piece over and over.",
        [PASSWORD_ROW] = "That password is a run along the keyboard or the alphabet.",
    };
    return mem_printf(
        "%s A password has at least %zu characters and at most %zu bytes. A few words that "
        "do not belong together are good.",
        texts[v], rules->min, rules->max);
}

void password_erase(void *p, size_t n)
{
    if (p && n)
        sodium_memzero(p, n);
}
