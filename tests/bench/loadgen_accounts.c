// Makes the accounts a benchmark logs in with, one file each in the form the server's store reads.
// Character files are not made: the server creates a character whose file is missing.
#include "loadgen_accounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
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

static int write_account(int folder, unsigned number, const char *hash, const char *permissions)
{
    char account[32];
    char file[48];
    char character[32];
    snprintf(account, sizeof(account), DIALOGUE_ACCOUNT_FORMAT, number);
    snprintf(file, sizeof(file), "%s.json", account);
    loadgen_accounts_character(number, character, sizeof(character));
    int fd = openat(folder, file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return complain(file);
    }
    int n = dprintf(fd,
                    "{\n  \"format\": 1,\n  \"name\": \"%s\",\n  \"hash\": \"%s\",\n"
                    "  \"created\": \"2026-01-01T00:00:00Z\",\n  \"characters\": [\"%s\"],\n"
                    "  \"permissions\": [%s]\n}\n",
                    account, hash, character, permissions);
    int error = n < 0 ? complain(file) : 0;
    return close(fd) < 0 && error == 0 ? complain(file) : error;
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
    char path[4096];
    if (snprintf(path, sizeof(path), "%s/accounts", dir) >= (int)sizeof(path)) {
        errno = ENAMETOOLONG;
        return complain(dir);
    }
    error = make_folder(path);
    int folder = error < 0 ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return error < 0 ? error : complain(path);
    }
    list_permissions(permit, permissions, sizeof(permissions));
    for (unsigned i = 0; i < n && error == 0; i++) {
        error = write_account(folder, i, hash, permissions);
    }
    close(folder);
    return error;
}
