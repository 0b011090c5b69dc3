// The table of settings: for settings.c alone.
#ifndef UTIL_SETTINGS_TABLE_H
#define UTIL_SETTINGS_TABLE_H

#include <stddef.h>
#include <stdint.h>

enum setting_kind { SETTING_INT, SETTING_BOOL, SETTING_STRING, SETTING_DURATION, SETTING_SIZE };

struct setting {
    const char *section, *name;
    enum setting_kind kind;
    size_t at;            // offset of the field in struct settings
    const char *standard; // the default, as written
    int64_t min, max;     // in milliseconds for durations and bytes for sizes
    const char *unit;     // of a number, for the explanation; NULL: a plain count
    const char *choices;  // words of a string, parted by '|'; NULL: any text
    const char *help;
};

extern const struct setting settings_table[];
extern const size_t settings_table_count;

struct settings_section {
    const char *name, *help;
};

extern const struct settings_section settings_sections[]; // ends with a NULL name

#endif
