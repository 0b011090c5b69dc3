// Prints one line for each fault, in the form of `latchkey check`.
#include "tools/admin/admin_check.h"

#include "engine/dispatch.h"
#include "store/account.h"
#include "store/name_rules.h"
#include "store/owner.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/map.h"
#include "util/mem.h"
#include "verb/commands.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

struct checking {
    const char *data;
    struct map *owners; // character in lower case → account, owned
    struct doc_problems problems;
    size_t accounts;
};

static void check_permissions(struct checking *c, const struct account *a, const char *path)
{
    for (size_t i = 0; i < a->permission_count; i++)
        if (!dispatch_is_permission(a->permissions[i]))
            doc_problem_at(
                &c->problems, DOC_ERROR, path, 0, 0,
                "permission \"%s\" does not exist, expected \"all\" or the name of a command that "
                "needs one (goto, teleport, dump, @locks)",
                a->permissions[i]);
}

static void check_characters(struct checking *c, const struct account *a, const char *path)
{
    for (size_t i = 0; i < a->character_count; i++) {
        char name[NAME_SIZE];
        if (name_rules_character(a->characters[i], NULL, name) != NAME_GOOD) {
            doc_problem_at(&c->problems, DOC_ERROR, path, 0, 0, "\"%s\" is no name of a character",
                           a->characters[i]);
            continue;
        }
        const char *other = map_get(c->owners, name);
        if (other)
            doc_problem_at(&c->problems, DOC_ERROR, path, 0, 0,
                           "character \"%s\" is also account \"%s\"'s, and can be one's only", name,
                           other);
        else
            map_put(c->owners, name, mem_strdup(a->name));
    }
}

static void check_account(void *arg, const struct account *a)
{
    assert(a->name);
    struct checking *c = arg;
    char *path = mem_printf("%s/accounts/%s.json", c->data, a->name);
    c->accounts++;
    check_permissions(c, a, path);
    check_characters(c, a, path);
    free(path);
}

static void check_unlisted(void *arg, const char *character, bool nobodys)
{
    struct checking *c = arg;
    char *path = mem_printf("%s/characters/%s.json", c->data, character);
    doc_problem_at(
        &c->problems, nobodys ? DOC_WARNING : DOC_ERROR, path, 0, 0, "%s",
        nobodys
            ? "no account lists this character, as it was being made or deleted when the server "
              "was killed; the next start frees its name"
            : "no account that can be read lists this character, so nobody can play it; add its "
              "name to the characters of an account, or move the file away");
    free(path);
}

int admin_check(const char *data)
{
    assert(data);
    if (access(data, R_OK | X_OK) < 0) {
        fprintf(stderr, "latchkey admin: %s: cannot be read: %s\n", data, strerror(errno));
        return EX_UNAVAILABLE;
    }
    commands_know();
    struct checking c = {.data = data, .owners = map_new(), .problems = DOC_PROBLEMS_INIT};
    struct owner_index *x = owner_index_new(data, check_account, &c, &c.problems);
    owner_index_unlisted(x, check_unlisted, &c);
    owner_index_free(x);
    struct buf out = BUF_INIT;
    doc_problems_sort(&c.problems);
    doc_problems_write(&out, &c.problems);
    fputs(buf_str(&out), stdout);
    printf("%zu account%s, %zu problem%s\n", c.accounts, c.accounts == 1 ? "" : "s",
           c.problems.count, c.problems.count == 1 ? "" : "s");
    int status = c.problems.count ? EX_DATAERR : 0;
    struct map_iter at = {0};
    for (void *value; map_next(c.owners, &at, NULL, &value);)
        free(value);
    map_free(c.owners);
    doc_problems_fini(&c.problems);
    buf_fini(&out);
    return status;
}
