// Reading help texts. A file that cannot be read is logged and left out.
#include "serve/help_topics.h"

#include "util/buf.h"
#include "util/file.h"
#include "util/log.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/screen.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TOPIC_MAX = 65536 };

static int is_text(const struct dirent *e)
{
    size_t n = strlen(e->d_name);
    return n > 4 && *e->d_name != '.' && !strcmp(e->d_name + n - 4, ".txt");
}

// As every text (util/screen.h); it ends without line breaks.
static char *cleaned(const struct buf *b)
{
    struct buf out = BUF_INIT;
    screen_clean(&out, buf_str(b), b->len, 0);
    while (out.len && out.data[out.len - 1] == '\n')
        buf_truncate(&out, out.len - 1);
    return buf_take(&out);
}

struct map *help_topics_load(const char *folder)
{
    assert(folder);
    struct map *topics = map_new();
    struct dirent **list = NULL;
    char *help = mem_printf("%s/help", folder);
    int n = scandir(help, &list, is_text, alphasort);
    if (n < 0)
        log_warning("help", "unreadable", "file", help, "why", strerror(errno), NULL);
    for (int i = 0; i < n; i++) {
        struct buf b = BUF_INIT;
        char *path = mem_printf("%s/%s", help, list[i]->d_name);
        if (file_read(path, TOPIC_MAX, &b) < 0)
            log_warning("help", "unreadable", "file", path, NULL);
        else
            map_putn(topics, list[i]->d_name, strlen(list[i]->d_name) - 4, cleaned(&b));
        buf_fini(&b);
        free(path);
        free(list[i]);
    }
    free(list);
    free(help);
    return topics;
}

void help_topics_free(struct map *topics)
{
    struct map_iter it = {0};
    const char *key;
    void *text;
    while (map_next(topics, &it, &key, &text))
        free(text);
    map_free(topics);
}
