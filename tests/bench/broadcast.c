// The broadcast floor: a libuv server that sends the same bytes to the same hearers as Latchkey
// does on a generated grid of locations, and does nothing else. One thread; no locks, no journal,
// no world but who stands where. What it costs over the plain floor (floor.c) is what the talking
// costs, which no server can save that lets players hear each other; so it is the limit for the
// workloads in which they do. tests/bench/alike compares its bytes with the server's.
//
// Like the server's, a reply goes out at the end of the turn of the loop, and other text with it or
// at the latest 10 ms later; all that is due goes out in one piece, with one prompt. Everyone
// enters at the location 0,0.
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "floor_net.h"
#include "loadgen_accounts.h"
#include "util/buf.h"
#include "util/mem.h"

enum {
    RELAXED_MS = 10,
    CROWD = 10, // more than so many are a crowd: `world.crowd`
    NAMED = 10, // of a crowd LOOK names so many, those who have been there longest
    WHO_PAGE = 100,
    WIDTH = 80,
    SIDE_MAX = 100,
    NAME_SIZE = 32,
};

enum way { NORTH, EAST, SOUTH, WEST, WAYS };

static const char *const way_names[WAYS] = {"north", "east", "south", "west"};
static const int way_x[WAYS] = {0, 1, 0, -1}, way_y[WAYS] = {-1, 0, 1, 0};

enum stage { ASKED_ACCOUNT, ASKED_PASSWORD, SHOWN_MENU, ENTERED, GONE };

struct client {
    struct floor_client net;
    enum stage stage;
    uint64_t answered; // since it entered
    struct place *place;
    unsigned at;                   // in the place's list
    struct client *before, *after; // who came before and after it, of those there
    bool at_prompt, urgent, relaxed;
    char name[NAME_SIZE];
    struct buf out;
};

struct list {
    struct client **list;
    unsigned count, room;
};

struct place {
    struct list here;            // in any order
    struct client *first, *last; // in order of arrival
    struct buf head, exits;
    struct place *way[WAYS];
};

struct broadcast {
    struct floor_net net;
    unsigned width, height;
    struct place *places;
    struct list players; // in the order of their names
    struct list urgent, relaxed;
    bool who_is_old;
    struct buf who;
    struct buf text; // while it is put together
    uv_check_t turn;
    uv_timer_t late;
};

static unsigned list_add(struct list *l, struct client *c)
{
    if (l->count == l->room) {
        l->room = l->room * 2 + 8;
        l->list = mem_realloc_array(l->list, l->room, sizeof(struct client *));
    }
    l->list[l->count] = c;
    return l->count++;
}

static struct broadcast *broadcast_of(struct client *c)
{
    return c->net.tcp.loop->data;
}

static void mark_urgent(struct client *c)
{
    if (!c->urgent)
        list_add(&broadcast_of(c)->urgent, c);
    c->urgent = true;
}

static void mark_relaxed(struct client *c)
{
    if (!c->relaxed)
        list_add(&broadcast_of(c)->relaxed, c);
    c->relaxed = true;
}

static void add_prompt(struct client *c)
{
    char prompt[32], *at = prompt + sizeof(prompt);
    memcpy(at -= 4, "> \377\357", 4);
    uint64_t n = c->answered;
    do
        *--at = (char)('0' + n % 10);
    while (n /= 10);
    *--at = '#';
    buf_add(&c->out, at, (size_t)(prompt + sizeof(prompt) - at));
    c->at_prompt = true;
}

static void send_all(struct client *c)
{
    if (!c->out.len || c->stage == GONE)
        return;
    if (c->stage == ENTERED && !c->at_prompt)
        add_prompt(c);
    floor_net_send(&c->net, c->out.data, c->out.len);
    buf_clear(&c->out);
}

