// Reads the list whole and cuts it into lines.
#include "loadgen_places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/file.h"
#include "util/mem.h"

enum { PLACES_BYTES_MAX = 64 << 20 };

bool loadgen_places_load(struct loadgen_places *p, const char *path)
{
    *p = (struct loadgen_places){0};
    struct buf text = BUF_INIT;
    int r = file_read(path, PLACES_BYTES_MAX, &text);
    if (r < 0) {
        fprintf(stderr, "loadgen: %s: %s\n", path, strerror(-r));
        buf_fini(&text);
        return false;
    }
    p->text = buf_take(&text);
    size_t room = 0;
    char *rest = p->text;
    for (char *line = strsep(&rest, "\r\n"); line; line = strsep(&rest, "\r\n")) {
        if (!*line) {
            continue;
        }
        if (p->count == room) {
            room = room ? room * 2 : 64;
            p->line = mem_realloc_array(p->line, room, sizeof(*p->line));
        }
        p->line[p->count++] = line;
    }
    if (p->count == 0) {
        fprintf(stderr, "loadgen: %s: it names no place\n", path);
    }
    return p->count > 0;
}

void loadgen_places_fini(struct loadgen_places *p)
{
    free(p->text);
    free(p->line);
    *p = (struct loadgen_places){0};
}
