// Looks after descriptors 0 to 2. Keeps nothing. SIGPIPE is ignored, so that a subcommand whose
// reader has gone still closes and removes what it has open.
#include "serve/standard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

void standard_begin(void)
{
    signal(SIGPIPE, SIG_IGN);
    // The lowest number that is free is the one that is missing. What is written to a standard
    // output that was closed still fails; a log that nobody wants is nobody's loss.
    static const int modes[] = {O_RDONLY, O_RDONLY, O_WRONLY};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/dev/null", modes[fd]);
}

static bool reader_has_gone(void)
{
    struct pollfd p = {.fd = STDOUT_FILENO};
    return poll(&p, 1, 0) == 1 && p.revents & (POLLERR | POLLHUP);
}

int standard_end(int status)
{
    bool gone = reader_has_gone(), bad = ferror(stdout);
    errno = 0;
    bad |= fclose(stdout) != 0;
    if (!bad)
        return status;
    if (!gone && errno != EPIPE)
        fprintf(stderr, "latchkey: standard output cannot be written%s%s\n", errno ? ": " : "",
                errno ? strerror(errno) : "");
    return EX_CANTCREAT;
}
