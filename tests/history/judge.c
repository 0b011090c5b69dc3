// judge FILE: is the recorded history linearizable? Exit status 0: yes, 1: no, 2: it is no history,
// 3: it was not decided.
#include "piece.h"

#include <errno.h>
#include <string.h>

enum { WORLDS_MAX = 4000000, LINEARIZABLE = 0, CONTRADICTION = 1, NO_HISTORY = 2, UNDECIDED = 3 };

static int judge(const struct history *h)
{
    struct search_start start;
    struct search_result r;
    search_start(h, &start);
    search_run(h, &start, WORLDS_MAX, &r);
    printf("%zu operations, %zu kills, ", h->op_count, h->kills);
    if (r.verdict == SEARCH_LINEARIZABLE) {
        printf("linearizable (at most %zu worlds at a time)\n", r.worlds);
        return LINEARIZABLE;
    }
    if (r.verdict == SEARCH_TOO_LARGE) {
        printf("not decided: more than %d possible worlds at: %s\n", WORLDS_MAX,
               h->events[r.event].line);
        return UNDECIDED;
    }
    printf("not linearizable at: %s\n", h->events[r.event].line);
    piece_print(h, &r, WORLDS_MAX, stdout);
    return CONTRADICTION;
}

int main(int argc, char **argv)
{
    char why[256];
    struct history h;
    if (argc != 2) {
        fprintf(stderr, "usage: %s FILE\n", argv[0]);
        return NO_HISTORY;
    }
    FILE *in = fopen(argv[1], "r");
    if (!in) {
        fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
        return NO_HISTORY;
    }
    bool right = history_read(&h, in, why, sizeof(why));
    fclose(in);
    if (!right)
        fprintf(stderr, "%s: %s\n", argv[1], why);
    int status = right ? judge(&h) : NO_HISTORY;
    history_fini(&h);
    return status;
}
