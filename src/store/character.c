// Characters are records under their name in lower case. Keeps nothing; any thread but the loop's.
#include "store/character.h"

#include "store/name_rules.h"
#include "store/savefile.h"
#include "util/doc.h"
#include "util/mem.h"
#include "util/str.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const char kind[] = "characters";

static bool file_name(const char *name, char out[NAME_SIZE])
{
    if (name_rules_character(name, NULL, out) != NAME_GOOD)
        return false;
    str_lower(out);
    return true;
}

int character_create(const char *data, const char *name, const struct doc_node *root)
{
    char file[NAME_SIZE];
    return file_name(name, file) ? savefile_create(data, kind, file, root) : SAVEFILE_BAD_NAME;
}

int character_restore(const char *data, const char *name, const struct doc_node *root)
{
    char file[NAME_SIZE];
    return file_name(name, file) ? savefile_restore(data, kind, file, root) : SAVEFILE_BAD_NAME;
}

int character_alike(const char *data, const char *name, char who[NAME_SIZE])
{
    char file[NAME_SIZE];
    return file_name(name, file) ? savefile_alike(data, kind, file, who) : SAVEFILE_BAD_NAME;
}

int character_disown(const char *data, const char *name)
{
    char file[NAME_SIZE];
    return file_name(name, file) ? savefile_disown(data, kind, file) : SAVEFILE_BAD_NAME;
}

const char *character_account(const struct doc *d)
{
    const struct doc_node *n = d && doc_root(d) ? doc_get(doc_root(d), "account") : NULL;
    return n && n->kind == DOC_STRING ? n->string.text : "";
}

void character_unsign(struct doc *d)
{
    struct doc_node *root = doc_root(d), *before = NULL;
    for (struct doc_node *n = root ? root->list.first : NULL; n; before = n, n = n->next) {
        if (strcmp(n->key, "account") != 0)
            continue;
        if (before)
            before->next = n->next;
        else
            root->list.first = n->next;
        if (root->list.last == n)
            root->list.last = before;
        root->list.count--;
        return;
    }
}

void character_sign(struct doc *d, const char *account)
{
    assert(account && doc_root(d));
    character_unsign(d);
    doc_put(d, doc_root(d), "account", doc_string(d, account));
}

int character_load(const char *data, const char *name, struct doc **out, struct doc_problems *p)
{
    assert(out);
    char file[NAME_SIZE];
    *out = NULL;
    return file_name(name, file) ? savefile_load(data, kind, file, out, p) : SAVEFILE_BAD_NAME;
}

int character_save(const char *data, const char *name, const struct doc_node *root)
{
    char file[NAME_SIZE];
    return file_name(name, file) ? savefile_save(data, kind, file, root, true) : SAVEFILE_BAD_NAME;
}

void character_save_many(const char *data, struct savefile_version *list, size_t count)
{
    struct savefile_version *records = mem_calloc(count + 1, sizeof(*records));
    char(*files)[NAME_SIZE] = mem_calloc(count + 1, sizeof(*files));
    for (size_t i = 0; i < count; i++) {
        if (!file_name(list[i].name, files[i]))
            files[i][0] = '\0'; // no record is called that
        records[i] = (struct savefile_version){.name = files[i], .root = list[i].root};
    }
    savefile_save_many(data, kind, records, count, true);
    for (size_t i = 0; i < count; i++)
        list[i].result = records[i].result;
    free(files);
    free(records);
}

int character_update(const char *data, const char *name, struct doc *d)
{
    assert(d && doc_root(d));
    struct doc *before;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    int rc = character_load(data, name, &before, &p);
    if (rc == SAVEFILE_OK && *character_account(before))
        character_sign(d, character_account(before));
    if (rc != SAVEFILE_ABSENT && rc != SAVEFILE_BAD_NAME) // also over one that cannot be read
        rc = character_save(data, name, doc_root(d));
    doc_free(before);
    doc_problems_fini(&p);
    return rc;
}

int character_erase(const char *data, const char *name)
{
    char file[NAME_SIZE];
    return file_name(name, file) ? savefile_erase(data, kind, file) : SAVEFILE_BAD_NAME;
}
