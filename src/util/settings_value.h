// One setting's value as text and in struct settings: for settings.c alone.
#ifndef UTIL_SETTINGS_VALUE_H
#define UTIL_SETTINGS_VALUE_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct setting;
struct settings;

// False, the field as before and the reason appended to `why`, when `text` is no value for it.
bool settings_value_set(struct settings *s, const struct setting *e, const char *text,
                        struct buf *why);
void settings_value_write(struct buf *out, const struct settings *s, const struct setting *e);
// A number of this setting's kind, as text that parses to the same.
void settings_value_number(struct buf *out, const struct setting *e, int64_t n);

#endif
