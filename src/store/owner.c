// Accounts and characters held against each other. Keeps nothing but the index of a start.
#include "store/owner.h"

#include "store/account.h"
#include "store/character.h"
#include "store/json.h"
#include "store/savefile.h"
#include "util/doc.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/str.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int owner_has(const char *data, const char *account, const char *character)
{
    struct account *a;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    int rc = account_load(data, account, &a, &p);
    if (rc == SAVEFILE_ABSENT && account_reachable(data) < 0)
        rc = account_reachable(data);
    if (rc == SAVEFILE_OK && !account_has_character(a, character))
        rc = SAVEFILE_ABSENT;
    account_free(a);
    doc_problems_fini(&p);
    return rc == SAVEFILE_BAD_NAME ? SAVEFILE_ABSENT : rc;
}

int owner_agrees(const char *data, const char *account, const struct doc *character,
                 const char *name)
{
    assert(account && name);
    const char *says = character_account(character);
    if (!*says || str_equal_nocase(says, account))
        return SAVEFILE_OK;
    int rc = owner_has(data, says, name);
    return rc == SAVEFILE_OK ? SAVEFILE_TAKEN : rc == SAVEFILE_ABSENT ? SAVEFILE_OK : rc;
}

static bool was_played(const struct doc *d)
{
    return doc_get(doc_root(d), "thing");
}

// There is such an account, and it does not list it. One that is gone may come back from a backup.
static bool knows_nothing_of(const char *data, const char *account, const char *character)
{
    struct account *a;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    bool nothing =
        account_load(data, account, &a, &p) == SAVEFILE_OK && !account_has_character(a, character);
    account_free(a);
    doc_problems_fini(&p);
    return nothing;
}

// SAVEFILE_OK when the file is nobody's, SAVEFILE_TAKEN when it may be somebody's.
static int is_nobodys(const char *data, const char *name, const struct owner_index *x)
{
    struct doc *d;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    int rc = character_load(data, name, &d, &p);
    bool nobodys = false;
    if (rc == SAVEFILE_OK && *character_account(d))
        nobodys = knows_nothing_of(data, character_account(d), name);
    else if (rc == SAVEFILE_OK)
        nobodys = x && !owner_index_unreadable(x) && !was_played(d);
    doc_free(d);
    doc_problems_fini(&p);
    return nobodys ? SAVEFILE_OK : SAVEFILE_TAKEN;
}

static int create_owned(const char *data, const char *account, const char *character)
{
    struct doc *d = doc_new("character");
    struct doc_node *root = doc_object(d);
    doc_set_root(d, root);
    doc_put(d, root, "name", doc_string(d, character));
    character_sign(d, account);
    int rc = character_create(data, character, root);
    doc_free(d);
    return rc;
}

int owner_create(const char *data, const char *account, const char *character)
{
    assert(data && account && character);
    char who[NAME_SIZE];
    int rc = create_owned(data, account, character);
    // Two may look alike, both left behind.
    for (int i = 0; i < 2 && rc == SAVEFILE_TAKEN; i++) {
        if (character_alike(data, character, who) == SAVEFILE_TAKEN &&
            is_nobodys(data, who, NULL) == SAVEFILE_OK)
            character_disown(data, who);
        rc = create_owned(data, account, character);
    }
    return rc;
}

struct owner_index {
    char *data;
    struct map *owners; // character in lower case → account, owned
    size_t unreadable;
};

static void owner_add(struct owner_index *x, const struct account *a)
{
    for (size_t i = 0; i < a->character_count; i++) {
        char *name = mem_strdup(a->characters[i]);
        str_lower(name);
        free(map_put(x->owners, name, mem_strdup(a->name)));
        free(name);
    }
}

// The name in NAME.json, or false.
static bool name_in(const char *file, char name[NAME_SIZE])
{
    size_t n = strlen(file);
    if (!str_ends(file, ".json") || n <= 5 || n - 5 >= NAME_SIZE)
        return false;
    memset(name, 0, NAME_SIZE);
    memcpy(name, file, n - 5);
    return true;
}

static void owner_read_one(struct owner_index *x, const char *name,
                           void (*each)(void *, const struct account *), void *arg,
                           struct doc_problems *p)
{
    struct account *a;
    int rc = account_load(x->data, name, &a, p);
    if (rc == SAVEFILE_OK) {
        owner_add(x, a);
        if (each)
            each(arg, a);
    } else if (rc < 0) {
        x->unreadable++;
    }
    account_free(a);
}

