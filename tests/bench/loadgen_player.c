// A player's connection and the fast path of a reply: one receive, a backward search for the last
// prompt mark, one comparison of counters. Chooses no commands (loadgen_mix.c) and knows nothing of
// login (loadgen_setup.c). A prompt mark alone does not end a reply, because what others do in the
// room is followed by a prompt as well: the counter in the prompt decides.
#include "loadgen_player.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loadgen_dialogue.h"
#include "loadgen_setup.h"

static const char *const success_words[COMMAND_KINDS] = {
    [COMMAND_LOOK] = DIALOGUE_EXITS,  [COMMAND_OUT] = DIALOGUE_EXITS,
    [COMMAND_BACK] = DIALOGUE_EXITS,  [COMMAND_SAY] = DIALOGUE_YOU_SAY,
    [COMMAND_GET] = DIALOGUE_YOU_GET, [COMMAND_DROP] = DIALOGUE_YOU_DROP,
};

static const char *const refusal_words[] = DIALOGUE_REFUSALS;

enum { CHECK_EVERY = 16 }; // one reply in so many is read word by word

static uint64_t mix64(uint64_t z)
{
    // The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

void loadgen_player_init(struct loadgen_player *p, unsigned number, uint64_t seed)
{
    memset(p, 0, sizeof(*p));
    p->fd = -1;
    p->way = DIRECTION_NONE;
    p->number = number;
    p->rng = mix64(seed) ^ mix64(number + 1);
}

void loadgen_player_fini(struct loadgen_player *p)
{
    loadgen_player_close(p);
    loadgen_setup_free(p->setup);
    p->setup = NULL;
}

uint64_t loadgen_player_random(struct loadgen_player *p)
{
    p->rng += 0x9e3779b97f4a7c15U;
    return mix64(p->rng);
}

unsigned loadgen_player_below(struct loadgen_player *p, unsigned limit)
{
    return (unsigned)(((loadgen_player_random(p) >> 32) * limit) >> 32);
}

bool loadgen_player_connect(struct loadgen_player *p, const char *host, uint16_t port,
                            unsigned source)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &to.sin_addr) != 1) {
        return false;
    }
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (p->fd < 0) {
        return false;
    }
    int on = 1;
    setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (source > 0) {
        struct sockaddr_in from = {.sin_family = AF_INET};
        from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + source - 1);
        setsockopt(p->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
        if (bind(p->fd, (const struct sockaddr *)&from, sizeof(from)) < 0) {
            loadgen_player_close(p);
            return false;
        }
    }
    if (connect(p->fd, (const struct sockaddr *)&to, sizeof(to)) < 0 && errno != EINPROGRESS) {
        loadgen_player_close(p);
        return false;
    }
    return true;
}

void loadgen_player_close(struct loadgen_player *p)
{
    if (p->fd >= 0) {
        close(p->fd);
    }
    p->fd = -1;
    p->phase = LOADGEN_LOST;
    p->waiting = false;
}

bool loadgen_player_send(struct loadgen_player *p, const char *bytes, size_t length)
{
    return send(p->fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

bool loadgen_player_command(struct loadgen_player *p, enum loadgen_command kind, const char *text,
                            size_t length, uint64_t now)
{
    p->waiting = true;
    p->command = (uint8_t)kind;
    p->want++;
    p->began = now;
    p->saw = false;
    p->refusal = false;
    bool step = kind == COMMAND_OUT || kind == COMMAND_BACK;
    p->check = p->want % CHECK_EVERY == 0 ? CHECK_ALL : step ? CHECK_SUCCESS : CHECK_NONE;
    return loadgen_player_send(p, text, length);
}

static bool holds(const uint8_t *from, const uint8_t *end, const char *words)
{
    return memmem(from, (size_t)(end - from), words, strlen(words)) != NULL;
}

static void note_words(struct loadgen_player *p, const uint8_t *from, const uint8_t *end)
{
    const char *words = success_words[p->command];
    if (words && !p->saw) {
        p->saw = holds(from, end, words);
    }
    if (p->check == CHECK_ALL) {
        for (size_t i = 0; i < sizeof(refusal_words) / sizeof(refusal_words[0]); i++) {
            p->refusal |= holds(from, end, refusal_words[i]);
        }
    }
}

static void settle_words(struct loadgen_player *p, struct loadgen_tally *tally)
{
    bool missing = success_words[p->command] && !p->saw;
    if (p->check == CHECK_ALL) {
        tally->sampled++;
        tally->refused += p->refusal;
        tally->unexpected += missing && p->command != COMMAND_OUT && p->command != COMMAND_BACK;
    }
    if (p->command == COMMAND_OUT) {
        p->away = p->saw;
        tally->blocked += missing;
    } else if (p->command == COMMAND_BACK) {
        // The way back is shut: the other room is home from now on.
        p->way = missing ? (uint8_t)loadgen_wire_opposite(p->way) : p->way;
        p->away = false;
        tally->strayed += missing;
    }
}

static uint64_t count_words(const uint8_t *from, const uint8_t *end, const char *words)
{
    uint64_t n = 0;
    size_t length = strlen(words);
    while ((from = memmem(from, (size_t)(end - from), words, length)) != NULL) {
        from += length;
        n++;
    }
    return n;
}

enum loadgen_outcome loadgen_player_input(struct loadgen_player *p, uint8_t *bytes, size_t length,
                                          bool count_heard, struct loadgen_tally *tally)
{
    const uint8_t *end = bytes + length;
    const uint8_t *from = bytes - p->carried;
    memcpy(bytes - p->carried, p->carry, p->carried);
    tally->bytes += length;
    if (count_heard) {
        // Only as much of the tail as cannot hold the words by itself, or they would count twice.
        const size_t overlap = sizeof(DIALOGUE_OTHERS_SAY) - 2;
        const uint8_t *start = bytes - (p->carried < overlap ? p->carried : overlap);
        tally->heard += count_words(start, end, DIALOGUE_OTHERS_SAY);
    }
    if (p->check != CHECK_NONE) {
        note_words(p, from, end);
    }
    enum loadgen_outcome outcome = LOADGEN_QUIET;
    const uint8_t *mark = loadgen_wire_last_mark(from, end);
    uint64_t count = 0;
    if (mark && p->waiting && loadgen_wire_count(from, mark, &count) && count >= p->want) {
        p->waiting = false;
        if (p->check != CHECK_NONE) {
            settle_words(p, tally);
            p->check = CHECK_NONE;
        }
        tally->kinds[p->command]++;
        outcome = LOADGEN_ANSWERED;
    }
    const uint8_t *keep = mark ? mark + 2 : from;
    p->carried = (uint8_t)(end - keep > LOADGEN_CARRY ? LOADGEN_CARRY : end - keep);
    memcpy(p->carry, end - p->carried, p->carried);
    return outcome;
}
