// Writes characters from the journal to standard output and to DATA/characters. Keeps nothing. A
// separate file because store's records and the journal's have the same names.
#include "tools/journal/journal_restore.h"

#include "store/character.h"
#include "store/json.h"
#include "store/savefile.h"
#include "util/buf.h"
#include "util/doc.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static struct doc *restore_read_text(const char *text)
{
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    struct doc *d = json_read("journal", text, strlen(text), &problems);
    if (!d)
        fputs("latchkey journal: what the journal holds is no character\n", stderr);
    doc_problems_fini(&problems);
    return d;
}

static int print_restored(const struct doc *d)
{
    struct buf out = BUF_INIT;
    bool good = json_write(&out, doc_root(d), JSON_PRETTY);
    if (good)
        fwrite(out.data, 1, out.len, stdout);
    buf_fini(&out);
    return good ? 0 : EX_DATAERR;
}

int journal_restore_print(const char *text)
{
    struct doc *d = restore_read_text(text);
    int status = d ? print_restored(d) : EX_DATAERR;
    doc_free(d);
    return status;
}

static struct doc *restore_load(const char *data, const char *name, struct doc_problems *p)
{
    struct doc *d = NULL;
    return character_load(data, name, &d, p) == SAVEFILE_OK ? d : NULL;
}

bool journal_restore_saved(const char *data, const char *name)
{
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    struct doc *d = restore_load(data, name, &problems);
    bool found = d != NULL;
    doc_problems_fini(&problems);
    doc_free(d);
    return found;
}

int journal_restore_print_saved(const char *data, const char *name)
{
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    struct doc *d = restore_load(data, name, &problems);
    int status = d ? print_restored(d) : EX_DATAERR;
    doc_problems_fini(&problems);
    doc_free(d);
    return status;
}

int journal_restore(const char *data, const char *name, const char *text)
{
    struct doc *d = restore_read_text(text);
    if (!d)
        return EX_DATAERR;
    int r = character_update(data, name, d);
    if (r == SAVEFILE_ABSENT)
        r = character_create(data, name, doc_root(d));
    doc_free(d);
    if (r == SAVEFILE_OK) {
        printf("%s is restored; the version before is kept with a \"~\"\n", name);
        return 0;
    }
    fprintf(stderr, "latchkey journal: %s: %s\n", name,
            r == SAVEFILE_BAD_NAME ? "no name of a character"
            : r == SAVEFILE_TAKEN  ? "a character whose name looks alike is there already"
                                   : strerror(r < 0 ? -r : 0));
    return EX_CANTCREAT;
}
