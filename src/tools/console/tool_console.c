// latchkey console: asks a running server through the socket in its data folder.
#include "tools/tools.h"

#include "engine/watch.h"
#include "util/buf.h"
#include "util/mem.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

static void usage(FILE *out)
{
    fputs("Usage: latchkey console [--data DIR | --socket PATH] WORD ...\n"
          "Asks a running server and prints what it answers, even while its workers are stuck:\n"
          "  latchkey console locks            what is held now, by whom, who waits\n"
          "  latchkey console locks level flow begin to keep every step\n"
          "  latchkey console locks help       what else there is\n"
          "  latchkey console counters         how often rare paths of the engine were taken; late timers, wakes\n"
          "  --data DIR     its data folder (default latchkey-data)\n"
          "  --socket PATH  its console, when serve was given --console\n"
          "Exit status: 0 answered, 69 no server there, 2 not understood.\n",
          out);
}

static int ask(const char *path, const char *line)
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
        good = part[n - 1] != WATCH_NOT_UNDERSTOOD;
        fwrite(part, 1, (size_t)n - !good, stdout);
    }
    close(fd);
    return n < 0 ? EX_UNAVAILABLE : good ? 0 : 2;
}

int tool_console(int argc, char **argv)
{
    static const struct option list[] = {{"data", required_argument, NULL, 'd'},
                                         {"socket", required_argument, NULL, 's'},
                                         {"help", no_argument, NULL, 'h'},
                                         {NULL, 0, NULL, 0}};
    char *path = mem_strdup("latchkey-data/console");
    for (int c; (c = getopt_long(argc, argv, "+", list, NULL)) != -1;) {
        if (c != 'd' && c != 's') {
            usage(c == 'h' ? stdout : stderr);
            free(path);
            return c == 'h' ? 0 : 2;
        }
        free(path);
        path = c == 'd' ? mem_printf("%s/console", optarg) : mem_strdup(optarg);
    }
    struct buf line = BUF_INIT;
    for (int i = optind; i < argc; i++)
        buf_addf(&line, "%s%s", i > optind ? " " : "", argv[i]);
    buf_addc(&line, '\n');
    int status = 2;
    if (optind < argc)
        status = ask(path, buf_str(&line));
    else
        usage(stderr);
    buf_fini(&line);
    free(path);
    return status;
}
