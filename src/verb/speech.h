// What TELL, ASK and WHISPER have in common: a listener in the location, and words for it; and what
// is heard of talking one move away.
// Locks: the outermost inventory of the actor; for speech_carries also those that nearby_gather
// took.
#ifndef VERB_SPEECH_H
#define VERB_SPEECH_H

#include <stdbool.h>

struct context;
struct nearby;
struct thing;

struct speech {
    struct thing *who;
    const char *text; // borrowed from the context's words; not empty
    bool about;       // the word ABOUT stood before the text
};

// Finds the listener and the text in the words of the command. False after a message to the actor:
// nobody is meant, the listener does not listen, or there is no text.
bool speech_read(struct context *c, struct speech *s);

// Players in the locations of `n` but the first ring, which is the location itself, hear a voice.
void speech_carries(struct context *c, const struct nearby *n);

#endif
