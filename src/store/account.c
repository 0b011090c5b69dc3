// Accounts to files and back. Keeps nothing; any thread but the loop's.
#include "store/account.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/name_rules.h"
#include "store/password.h"
#include "store/savefile.h"
#include "util/clock.h"
#include "util/doc.h"
#include "util/mem.h"
#include "util/str.h"

static const char kind[] = "accounts";

enum { FORMAT = 1 }; // of the file; a later one is refused, not guessed at

struct account *account_new(const char *name, const char *hash)
{
    assert(name && hash);
    struct account *a = mem_new(struct account);
    char created[CLOCK_ISO_SIZE];
    clock_iso(clock_wall_ms(), created);
    a->name = mem_strdup(name);
    a->hash = mem_strdup(hash);
    a->created = mem_strdup(created);
    return a;
}

static void free_words(char **words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(words[i]);
    free(words);
}

static void free_hash(struct account *a)
{
    if (a->hash)
        password_erase(a->hash, strlen(a->hash));
    free(a->hash);
    a->hash = NULL;
}

void account_free(struct account *a)
{
    if (!a)
        return;
    free_hash(a);
    free(a->name);
    free(a->created);
    free_words(a->characters, a->character_count);
    free_words(a->permissions, a->permission_count);
    free(a);
}

void account_set_hash(struct account *a, const char *hash)
{
    assert(a && hash);
    char *copy = mem_strdup(hash);
    free_hash(a);
    a->hash = copy;
}

// Words: two short lists with the same needs
// -------------------------------------------------------

static size_t find_word(char *const *words, size_t n, const char *word)
{
    assert(word && (words || !n));
    size_t i = 0;
    while (i < n && !str_equal_nocase(words[i], word))
        i++;
    return i;
}

static bool account_add_word(char ***words, size_t *n, const char *word)
{
    assert(words && n);
    if (find_word(*words, *n, word) < *n)
        return false;
    *words = mem_realloc_array(*words, *n + 1, sizeof(**words));
    (*words)[(*n)++] = mem_strdup(word);
    return true;
}

static bool remove_word(char **words, size_t *n, const char *word)
{
    assert(n);
    size_t at = find_word(words, *n, word);
    if (at == *n)
        return false;
    free(words[at]);
    memmove(&words[at], &words[at + 1], (*n - at - 1) * sizeof(words[0]));
    --*n;
    return true;
}

bool account_add_character(struct account *a, const char *name)
{
    return account_add_word(&a->characters, &a->character_count, name);
}

bool account_remove_character(struct account *a, const char *name)
{
    return remove_word(a->characters, &a->character_count, name);
}

bool account_has_character(const struct account *a, const char *name)
{
    return find_word(a->characters, a->character_count, name) < a->character_count;
}

bool account_grant(struct account *a, const char *permission)
{
    return account_add_word(&a->permissions, &a->permission_count, permission);
}

bool account_revoke(struct account *a, const char *permission)
{
    return remove_word(a->permissions, &a->permission_count, permission);
}

bool account_may(const struct account *a, const char *permission)
{
    return find_word(a->permissions, a->permission_count, permission) < a->permission_count;
}

// Files -----------------------------------------------------------------------------------------

static void put_words(struct doc *d, struct doc_node *root, const char *key, char *const *words,
                      size_t n)
{
    assert(words || !n);
    struct doc_node *array = doc_array(d);
    for (size_t i = 0; i < n; i++)
        doc_append(array, doc_string(d, words[i]));
    doc_put(d, root, key, array);
}

static struct doc *to_doc(const struct account *a)
{
    assert(a->name && a->hash && a->created);
    struct doc *d = doc_new(a->name);
    struct doc_node *root = doc_object(d);
    doc_put(d, root, "format", doc_int(d, FORMAT));
    doc_put(d, root, "name", doc_string(d, a->name));
    doc_put(d, root, "hash", doc_string(d, a->hash));
    doc_put(d, root, "created", doc_string(d, a->created));
    put_words(d, root, "characters", a->characters, a->character_count);
    put_words(d, root, "permissions", a->permissions, a->permission_count);
    doc_set_root(d, root);
    return d;
}