static bool has_characters(const char *data)
{
    char *folder = mem_printf("%s/characters", data), name[NAME_SIZE];
    DIR *dir = opendir(folder);
    bool has = false;
    for (struct dirent *e; dir && !has && (e = readdir(dir));)
        has = name_in(e->d_name, name);
    if (dir)
        closedir(dir);
    free(folder);
    errno = ENOENT; // of the folder of accounts
    return has;
}

struct owner_index *owner_index_new(const char *data, void (*each)(void *, const struct account *),
                                    void *arg, struct doc_problems *p)
{
    assert(data && p);
    struct owner_index *x = mem_new(struct owner_index);
    char *folder = mem_printf("%s/accounts", data), name[NAME_SIZE];
    x->data = mem_strdup(data);
    x->owners = map_new();
    DIR *dir = opendir(folder);
    if (!dir) {
        x->unreadable++;
        if (errno != ENOENT || has_characters(data))
            doc_problem_at(p, DOC_ERROR, folder, 0, 0, "cannot be read: %s", strerror(errno));
    }
    for (struct dirent *e; dir && (errno = 0, e = readdir(dir));) {
        if (name_in(e->d_name, name))
            owner_read_one(x, name, each, arg, p);
    }
    if (dir) {
        x->unreadable += errno != 0;
        closedir(dir);
    }
    free(folder);
    return x;
}

void owner_index_free(struct owner_index *x)
{
    struct map_iter at = {0};
    if (!x)
        return;
    for (void *value; map_next(x->owners, &at, NULL, &value);)
        free(value);
    map_free(x->owners);
    free(x->data);
    free(x);
}

const char *owner_index_find(const struct owner_index *x, const char *character)
{
    assert(character);
    char *name = mem_strdup(character);
    str_lower(name);
    const char *account = map_get(x->owners, name);
    free(name);
    return account;
}

size_t owner_index_unreadable(const struct owner_index *x)
{
    return x->unreadable;
}

void owner_index_unlisted(const struct owner_index *x, void (*each)(void *, const char *, bool),
                          void *arg)
{
    assert(each);
    char *folder = mem_printf("%s/characters", x->data), name[NAME_SIZE];
    struct map *unlisted = map_new(); // first all are found: `each` may change the folder
    DIR *dir = opendir(folder);
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (name_in(e->d_name, name) && !map_has(x->owners, name))
            map_put(unlisted, name, NULL);
    if (dir)
        closedir(dir);
    struct map_iter at = {0};
    for (const char *who; map_next(unlisted, &at, &who, NULL);)
        each(arg, who, is_nobodys(x->data, who, x) == SAVEFILE_OK);
    map_free(unlisted);
    free(folder);
}

void owner_remove_previous(const char *data)
{
    char *folder = mem_printf("%s/accounts", data);
    DIR *dir = opendir(folder);
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (str_ends(e->d_name, ".json~"))
            unlinkat(dirfd(dir), e->d_name, 0);
    if (dir)
        closedir(dir);
    free(folder);
}

// A file of characters/ that names the account, and is no character's that any account has.
static bool is_left(const struct owner_index *x, const char *folder, const char *file,
                    const char *account)
{
    char name[NAME_SIZE];
    struct doc_problems p = DOC_PROBLEMS_INIT;
    int rc = 0;
    if (name_in(file, name) ? owner_index_find(x, name) != NULL : !str_ends(file, ".json.unowned"))
        return false;
    char *path = mem_printf("%s/%s", folder, file);
    struct doc *d = json_open(path, SAVEFILE_LARGEST, &p, &rc);
    bool is = d && str_equal_nocase(character_account(d), account);
    doc_free(d);
    doc_problems_fini(&p);
    free(path);
    return is;
}

int owner_erase_left(const char *data, const char *account)
{
    assert(data && account);
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct owner_index *x = owner_index_new(data, NULL, NULL, &p);
    char *folder = mem_printf("%s/characters", data);
    DIR *dir = opendir(folder);
    int rc = 0;
    for (struct dirent *e; dir && !rc && (e = readdir(dir));)
        if (is_left(x, folder, e->d_name, account) && unlinkat(dirfd(dir), e->d_name, 0) < 0)
            rc = -errno;
    if (dir)
        closedir(dir);
    owner_index_free(x);
    doc_problems_fini(&p);
    free(folder);
    return rc;
}
