// Parsers for what clients tell about themselves. They keep nothing between calls and take nothing
// on trust: lengths are checked before each byte is read, text is reduced to printable ASCII, and
// variables are compared with our own short list instead of being passed on by name.
#include "net/telnet_payload.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

enum {
    ENVIRON_IS = 0,
    ENVIRON_INFO = 2,
    ENVIRON_VAR = 0,
    ENVIRON_VALUE = 1,
    ENVIRON_ESC = 2,
    ENVIRON_USERVAR = 3,
};

static const char *const variable_names[TELNET_VARIABLE_COUNT] = {
    [TELNET_VARIABLE_CHARSET] = "CHARSET",
    [TELNET_VARIABLE_CLIENT_NAME] = "CLIENT_NAME",
    [TELNET_VARIABLE_CLIENT_VERSION] = "CLIENT_VERSION",
    [TELNET_VARIABLE_MTTS] = "MTTS",
    [TELNET_VARIABLE_TERMINAL_TYPE] = "TERMINAL_TYPE",
    [TELNET_VARIABLE_SCREEN_READER] = "SCREEN_READER",
};

const char *telnet_variable_name(enum telnet_variable variable)
{
    assert((size_t)variable < TELNET_VARIABLE_COUNT);
    return variable_names[variable];
}

bool telnet_payload_window(const char *p, size_t n, uint16_t *width, uint16_t *height)
{
    if (n != 4)
        return false;
    *width = (uint16_t)((uint8_t)p[0] << 8 | (uint8_t)p[1]);
    *height = (uint16_t)((uint8_t)p[2] << 8 | (uint8_t)p[3]);
    return true;
}

size_t telnet_payload_clean(char *p, size_t n)
{
    if (n > TELNET_TEXT_MAX)
        n = TELNET_TEXT_MAX;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < ' ' || p[i] > '~')
            p[i] = '?';
    }
    p[n] = '\0';
    return n;
}

bool telnet_payload_mtts(const char *text, uint32_t *bits)
{
    if (strncasecmp(text, "MTTS ", 5) == 0)
        text += 5;
    uint32_t value = 0;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 9 || text[digits])
        return false;
    for (size_t i = 0; i < digits; i++)
        value = value * 10 + (uint32_t)(text[i] - '0');
    *bits = value;
    return true;
}

bool telnet_payload_is_utf8(const char *p, size_t n)
{
    return (n == 5 && strncasecmp(p, "UTF-8", 5) == 0) ||
           (n == 4 && strncasecmp(p, "UTF8", 4) == 0);
}

bool telnet_payload_lists_utf8(const char *p, size_t n)
{
    // The first byte is the separator. A list that begins with a translation table ("[TTABLE]") has
    // no known name after its '[' and is refused, which RFC 2066 allows.
    if (n == 0)
        return false;
    char separator = p[0];
    size_t start = 1;
    for (size_t i = 1; i <= n; i++) {
        if (i < n && p[i] != separator)
            continue;
        if (telnet_payload_is_utf8(p + start, i - start))
            return true;
        start = i + 1;
    }
    return false;
}

bool telnet_environ_init(struct telnet_environ *e, char *p, size_t n)
{
    if (n == 0 || (p[0] != ENVIRON_IS && p[0] != ENVIRON_INFO))
        return false;
    e->at = p + 1;
    e->end = p + n;
    return true;
}

// Takes one name or value: everything up to the next type byte, resolving ESC in place. The type
// byte stays for the caller, so no NUL is written here.
static size_t environ_text(struct telnet_environ *e)
{
    char *to = e->at, *start = e->at;
    while (e->at < e->end) {
        if (*e->at == ENVIRON_VAR || *e->at == ENVIRON_VALUE || *e->at == ENVIRON_USERVAR)
            break;
        if (*e->at == ENVIRON_ESC && ++e->at == e->end)
            break;
        *to++ = *e->at++;
    }
    return (size_t)(to - start);
}

static bool find_variable(const char *name, size_t n, enum telnet_variable *variable)
{
    for (int i = 0; i < TELNET_VARIABLE_COUNT; i++) {
        if (strlen(variable_names[i]) == n && memcmp(variable_names[i], name, n) == 0) {
            *variable = (enum telnet_variable)i;
            return true;
        }
    }
    return false;
}

bool telnet_environ_next(struct telnet_environ *e, enum telnet_variable *variable,
                         const char **value)
{
    while (e->at < e->end) {
        char type = *e->at++;
        const char *name = e->at;
        size_t n = environ_text(e);
        // Text before any type byte, or a value without a name, is malformed and skipped.
        bool named = type == ENVIRON_VAR || type == ENVIRON_USERVAR;
        bool known = named && find_variable(name, n, variable);
        if (!named || e->at == e->end || *e->at != ENVIRON_VALUE)
            continue;
        char *text = ++e->at;
        n = environ_text(e);
        if (!known)
            continue;
        // Ending the text with NUL may overwrite the type byte that follows it, so the value is
        // moved one byte down, over its own VALUE byte.
        memmove(text - 1, text, n);
        telnet_payload_clean(text - 1, n);
        *value = text - 1;
        return true;
    }
    return false;
}
