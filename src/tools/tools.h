// The offline subcommands. Each takes the command line from its own name on and returns the exit
// status of the program: 0, 2 for wrong usage, and those of sysexits(3) (docs/operations.md).
#ifndef TOOLS_TOOLS_H
#define TOOLS_TOOLS_H

int tool_admin(int argc, char **argv);
int tool_bench(int argc, char **argv);
int tool_check(int argc, char **argv);
int tool_console(int argc, char **argv);
int tool_explore(int argc, char **argv);
int tool_import(int argc, char **argv);
int tool_journal(int argc, char **argv);
int tool_locks(int argc, char **argv);
int tool_replay(int argc, char **argv);
int tool_serve(int argc, char **argv);

#endif
