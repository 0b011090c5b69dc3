// Standard input, output and error of every subcommand: what was asked for and could not be written
// is a failure, whichever of them wrote it. Threads: main's, before and after all others.
#ifndef SERVE_STANDARD_H
#define SERVE_STANDARD_H

// A descriptor that was closed is taken, so that no file of ours gets its number and is written
// into.
void standard_begin(void);
// Closes standard output. The status, or 73 when what was written did not get there: with a
// message, unless the reader of a pipe has closed it.
int standard_end(int status);

#endif
