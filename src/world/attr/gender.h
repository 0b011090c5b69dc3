// Gender and the pronouns that go with it.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_GENDER_H
#define WORLD_ATTR_GENDER_H

#include "util/site.h"

#include <stdbool.h>

struct thing;

enum gender { GENDER_NEUTER, GENDER_MALE, GENDER_FEMALE, GENDER_PLURAL };

enum gender gender_get_at(struct thing *t, const struct site *at);
void gender_set_at(struct thing *t, enum gender g, const struct site *at);
bool gender_by_name(const char *name, enum gender *out); // "male", "female", "neuter", "plural"
const char *gender_subject(enum gender g);               // he she it they
const char *gender_object(enum gender g);                // him her it them
const char *gender_possessive(enum gender g);            // his her its their
#define gender_get(t) gender_get_at((t), SITE)
#define gender_set(t, g) gender_set_at((t), (g), SITE)

#endif
