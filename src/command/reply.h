// Mobiles that answer what is said to them. The answers are commands of their own, done a moment
// after this one.
#ifndef COMMAND_REPLY_H
#define COMMAND_REPLY_H

struct context;
struct thing;

void reply_all(struct context *c, const char *text);                       // said aloud
void reply_one(struct context *c, struct thing *mobile, const char *text); // told to one

#endif
