// Four maps behind a mutex. Names of characters are compared without regard to case, as files are.
#include "session/names_in_use.h"

#include "store/name_rules.h"
#include "util/map.h"
#include "util/mem.h"

#include <assert.h>
#include <ctype.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct names_in_use {
    pthread_mutex_t mutex;
    unsigned wanting;    // the loops that were refused a name since one was free again last
    struct map *claimed; // skeletons
    struct map *saved;   // names → how many savers have it, which is 1 but at a start
    struct map *playing; // names → number of the loop + 1
    struct map *alike;   // skeletons → how many players in the world have one that is the same
};

struct names_in_use *names_in_use_new(void)
{
    loopguard_check("names_in_use_new()");
    struct names_in_use *n = mem_new(struct names_in_use);
    pthread_mutex_init(&n->mutex, NULL);
    n->claimed = map_new();
    n->saved = map_new();
    n->playing = map_new();
    n->alike = map_new();
    return n;
}

void names_in_use_free(struct names_in_use *n)
{
    loopguard_check("names_in_use_free()");
    if (!n)
        return;
    map_free(n->claimed);
    map_free(n->saved);
    map_free(n->playing);
    map_free(n->alike);
    pthread_mutex_destroy(&n->mutex);
    free(n);
}

// The forms in which a name is kept.
struct forms {
    char lower[NAME_SIZE], skeleton[NAME_SIZE];
};

static void names_forms(const char *name, struct forms *f)
{
    assert(name && *name);
    snprintf(f->lower, sizeof(f->lower), "%s", name);
    for (char *c = f->lower; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    name_rules_skeleton(name, f->skeleton);
}

static uintptr_t names_count(const struct map *m, const char *key)
{
    return (uintptr_t)map_get(m, key);
}

static void names_add(struct map *m, const char *key, int by)
{
    uintptr_t now = names_count(m, key) + (uintptr_t)by;
    if (now)
        map_put(m, key, (void *)now);
    else
        map_remove(m, key);
}

static bool names_is_free(const struct names_in_use *n, const struct forms *f)
{
    return !map_has(n->claimed, f->skeleton) && !map_has(n->saved, f->lower);
}

bool names_in_use_claim(struct names_in_use *n, const char *name)
{
    loopguard_check("names_in_use_claim()");
    struct forms f;
    names_forms(name, &f);
    pthread_mutex_lock(&n->mutex);
    bool taken = names_is_free(n, &f);
    if (taken)
        map_put(n->claimed, f.skeleton, n);
    else
        n->wanting |= 1u << loopguard_loop();
    pthread_mutex_unlock(&n->mutex);
    return taken;
}

static unsigned names_take_wanting(struct names_in_use *n)
{
    unsigned loops = n->wanting;
    n->wanting = 0;
    return loops;
}

unsigned names_in_use_give(struct names_in_use *n, const char *name)
{
    loopguard_check("names_in_use_give()");
    struct forms f;
    names_forms(name, &f);
    pthread_mutex_lock(&n->mutex);
    assert(map_has(n->claimed, f.skeleton));
    map_remove(n->claimed, f.skeleton);
    unsigned loops = names_take_wanting(n);
    pthread_mutex_unlock(&n->mutex);
    return loops;
}

bool names_in_use_is_free(struct names_in_use *n, const char *name)
{
    loopguard_check("names_in_use_is_free()");
    struct forms f;
    names_forms(name, &f);
    pthread_mutex_lock(&n->mutex);
    bool is_free = names_is_free(n, &f);
    if (!is_free)
        n->wanting |= 1u << loopguard_loop();
    pthread_mutex_unlock(&n->mutex);
    return is_free;
}

void names_in_use_saving(struct names_in_use *n, const char *character)
{
    loopguard_check("names_in_use_saving()");
    struct forms f;
    names_forms(character, &f);
    pthread_mutex_lock(&n->mutex);
    names_add(n->saved, f.lower, 1);
    pthread_mutex_unlock(&n->mutex);
}

unsigned names_in_use_saved(struct names_in_use *n, const char *character)
{
    loopguard_check("names_in_use_saved()");
    struct forms f;
    names_forms(character, &f);
    pthread_mutex_lock(&n->mutex);
    assert(map_has(n->saved, f.lower));
    names_add(n->saved, f.lower, -1);
    unsigned loops = names_take_wanting(n);
    pthread_mutex_unlock(&n->mutex);
    return loops;
}

bool names_in_use_is_saving(struct names_in_use *n, const char *character)
{
    loopguard_check("names_in_use_is_saving()");
    struct forms f;
    names_forms(character, &f);
    pthread_mutex_lock(&n->mutex);
    bool saving = map_has(n->saved, f.lower);
    if (saving)
        n->wanting |= 1u << loopguard_loop();
    pthread_mutex_unlock(&n->mutex);
    return saving;
}

size_t names_in_use_savings(struct names_in_use *n)
{
    loopguard_check("names_in_use_savings()");
    pthread_mutex_lock(&n->mutex);
    size_t count = map_count(n->saved);
    pthread_mutex_unlock(&n->mutex);
    return count;
}

bool names_in_use_enter(struct names_in_use *n, const char *character, size_t most)
{
    loopguard_check("names_in_use_enter()");
    struct forms f;
    names_forms(character, &f);
    pthread_mutex_lock(&n->mutex);
    bool room = map_count(n->playing) < most;
    if (room) {
        assert(!map_has(n->playing, f.lower));
        map_put(n->playing, f.lower, (void *)(uintptr_t)(loopguard_loop() + 1));
        names_add(n->alike, f.skeleton, 1);
    }
    pthread_mutex_unlock(&n->mutex);
    return room;
}

void names_in_use_leave(struct names_in_use *n, const char *character)
{
    loopguard_check("names_in_use_leave()");
    struct forms f;
    names_forms(character, &f);
    pthread_mutex_lock(&n->mutex);
    if (map_has(n->playing, f.lower)) {
        map_remove(n->playing, f.lower);
        names_add(n->alike, f.skeleton, -1);
    }
    pthread_mutex_unlock(&n->mutex);
}

int names_in_use_where(struct names_in_use *n, const char *character)
{
    loopguard_check("names_in_use_where()");
    struct forms f;
    names_forms(character, &f);
    pthread_mutex_lock(&n->mutex);
    int loop = (int)names_count(n->playing, f.lower) - 1;
    pthread_mutex_unlock(&n->mutex);
    return loop;
}

bool names_in_use_alike(struct names_in_use *n, const char *name)
{
    loopguard_check("names_in_use_alike()");
    struct forms f;
    names_forms(name, &f);
    pthread_mutex_lock(&n->mutex);
    bool found = map_has(n->alike, f.skeleton);
    pthread_mutex_unlock(&n->mutex);
    return found;
}