static bool take_string(struct doc_problems *p, const struct doc *d, const char *key, char **out)
{
    assert(key && out);
    const struct doc_node *n = doc_get(doc_root(d), key);
    const char *text;
    if (!n) {
        doc_error(p, d, doc_root(d), "a member \"%s\" was expected", key);
        return false;
    }
    if (!doc_want_string(p, d, n, &text))
        return false;
    free(*out);
    *out = mem_strdup(text);
    return true;
}

static bool take_words(struct doc_problems *p, const struct doc *d, const char *key, bool names,
                       char ***words, size_t *n)
{
    const struct doc_node *array = doc_get(doc_root(d), key);
    if (!array)
        return true; // none
    bool good = doc_want_kind(p, d, array, DOC_ARRAY);
    if (good) {
        doc_foreach (e, array) {
            const char *text;
            char name[NAME_SIZE];
            if (doc_want_string(p, d, e, &text))
                // Written by hand it may be in other letters; it is one character all the same.
                account_add_word(
                    words, n,
                    names && name_rules_character(text, NULL, name) == NAME_GOOD ? name : text);
            else
                good = false;
        }
    }
    return good;
}

static bool from_doc(struct account *a, const struct doc *d, const char *name,
                     struct doc_problems *p)
{
    int64_t format;
    const struct doc_node *root = doc_root(d);
    if (!doc_want_kind(p, d, root, DOC_OBJECT) ||
        !doc_want_int(p, d, doc_get(root, "format"), 1, FORMAT, &format))
        return false;
    bool good = take_string(p, d, "name", &a->name);
    good &= take_string(p, d, "hash", &a->hash);
    good &= take_string(p, d, "created", &a->created);
    good &= take_words(p, d, "characters", true, &a->characters, &a->character_count);
    good &= take_words(p, d, "permissions", false, &a->permissions, &a->permission_count);
    if (good && strcmp(a->name, name)) {
        doc_error(p, d, doc_get(root, "name"), "the name of the file, \"%s\", was expected", name);
        good = false;
    }
    return good;
}

int account_create(const char *data, const struct account *a)
{
    assert(data && a);
    struct doc *d = to_doc(a);
    int rc = savefile_create(data, kind, a->name, doc_root(d));
    doc_free(d);
    return rc;
}

int account_save(const char *data, const struct account *a)
{
    assert(data && a);
    struct doc *d = to_doc(a);
    int rc = savefile_save(data, kind, a->name, doc_root(d), false); // no hash of before stays
    doc_free(d);
    return rc;
}

int account_load(const char *data, const char *name, struct account **out, struct doc_problems *p)
{
    assert(data && name && out);
    *out = NULL;
    char canonical[NAME_SIZE];
    if (name_rules_account(name, 1, NAME_LONGEST, NULL, canonical) != NAME_GOOD)
        return SAVEFILE_BAD_NAME;
    struct doc *d;
    int rc = savefile_load(data, kind, canonical, &d, p);
    if (rc != SAVEFILE_OK)
        return rc;
    struct account *a = mem_new(struct account);
    if (from_doc(a, d, canonical, p)) {
        *out = a;
    } else {
        account_free(a);
        rc = -EBADMSG;
    }
    doc_free(d);
    return rc;
}

int account_erase(const char *data, const char *name)
{
    char canonical[NAME_SIZE];
    if (name_rules_account(name, 1, NAME_LONGEST, NULL, canonical) != NAME_GOOD)
        return SAVEFILE_BAD_NAME;
    return savefile_erase(data, kind, canonical);
}

int account_alike(const char *data, const char *name, char who[NAME_SIZE])
{
    char canonical[NAME_SIZE];
    if (name_rules_account(name, 1, NAME_LONGEST, NULL, canonical) != NAME_GOOD)
        return SAVEFILE_BAD_NAME;
    return savefile_alike(data, kind, canonical, who);
}

int account_reachable(const char *data)
{
    return savefile_reachable(data, kind);
}
