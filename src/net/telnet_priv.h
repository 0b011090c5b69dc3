// Shared by the three parts of the telnet codec: telnet.c (bytes and commands), telnet_option_set.c
// (negotiation) and telnet_sub.c (subnegotiations). Included only there.
#ifndef NET_TELNET_PRIV_H
#define NET_TELNET_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/telnet.h"

enum {
    CMD_EOF = 236, // the lowest byte that is a command; 0..235 after IAC mean nothing
    CMD_ABORT = 238,
    CMD_EOR = 239,
    CMD_SE = 240,
    CMD_NOP = 241,
    CMD_BRK = 243,
    CMD_IP = 244,
    CMD_AYT = 246,
    CMD_EC = 247,
    CMD_EL = 248,
    CMD_GA = 249,
    CMD_SB = 250,
    CMD_WILL = 251,
    CMD_WONT = 252,
    CMD_DO = 253,
    CMD_DONT = 254,
    IAC = 255,
};

enum { TTYPE_IS = 0, TTYPE_SEND = 1 };
enum { CHARSET_REQUEST = 1, CHARSET_ACCEPTED = 2, CHARSET_REJECTED = 3 };

// struct telnet: state
enum telnet_state { DATA, COMMAND, NEGOTIATION, SUB_OPTION, SUB, SUB_COMMAND };

// struct telnet: flags
enum {
    AFTER_CR = 1,       // a line end was passed on; an LF or NUL that follows belongs to it
    BROKEN = 2,         // TELNET_TOO_LONG was returned
    TTYPE_PENDING = 4,  // a request for the terminal type is unanswered
    TTYPE_DONE = 8,     // the client has repeated a terminal type: there are no more
    ENVIRON_ASKED = 16, // asked at most once a connection, however often the option is agreed
    ENVIRON_PENDING = 32,
    CHARSET_ASKED = 64,
    CHARSET_PENDING = 128,
};

// State of one call of telnet_receive.
struct telnet_call {
    struct telnet *t;
    struct buf *out;
    const struct telnet_sink *sink;
    bool stopped;
};

void telnet_emit(struct telnet_call *r, const struct telnet_event *e);
void telnet_emit_data(struct telnet_call *r, enum telnet_event_kind kind, const void *bytes,
                      size_t n);

#define TELNET_SEND(out, ...)                                                                      \
    buf_add(out, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

// telnet_option_set.c: the peer said WILL, WONT, DO or DONT.
void telnet_heard_verb(struct telnet_call *r, uint8_t verb, uint8_t option);
// asks for the next terminal type, if there may be one
void telnet_ask_ttype(struct telnet *t, struct buf *out);

// telnet_sub.c: a subnegotiation begins, goes on with n payload bytes that took `wire` bytes to
// send, and ends.
void telnet_sub_begin(struct telnet_call *r, uint8_t option);
void telnet_sub_add(struct telnet_call *r, const uint8_t *p, size_t n, size_t wire);
void telnet_sub_end(struct telnet_call *r);
bool telnet_sub_is_whole_window(const struct telnet *t); // four bytes, the last of them 255

#endif
