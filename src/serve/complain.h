// Messages of subcommands on standard error when something is wrong: "latchkey NAME: what".
// Threads: the one of main.
#ifndef SERVE_COMPLAIN_H
#define SERVE_COMPLAIN_H

void complain_as(const char *subcommand); // whose complaints follow; "journal" before. Never freed
__attribute__((format(printf, 1, 2))) void complain(const char *format,
                                                    ...); // without a line's end

#endif
