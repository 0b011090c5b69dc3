// latchkey console: what it sends to the server's socket, what it makes of the answer, and how it
// says that nobody is there.
#include "../tool_kit.h"

#include "console/admin_socket.h"

#include <sys/socket.h>
#include <sys/un.h>

static pid_t server;

// A server in a process of its own: answers one connection with what it was asked, in two parts,
// and with the byte that says "not understood" when the question begins with "odd".
static void answer(int listening)
{
    char line[256];
    int fd = accept(listening, NULL, NULL);
    ssize_t n = recv(fd, line, sizeof(line) - 1, 0);
    char odd[] = {ADMIN_SOCKET_NOT_UNDERSTOOD};
    line[n > 0 ? n : 0] = '\0';
    send(fd, "asked: ", 7, 0);
    usleep(1000); // so that it is likely to come in two parts
    send(fd, line, strlen(line), 0);
    if (!strncmp(line, "odd", 3))
        send(fd, odd, sizeof(odd), 0);
    close(fd);
}

static void serve_at(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    ck_assert_int_eq(listen(fd, 1), 0);
    server = fork();
    ck_assert_int_ge(server, 0);
    if (!server) {
        answer(fd);
        _exit(0);
    }
    close(fd);
}

static void served(void)
{
    int status;
    ck_assert_int_eq(waitpid(server, &status, 0), server);
    ck_assert_int_eq(status, 0);
}

START_TEST(the_words_become_one_line)
{
    ck_assert_int_eq(file_mkdirs("latchkey-data", 0700), 0);
    serve_at("latchkey-data/console");
    ck_assert_int_eq(kit_tool(tool_console, "console|locks|level|flow"), 0);
    ck_assert_str_eq(buf_str(&kit_out), "asked: locks level flow\n");
    ck_assert_str_eq(buf_str(&kit_err), "");
    served();
}
END_TEST

START_TEST(the_server_is_found_by_its_folder_or_its_socket)
{
    ck_assert_int_eq(file_mkdirs("other", 0700), 0);
    serve_at("other/console");
    ck_assert_int_eq(kit_tool(tool_console, "console|--data|other|locks"), 0);
    ck_assert_str_eq(buf_str(&kit_out), "asked: locks\n");
    served();
    serve_at("here");
    ck_assert_int_eq(kit_tool(tool_console, "console|--socket|here|locks"), 0);
    ck_assert_str_eq(buf_str(&kit_out), "asked: locks\n");
    served();
}
END_TEST

START_TEST(what_is_not_understood_shows_in_the_status)
{
    serve_at("here");
    ck_assert_int_eq(kit_tool(tool_console, "console|--socket|here|odd"), 2);
    ck_assert_str_eq(buf_str(&kit_out), "asked: odd\n");
    served();
}
END_TEST

START_TEST(nobody_there_is_said)
{
    ck_assert_int_eq(kit_tool(tool_console, "console|locks"), 69);
    ck_assert_str_eq(buf_str(&kit_err),
                     "latchkey console: latchkey-data/console: no server answers there "
                     "(No such file or directory)\n");
    ck_assert_str_eq(buf_str(&kit_out), "");
    char path[200], *words;
    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    words = mem_printf("console|--socket|%s|locks", path);
    ck_assert_int_eq(kit_tool(tool_console, words), 69);
    kit_has(&kit_err, "no server answers there (File name too long)");
    free(words);
}
END_TEST

START_TEST(wrong_usage_is_told)
{
    ck_assert_int_eq(kit_tool(tool_console, "console|--help"), 0);
    kit_has(&kit_out, "Usage: latchkey console");
    ck_assert_int_eq(kit_tool(tool_console, "console"), 2);
    kit_has(&kit_err, "latchkey console: needs WORD ...\n");
    ck_assert_int_eq(kit_tool(tool_console, "console|--loud"), 2);
    kit_has(&kit_err, "latchkey console: unknown option --loud\n");
    ck_assert_int_eq(kit_tool(tool_console, "console|--date|there|locks"), 2);
    kit_has(&kit_err, "unknown option --date, did you mean --data?\n");
    ck_assert_str_eq(buf_str(&kit_out), "");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("tool_console");
    tcase_add_checked_fixture(t, kit_begin, kit_end);
    tcase_add_test(t, the_words_become_one_line);
    tcase_add_test(t, the_server_is_found_by_its_folder_or_its_socket);
    tcase_add_test(t, what_is_not_understood_shows_in_the_status);
    tcase_add_test(t, nobody_there_is_said);
    tcase_add_test(t, wrong_usage_is_told);
    return kit_suite("tool_console", t);
}