static void on_late(uv_timer_t *timer)
{
    struct broadcast *b = timer->loop->data;
    for (unsigned i = 0; i < b->relaxed.count; i++) {
        b->relaxed.list[i]->relaxed = false;
        send_all(b->relaxed.list[i]);
    }
    b->relaxed.count = 0;
}

static void on_turn(uv_check_t *check)
{
    struct broadcast *b = check->loop->data;
    for (unsigned i = 0; i < b->urgent.count; i++) {
        b->urgent.list[i]->urgent = false;
        send_all(b->urgent.list[i]);
    }
    b->urgent.count = 0;
    if (b->relaxed.count > 0 && !uv_is_active((uv_handle_t *)&b->late))
        uv_timer_start(&b->late, on_late, RELAXED_MS, 0);
}

static void tell(struct place *p, const struct client *but, const struct buf *text)
{
    for (unsigned i = 0; i < p->here.count; i++) {
        struct client *c = p->here.list[i];
        if (c == but)
            continue;
        if (c->at_prompt)
            buf_add(&c->out, "\r\n", 2);
        c->at_prompt = false;
        buf_add(&c->out, text->data, text->len);
        mark_relaxed(c);
    }
}

static void leave(struct client *c)
{
    struct place *p = c->place;
    assert(p->here.list[c->at] == c);
    p->here.list[c->at] = p->here.list[--p->here.count];
    p->here.list[c->at]->at = c->at;
    *(c->before ? &c->before->after : &p->first) = c->after;
    *(c->after ? &c->after->before : &p->last) = c->before;
}

static void enter(struct client *c, struct place *p)
{
    c->place = p;
    c->at = list_add(&p->here, c);
    c->before = p->last;
    c->after = NULL;
    *(p->last ? &p->last->after : &p->first) = c;
    p->last = c;
}

// The next word of a text that is folded; `column` is where it has come to.
static void add_word(struct buf *out, size_t *column, const char *word, const char *end)
{
    size_t n = strlen(word) + strlen(end);
    bool fits = *column + 1 + n <= WIDTH;
    if (*column > 0)
        buf_adds(out, fits ? " " : "\r\n");
    *column = *column > 0 && fits ? *column + 1 + n : n;
    buf_adds(out, word);
    buf_adds(out, end);
}

static void add_crowd(struct client *c)
{
    static const char see[] = "You see a crowd here:";
    unsigned others = c->place->here.count - 1, named = others < NAMED ? others : NAMED,
             left = named;
    size_t column = sizeof(see) - 1;
    buf_adds(&c->out, see);
    for (const struct client *o = c->place->first; left > 0; o = o->after) {
        if (o == c)
            continue;
        left--;
        bool and = left + others - named == 1; // "A and B.", or "A and 1 other."
        bool last = left == 0 && others > named;
        add_word(&c->out, &column, o->name,
                 left == 0 && others == named ? "."
                 : and || last                ? ""
                                              : ",");
        if (and || last)
            add_word(&c->out, &column, "and", "");
    }
    if (others > named) {
        struct buf *number = &broadcast_of(c)->text;
        buf_clear(number);
        buf_addu_grouped(number, others - named);
        add_word(&c->out, &column, buf_str(number), "");
        add_word(&c->out, &column, others - named == 1 ? "other" : "others", ".");
    }
    buf_adds(&c->out, "\r\n");
}

static void add_players(struct client *c)
{
    for (const struct client *o = c->place->first; o; o = o->after)
        if (o != c) {
            buf_adds(&c->out, o->name);
            buf_adds(&c->out, " is here.\r\n");
        }
}

static void look(struct client *c)
{
    const struct place *p = c->place;
    buf_add(&c->out, p->head.data, p->head.len);
    if (p->here.count > CROWD)
        add_crowd(c);
    else
        add_players(c);
    buf_add(&c->out, p->exits.data, p->exits.len);
}

