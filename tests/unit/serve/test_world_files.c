// Zone files that an epoch keeps: what is kept is what is found again, elsewhere and whole, or not
// at all.
#include "serve/world_files.h"

#include "../tools/tool_kit.h"

#include "util/doc.h"
#include "util/error.h"
#include "world/world.h"

#include <dirent.h>
#include <sys/stat.h>

static struct error why;

static void put_files(const char *name)
{
    char *zone = mem_printf(
        "{\"zone\":{\"ref\":\"z\",\"name\":\"Z\"},\"locations\":{\"yard\":{\"name\":\"%s\","
        "\"description\":\"Earth.\",\"start\":true}}}",
        name);
    kit_put("zones/z.json", zone);
    free(zone);
}

static void begin(void)
{
    kit_begin();
    ck_assert_int_eq(setenv("TMPDIR", kit_folder, 1), 0);
    put_files("The yard");
    kit_put("player.json", "{\"name\":\"a player\"}");
    ck_assert_int_eq(file_mkdirs("epoch", 0700), 0);
}

static unsigned copies(void)
{
    unsigned n = 0;
    DIR *d = opendir(".");
    ck_assert_ptr_nonnull(d);
    for (struct dirent *e; (e = readdir(d));)
        n += !strncmp(e->d_name, "latchkey-world-", 15);
    closedir(d);
    return n;
}

static uint64_t keep(void)
{
    uint64_t digest = world_files_digest("zones", "player.json"), kept;
    ck_assert_int_eq(world_files_keep("zones", "player.json", "epoch", digest), 0);
    ck_assert_msg(world_files_kept("epoch", &kept, &why), "%s", error_text(&why));
    ck_assert_uint_eq(kept, digest);
    return digest;
}

START_TEST(files_that_have_not_changed_are_used_where_they_are)
{
    struct world_files f;
    uint64_t digest = keep();
    ck_assert(world_files_find(&f, digest, "zones", "player.json", "epoch", &why));
    ck_assert_str_eq(f.zones, "zones");
    ck_assert_str_eq(f.player, "player.json");
    ck_assert_uint_eq(copies(), 0);
    world_files_fini(&f);
    ck_assert(kit_is_there("zones/z.json"));
    ck_assert(kit_is_there("player.json"));
}
END_TEST

START_TEST(those_of_then_are_unpacked_and_removed_again)
{
    struct world_files f;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    uint64_t digest = keep();
    put_files("The farm");
    kit_put("player.json", "{\"name\":\"a person\"}");
    ck_assert_uint_ne(world_files_digest("zones", "player.json"), digest);
    ck_assert_msg(world_files_find(&f, digest, "zones", "player.json", "epoch", &why), "%s",
                  error_text(&why));
    ck_assert_uint_eq(copies(), 1);
    ck_assert_msg(!strncmp(f.zones, kit_folder, strlen(kit_folder)), "%s", f.zones);
    ck_assert_uint_eq(world_files_digest(f.zones, f.player), digest);
    struct world *w = world_files_load(&f, &p);
    ck_assert_ptr_nonnull(w);
    ck_assert_ptr_nonnull(world_lookup(w, "z:yard"));
    world_free(w);
    world_files_fini(&f);
    ck_assert_uint_eq(copies(), 0);
    doc_problems_fini(&p);
}
END_TEST

static void not_found(uint64_t digest, const char *told)
{
    struct world_files f;
    ck_assert(!world_files_find(&f, digest, "zones", "player.json", "epoch", &why));
    ck_assert_msg(strstr(error_text(&why), told) != NULL, "%s", error_text(&why));
    ck_assert_uint_eq(copies(), 0);
}

START_TEST(what_was_not_kept_whole_is_not_found)
{
    struct buf all = BUF_INIT;
    uint64_t digest = keep(), kept;
    put_files("The farm");
    not_found(digest + 1, "the zone files that epoch has kept are not those of its manifest");
    kit_get("epoch/world-files", &all);
    all.data[all.len / 2] ^= 1;
    ck_assert_int_eq(file_write_atomic("epoch/world-files", all.data, all.len, 0600, false), 0);
    not_found(digest, "epoch/world-files: damaged, expected its own checksum");
    ck_assert(!world_files_kept("epoch", &kept, &why));
    kit_put("epoch/world-files", "short");
    not_found(digest, "damaged, expected whole files");
    ck_assert_int_eq(unlink("epoch/world-files"), 0);
    not_found(digest, "missing: this epoch kept no zone files");
    ck_assert_int_eq(setenv("TMPDIR", "/nonexistent", 1), 0);
    not_found(digest, "/nonexistent/latchkey-world-");
    buf_fini(&all);
}
END_TEST

// A start keeps them each time: what is there already is left as it is, so that it needs no room on
// the disk.
START_TEST(what_is_kept_is_not_written_again)
{
    struct stat before, after;
    keep();
    ck_assert_int_eq(stat("epoch/world-files", &before), 0);
    keep();
    ck_assert_int_eq(stat("epoch/world-files", &after), 0);
    ck_assert_uint_eq(after.st_ino, before.st_ino);
    put_files("The farm");
    keep();
    ck_assert_int_eq(stat("epoch/world-files", &after), 0);
    ck_assert_uint_ne(after.st_ino, before.st_ino);
    // Other bytes of the same length, and a part of it.
    put_files("The barn");
    keep();
    put_files("The barn door");
    keep();
    ck_assert_int_eq(unlink("player.json"), 0);
    keep();
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("world_files");
    tcase_add_checked_fixture(t, begin, kit_end);
    tcase_add_test(t, files_that_have_not_changed_are_used_where_they_are);
    tcase_add_test(t, those_of_then_are_unpacked_and_removed_again);
    tcase_add_test(t, what_was_not_kept_whole_is_not_found);
    tcase_add_test(t, what_is_kept_is_not_written_again);
    return kit_suite("world_files", t);
}
