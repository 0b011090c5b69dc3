// Names of accounts and characters: what may be one, how it is written, and which look alike.
// All are ASCII: an account has letters, digits, '-' and '_' in any case and is kept in lower case;
// a character has letters alone and is kept with the first one large. So a name can be a file name,
// and no letter of another script can pass for one of these.
// Threads: any; a word list is read-only once loaded.  Locks: none.
#ifndef STORE_NAME_RULES_H
#define STORE_NAME_RULES_H

#include <stdbool.h>
#include <stddef.h>

struct doc_problems;
struct name_rules_words;

#define NAME_SIZE 40 // room for any name and a NUL
#define NAME_LONGEST 32
#define NAME_CHARACTER_MIN 2
#define NAME_CHARACTER_MAX 15

enum name_rules_verdict {
    NAME_GOOD,
    NAME_TOO_SHORT,
    NAME_TOO_LONG,
    NAME_BAD_LETTER,
    NAME_RESERVED,
    NAME_MEANING, // for the caller to say: a word of the world
};
enum name_rules_kind { NAME_OF_ACCOUNT, NAME_OF_CHARACTER };

// Reserved words: one a line, '#' begins a comment; "word" is that name, "word*" all that begin
// so, "*word*" all that contain it. NULL when the file cannot be read or holds anything else.
struct name_rules_words *name_rules_words_load(const char *path, struct doc_problems *p);
struct name_rules_words *name_rules_words_new(void); // none
void name_rules_words_add(struct name_rules_words *w,
                          const char *word); // what is no name is left out
void name_rules_words_free(struct name_rules_words *w);
bool name_rules_words_has(const struct name_rules_words *w, const char *name);

// The name as it is kept, in `out`, when good. `w` may be NULL: nothing is reserved then, as for
// names that exist. Names of devices (con, lpt1) are reserved by every list.
enum name_rules_verdict name_rules_account(const char *typed, size_t min, size_t max,
                                           const struct name_rules_words *w, char out[NAME_SIZE]);
enum name_rules_verdict name_rules_character(const char *typed, const struct name_rules_words *w,
                                             char out[NAME_SIZE]);
// A text for the player: what is wrong with the name, and how names are made; for a good name the
// rules alone. The caller frees it.
char *name_rules_text(enum name_rules_verdict v, enum name_rules_kind kind, size_t min, size_t max);

// Two names with the same skeleton look alike and may not both exist: case, '-' and '_' do not
// count, 0 is o, 1 and i are l, 5 is s, rn is m, vv is w, cl is d (for ASCII what Unicode's UTS 39
// says, and stricter). With reserved words of fewer than five letters i and l are two letters, and
// cl is no d.
void name_rules_skeleton(const char *name, char out[NAME_SIZE]);

#endif
