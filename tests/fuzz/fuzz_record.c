// Fuzz target for the files of accounts and characters, which operators edit and disks damage. The
// first byte chooses which. The quick reader of JSON and jansson read the same from it. An account
// that is taken can be saved and is the same when it is read again. A character enters a world,
// acts, and leaves it; what is saved then is taken again and gives the same.
#include "../unit/store/json_same.h"
#include "fuzz_folder.h"
#include "fuzz_world.h"

#include <sys/stat.h>

#include "store/account.h"
#include "store/character.h"
#include "store/json.h"
#include "store/savefile.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    folder_make();
    char *accounts = path_of("accounts"), *characters = path_of("characters");
    MUST(!mkdir(accounts, 0700) && !mkdir(characters, 0700));
    free(accounts);
    free(characters);
    atexit(folder_remove);
    fuzz_once();
    return 0;
}

static bool same(const struct account *a, const struct account *b)
{
    bool equal = a->character_count == b->character_count &&
                 a->permission_count == b->permission_count && !strcmp(a->name, b->name) &&
                 !strcmp(a->hash, b->hash) && !strcmp(a->created, b->created);
    for (size_t i = 0; equal && i < a->character_count; i++)
        equal = !strcmp(a->characters[i], b->characters[i]);
    for (size_t i = 0; equal && i < a->permission_count; i++)
        equal = !strcmp(a->permissions[i], b->permissions[i]);
    return equal;
}

// What the program does with one that was taken.
static void change_account(struct account *a)
{
    bool had = account_has_character(a, "Zed"), could = account_may(a, "goto");
    MUST(account_add_character(a, "Zed") == !had && account_remove_character(a, "zed"));
    MUST(!account_has_character(a, "Zed") && !account_remove_character(a, "Zed"));
    MUST(account_grant(a, "goto") == !could && account_revoke(a, "goto") &&
         !account_may(a, "goto"));
    MUST(account_erase(folder, "ann") == SAVEFILE_OK && account_create(folder, a) == SAVEFILE_OK);
    MUST(account_create(folder, a) == SAVEFILE_TAKEN);
}

static void try_account(const uint8_t *data, size_t size)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct account *a = NULL, *again = NULL;
    write_file("accounts/ann.json", data, size);
    int outcome = account_load(folder, "ann", &a, &p);
    MUST(!a == (outcome != SAVEFILE_OK) && (a || p.count || outcome < 0));
    if (a) {
        MUST(account_save(folder, a) == SAVEFILE_OK);
        MUST(account_load(folder, "ann", &again, &p) == SAVEFILE_OK && same(a, again));
        change_account(again);
    }
    account_free(a);
    account_free(again);
    doc_problems_fini(&p);
}

static void write_text(const struct doc *d, struct buf *out)
{
    MUST(d && json_write(out, doc_root((struct doc *)d), JSON_PRETTY));
}

// In, a look around, and out again; what is saved then, as text.
static void live(struct doc *character, struct buf *out)
{
    fuzz_begin();
    if (fuzz_join(0, "Ann", character)) {
        fuzz_type(0, "inventory");
        fuzz_type(0, "alias");
        fuzz_type(0, "score");
        fuzz_leave(0);
        write_text(fuzz.players[0].saved, out);
    }
    fuzz_end();
}

static void try_character(const uint8_t *data, size_t size)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct doc *d = NULL;
    write_file("characters/ann.json", data, size);
    int outcome = character_load(folder, "Ann", &d, &p);
    MUST(!d == (outcome != SAVEFILE_OK));
    if (d) {
        struct buf first = BUF_INIT, second = BUF_INIT;
        live(d, &first);
        MUST(first.len && character_erase(folder, "Ann") == SAVEFILE_OK);
        struct doc *saved = json_read("ann", first.data, first.len, &p);
        MUST(character_create(folder, "Ann", doc_root(saved)) == SAVEFILE_OK);
        MUST(character_save(folder, "Ann", doc_root(saved)) == SAVEFILE_OK);
        doc_free(saved);
        MUST(character_load(folder, "Ann", &d, &p) == SAVEFILE_OK);
        live(d, &second);
        MUST(first.len == second.len && !memcmp(first.data, second.data, first.len));
        buf_fini(&first);
        buf_fini(&second);
    }
    doc_problems_fini(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size)
        MUST(json_same_by_both((const char *)data + 1, size - 1, NULL));
    if (size && data[0] & 1)
        try_account(data + 1, size - 1);
    else if (size)
        try_character(data + 1, size - 1);
    return 0;
}
