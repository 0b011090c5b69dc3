// Help topics from files.
#ifndef VERB_HELP_H
#define VERB_HELP_H

struct map;

// Topic (lower case) → text; borrowed for as long as the server runs. Before any worker runs.
void help_set_topics(const struct map *texts);

#endif
