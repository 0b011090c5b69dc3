// latchkey console: asks a running server through the socket in its data folder.
#include "tools/tools.h"

#include "console/admin_socket.h"
#include "util/buf.h"
#include "util/mem.h"
#include "util/options.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

struct wanted {
    const char *data, *socket;
};

static const struct options_entry entries[] = {
    {"data", "DIR", "the server's data folder (default latchkey-data)",
     OPTIONS_INTO(struct wanted, data)},
    {"socket", "PATH", "its console, when serve was given --console",
     OPTIONS_INTO(struct wanted, socket)},
    {0}};

static const struct options_spec spec = {
    .name = "console",
    .usage = "[--data DIR | --socket PATH] WORD ...",
    .about = "Asks a running server and prints what it answers, even while its workers are stuck:\n"
             "  latchkey console locks             what is held now, by whom, who waits\n"
             "  latchkey console locks level flow  begin to keep every step\n"
             "  latchkey console locks help        what else there is\n"
             "  latchkey console counters          how often rare paths of the engine were\n"
             "                                     taken; late timers, wakes",
    .after = "Exit status: 0 answered, 69 no server there, 2 not understood.",
    .alone = {.words = "WORD ...", .least = 1, .most = UINT_MAX},
    .tables = {{NULL, entries}},
};

static int console_ask(const char *path, const char *line)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool fits = strlen(path) < sizeof(a.sun_path);
    if (fits)
        memcpy(a.sun_path, path, strlen(path) + 1);
    if (fd < 0 || !fits || connect(fd, (struct sockaddr *)&a, sizeof(a))) {
        fprintf(stderr, "latchkey console: %s: no server answers there (%s)\n", path,
                strerror(fits ? errno : ENAMETOOLONG));
        if (fd >= 0)
            close(fd);
        return EX_UNAVAILABLE;
    }
    char part[4096];
    ssize_t n = send(fd, line, strlen(line), MSG_NOSIGNAL);
    bool good = true;
    while (n > 0 && (n = recv(fd, part, sizeof(part), 0)) > 0) {
        good = part[n - 1] != ADMIN_SOCKET_NOT_UNDERSTOOD;
        fwrite(part, 1, (size_t)n - !good, stdout);
    }
    close(fd);
    return n < 0 ? EX_UNAVAILABLE : good ? 0 : 2;
}

int tool_console(int argc, char **argv)
{
    struct wanted wanted = {.data = "latchkey-data"};
    struct options_words words;
    enum options_outcome outcome = options_read(&spec, (void *[]){&wanted}, argc, argv, &words);
    if (outcome != OPTIONS_READ)
        return options_status(outcome);
    struct buf line = BUF_INIT;
    for (unsigned i = 0; i < words.count; i++)
        buf_addf(&line, "%s%s", i ? " " : "", words.list[i]);
    buf_addc(&line, '\n');
    char *path = wanted.socket ? mem_strdup(wanted.socket) : mem_printf("%s/console", wanted.data);
    int status = console_ask(path, buf_str(&line));
    buf_fini(&line);
    free(path);
    return status;
}