static const struct buf *compose(struct client *c, const char *who, const char *does,
                                 const char *what, const char *end)
{
    struct buf *text = &broadcast_of(c)->text;
    buf_clear(text);
    buf_adds(text, who);
    buf_adds(text, does);
    buf_adds(text, what);
    buf_adds(text, end);
    return text;
}

static void walk(struct client *c, enum way way)
{
    struct place *to = c->place->way[way];
    if (!to) {
        buf_addf(&c->out, "You cannot go %s from here.\r\n", way_names[way]);
        return;
    }
    tell(c->place, c, compose(c, c->name, " leaves ", way_names[way], ".\r\n"));
    leave(c);
    const char *back = way_names[(way + 2) % WAYS];
    tell(to, c, compose(c, c->name, " arrives from the ", back, ".\r\n"));
    enter(c, to);
    look(c);
}

static void say(struct client *c, const char *words)
{
    buf_adds(&c->out, c->place->here.count > 1 ? "You say: " : "You say to nobody in particular: ");
    buf_adds(&c->out, words);
    buf_adds(&c->out, "\r\n");
    tell(c->place, c, compose(c, c->name, " says: ", words, "\r\n"));
    static const char voice[] = "A voice carries from close by, but not its words.\r\n";
    const struct buf *text = compose(c, voice, "", "", "");
    for (unsigned w = 0; w < WAYS; w++)
        if (c->place->way[w])
            tell(c->place->way[w], NULL, text);
}

// Made when somebody came or went since, as that is rare.
static void make_who(struct broadcast *b)
{
    struct buf *out = &b->who;
    unsigned all = b->players.count, shown = all < WHO_PAGE ? all : WHO_PAGE;
    size_t column = 0;
    buf_clear(out);
    b->who_is_old = false;
    if (all == 1) {
        buf_adds(out, "You are all alone in this world.\r\n");
        return;
    }
    buf_adds(out, "Here at the moment");
    if (all > shown) {
        buf_addf(out, ", 1 to %u of ", shown);
        buf_addu_grouped(out, all);
    }
    buf_adds(out, ":\r\n");
    for (unsigned i = 0; i < shown; i++)
        add_word(out, &column, b->players.list[i]->name, i + 1 < shown ? "," : ".");
    buf_adds(out, "\r\n");
    if (all > shown)
        buf_adds(out,
                 "WHO 2 shows more. With the beginning of a name it shows only such names.\r\n");
    buf_addu_grouped(out, all);
    buf_adds(out, " players.\r\n");
}

static void who(struct client *c)
{
    struct broadcast *b = broadcast_of(c);
    if (b->who_is_old)
        make_who(b);
    buf_add(&c->out, b->who.data, b->who.len);
}

static void score(struct client *c)
{
    buf_adds(&c->out, "You are ");
    buf_adds(&c->out, c->name);
    buf_adds(&c->out, ".\r\nYour health is 30 of 30.\r\nYou carry 0 things.\r\n");
}

static void command(struct client *c, const char *text)
{
    c->at_prompt = false; // the player's own end of line
    c->answered++;
    mark_urgent(c);
    for (unsigned w = 0; w < WAYS; w++)
        if (!strcmp(text, way_names[w])) {
            walk(c, (enum way)w);
            return;
        }
    if (!strcmp(text, "look"))
        look(c);
    else if (!strncmp(text, "say ", 4))
        say(c, text + 4);
    else if (!strcmp(text, "who"))
        who(c);
    else if (!strcmp(text, "inventory"))
        buf_adds(&c->out, "You are not carrying anything.\r\n");
    else if (!strcmp(text, "score"))
        score(c);
    else if (!strncmp(text, "prompt ", 7))
        buf_adds(&c->out, "Your prompt is changed.\r\n");
    else
        buf_adds(&c->out, "Huh?\r\n");
}

static void add_player(struct broadcast *b, struct client *c)
{
    unsigned at = list_add(&b->players, c);
    struct client **list = b->players.list;
    for (; at > 0 && strcmp(list[at - 1]->name, c->name) > 0; at--)
        list[at] = list[at - 1];
    list[at] = c;
    b->who_is_old = true;
}

