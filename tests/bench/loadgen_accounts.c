// Makes the accounts a benchmark logs in with, and their characters, one file each in the form the
// server's store reads; the characters have never been played.
#include "loadgen_accounts.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loadgen_dialogue.h"

enum { LETTERS = 4 };

void loadgen_accounts_character(unsigned number, char *name, size_t size)
{
    char letters[LETTERS + 1] = "";
    for (int i = LETTERS - 1; i >= 0; i--) {
        letters[i] = (char)('a' + number % 26);
        number /= 26;
    }
    snprintf(name, size, "%s%s", DIALOGUE_NAME_STEM, letters);
}

static int complain(const char *path)
{
    int error = errno;
    fprintf(stderr, "loadgen: %s: %s\n", path, strerror(error));
    return -error;
}

static int make_folder(const char *path)
{
    return mkdir(path, 0700) < 0 && errno != EEXIST ? complain(path) : 0;
}

// As members of a JSON list.
static void list_permissions(const struct loadgen_words *permit, char *text, size_t size)
{
    size_t n = 0;
    text[0] = '\0';
    for (unsigned i = 0; i < permit->count && n < size; i++) {
        n += (size_t)snprintf(text + n, size - n, "%s\"%s\"", i ? ", " : "", permit->word[i]);
    }
}

__attribute__((format(printf, 3, 4))) static int write_file(int folder, const char *name,
                                                            const char *fmt, ...)
{
    char file[48];
    snprintf(file, sizeof(file), "%s.json", name);
    int fd = openat(folder, file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return complain(file);
    }
    va_list ap;
    va_start(ap, fmt);
    int n = vdprintf(fd, fmt, ap);
    va_end(ap);
    int error = n < 0 ? complain(file) : 0;
    return close(fd) < 0 && error == 0 ? complain(file) : error;
}

static int write_account(const int folders[2], unsigned number, const char *hash,
                         const char *permissions)
{
    char account[32];
    char character[32];
    snprintf(account, sizeof(account), DIALOGUE_ACCOUNT_FORMAT, number);
    loadgen_accounts_character(number, character, sizeof(character));
    int error = write_file(folders[0], account,
                           "{\n  \"format\": 1,\n  \"name\": \"%s\",\n  \"hash\": \"%s\",\n"
                           "  \"created\": \"2026-01-01T00:00:00Z\",\n  \"characters\": [\"%s\"],\n"
                           "  \"permissions\": [%s]\n}\n",
                           account, hash, character, permissions);
    character[0] = (char)tolower(character[0]);
    return error ? error
                 : write_file(folders[1], character, "{\n  \"account\": \"%s\"\n}\n", account);
}

// Makes dir/kind and opens it; negative errno.
static int open_kind(const char *dir, const char *kind)
{
    char path[4096];
    if (snprintf(path, sizeof(path), "%s/%s", dir, kind) >= (int)sizeof(path)) {
        errno = ENAMETOOLONG;
        return complain(dir);
    }
    int error = make_folder(path);
    int folder = error < 0 ? error : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder == -1 ? complain(path) : folder;
}

int loadgen_accounts_make(const char *dir, unsigned n, const struct loadgen_words *permit)
{
    char permissions[1024];
    char hash[crypto_pwhash_STRBYTES];
    if (sodium_init() < 0 ||
        crypto_pwhash_str(hash, DIALOGUE_PASSWORD, strlen(DIALOGUE_PASSWORD),
                          crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN) < 0) {
        fprintf(stderr, "loadgen: the password cannot be hashed\n");
        return -EIO;
    }
    int error = make_folder(dir);
    if (error < 0) {
        return error;
    }
    int folders[2] = {open_kind(dir, "accounts"), open_kind(dir, "characters")};
    error = folders[0] < 0 ? folders[0] : folders[1] < 0 ? folders[1] : 0;
    list_permissions(permit, permissions, sizeof(permissions));
    for (unsigned i = 0; i < n && error == 0; i++) {
        error = write_account(folders, i, hash, permissions);
    }
    for (int i = 0; i < 2; i++) {
        if (folders[i] >= 0) {
            close(folders[i]);
        }
    }
    return error;
}
