// Reads the payloads of telnet subnegotiations (between IAC SB option and IAC SE, 255 undoubled).
// All of it is untrusted text: what comes out is printable ASCII of bounded length, numbers, or a
// value from one of our own enums. Names a peer made up never leave this module.
// Threads: any.  Locks: none.  Memory: none; text is cleaned where it lies.
// Source: RFC 1073 (window), RFC 1091 and MTTS (terminal), RFC 1572 and MNES (environment),
// RFC 2066 (charset).
#ifndef NET_TELNET_PAYLOAD_H
#define NET_TELNET_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TELNET_TEXT_MAX = 255, // longest text handed on; the rest of a longer one is cut off
};

// The environment variables that the server asks for; a peer's other variables are dropped.
enum telnet_variable {
    TELNET_VARIABLE_CHARSET,
    TELNET_VARIABLE_CLIENT_NAME,
    TELNET_VARIABLE_CLIENT_VERSION,
    TELNET_VARIABLE_MTTS,
    TELNET_VARIABLE_TERMINAL_TYPE,
    TELNET_VARIABLE_SCREEN_READER,
    TELNET_VARIABLE_COUNT
};

const char *telnet_variable_name(enum telnet_variable variable);

// Window size in columns and rows; 0 = the client does not know. False unless exactly 4 bytes.
bool telnet_payload_window(const char *p, size_t n, uint16_t *width, uint16_t *height);

// Makes p[0..n) printable ASCII in place ('?' for the rest), cuts it and ends it with NUL; p has
// room for n + 1 bytes. Returns the new length.
size_t telnet_payload_clean(char *p, size_t n);

// Parses "MTTS 271" or, from the environment, "271".
bool telnet_payload_mtts(const char *text, uint32_t *bits);

// Does a CHARSET REQUEST (after its command byte) list UTF-8?  Does an ACCEPTED name it?
bool telnet_payload_lists_utf8(const char *p, size_t n);
bool telnet_payload_is_utf8(const char *p, size_t n);

// Walks a NEW-ENVIRON IS or INFO. Init returns false when the payload is neither. Next returns
// false at the end, else one known variable that has a value; it skips all others. The payload is
// rewritten on the way and has room for n + 1 bytes.
struct telnet_environ {
    char *at;
    char *end;
};
bool telnet_environ_init(struct telnet_environ *e, char *p, size_t n);
bool telnet_environ_next(struct telnet_environ *e, enum telnet_variable *variable,
                         const char **value);

#endif