static void on_line(struct floor_client *net, char *text)
{
    struct client *c = (struct client *)net;
    struct broadcast *b = broadcast_of(c);
    unsigned number = 0;
    switch (c->stage) {
    case ASKED_ACCOUNT:
        sscanf(text, "bench%u", &number);
        loadgen_accounts_character(number, c->name, sizeof(c->name));
        buf_adds(&c->out, "Password: \377\357");
        break;
    case ASKED_PASSWORD:
        buf_adds(&c->out, "1) Play\r\nWhich? \377\357");
        break;
    case SHOWN_MENU:
        add_player(b, c);
        enter(c, &b->places[0]);
        look(c);
        break;
    case ENTERED:
        command(c, text);
        return;
    case GONE:
        return;
    }
    c->stage++;
    mark_urgent(c);
}

static void forget(struct list *l, const struct client *c)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < l->count; i++)
        if (l->list[i] != c)
            l->list[kept++] = l->list[i];
    l->count = kept;
}

static void on_gone(struct floor_client *net)
{
    struct client *c = (struct client *)net;
    struct broadcast *b = broadcast_of(c);
    if (c->stage == ENTERED) {
        leave(c);
        forget(&b->players, c);
        b->who_is_old = true;
    }
    c->stage = GONE;
    forget(&b->urgent, c);
    forget(&b->relaxed, c);
    buf_fini(&c->out);
}

static void make_place(struct broadcast *b, unsigned x, unsigned y, const char *description)
{
    struct place *p = &b->places[y * b->width + x];
    const char *gap = "You see exits: ";
    buf_addf(&p->head, "Crossing %u-%u\r\n%s", x, y, description);
    for (unsigned w = 0; w < WAYS; w++) {
        unsigned to_x = x + (unsigned)way_x[w], to_y = y + (unsigned)way_y[w];
        if (to_x >= b->width || to_y >= b->height)
            continue;
        p->way[w] = &b->places[to_y * b->width + to_x];
        buf_addf(&p->exits, "%s%s", gap, way_names[w]);
        gap = ", ";
    }
    buf_adds(&p->exits, *gap == ',' ? ".\r\n" : "You see exits: none.\r\n");
}

static int usage(void)
{
    fprintf(stderr, "usage: broadcast --port P --grid WxH --text DESCRIPTION\n"
                    "The description is sent as it is: folded, with the ends of its lines.\n");
    return 2;
}

int main(int argc, char **argv)
{
    struct broadcast *b = mem_new(struct broadcast);
    if (argc != 7 || strcmp(argv[1], "--port") || strcmp(argv[3], "--grid") ||
        strcmp(argv[5], "--text") || !floor_net_port(argv[2]) ||
        sscanf(argv[4], "%ux%u", &b->width, &b->height) != 2 || !b->width || !b->height ||
        b->width > SIDE_MAX || b->height > SIDE_MAX)
        return usage();
    b->net.client_size = sizeof(struct client);
    b->net.greeting = "Account name: \377\357";
    b->net.line = on_line;
    b->net.gone = on_gone;
    b->places = mem_calloc((size_t)b->width * b->height, sizeof(*b->places));
    for (unsigned y = 0; y < b->height; y++)
        for (unsigned x = 0; x < b->width; x++)
            make_place(b, x, y, argv[6]);
    int error = floor_net_listen(&b->net, floor_net_port(argv[2]));
    if (error < 0) {
        fprintf(stderr, "broadcast: port %s: %s\n", argv[2], uv_strerror(error));
        return 1;
    }
    uv_check_init(&b->net.loop, &b->turn);
    uv_check_start(&b->turn, on_turn);
    uv_timer_init(&b->net.loop, &b->late);
    return floor_net_run(&b->net);
}
