// Characters are records under their name in lower case. Keeps nothing; any thread but the loop's.
#include "store/character.h"

#include "store/name.h"
#include "store/record.h"
#include "util/str.h"

#include <stdbool.h>
#include <stddef.h>

static const char kind[] = "characters";

static bool file_name(const char *name, char out[NAME_SIZE])
{
    if (name_character(name, NULL, out) != NAME_GOOD)
        return false;
    str_lower(out);
    return true;
}

int character_create(const char *data, const char *name, const struct doc_node *root)
{
    char file[NAME_SIZE];
    return file_name(name, file) ? record_create(data, kind, file, root) : RECORD_BAD_NAME;
}

int character_load(const char *data, const char *name, struct doc **out, struct doc_problems *p)
{
    char file[NAME_SIZE];
    *out = NULL;
    return file_name(name, file) ? record_load(data, kind, file, out, p) : RECORD_BAD_NAME;
}

int character_save(const char *data, const char *name, const struct doc_node *root)
{
    char file[NAME_SIZE];
    return file_name(name, file) ? record_save(data, kind, file, root) : RECORD_BAD_NAME;
}

int character_erase(const char *data, const char *name)
{
    char file[NAME_SIZE];
    return file_name(name, file) ? record_erase(data, kind, file) : RECORD_BAD_NAME;
}
