// The help topics of a text folder: help/NAME.txt, read once at the start.
#ifndef SERVE_HELP_TOPICS_H
#define SERVE_HELP_TOPICS_H

struct map;

struct map *help_topics_load(const char *folder); // topic → text; never NULL
void help_topics_free(struct map *topics);

#endif
