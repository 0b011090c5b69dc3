// The telnet protocol of one connection as a state machine over bytes: no socket, no clock, no
// thread. Input is consumed during the call (one read buffer can serve a whole loop); replies are
// appended to the caller's buffer; what was learnt is passed on as events.
// Threads: one owner at a time (the loop thread).  Locks: none.
// Memory: the struct, plus at most the limit of telnet_open + 1 bytes while an agreed option's
// subnegotiation is arriving; freed at its end. Replies: at most 3 bytes for each 3 received, plus
// what is asked at most once a connection (environment, charset) or four times (terminal type).
// Source: RFC 854, 855, 1143, 885, 857, 858.
#ifndef NET_TELNET_H
#define NET_TELNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/telnet_payload.h"
#include "util/buf.h"

enum {
    TELNET_SUB_DEFAULT = 8192, // bytes of one subnegotiation on the wire, each doubled 255 as two
    TELNET_SUB_MAX = 32768,    // the most that telnet_open takes for it
    TELNET_TTYPE_ASKS = 4,     // name, terminal, MTTS, and one more to see the repetition
    TELNET_OPTION_ROWS = 11,   // room in the state for options that are tracked
};

enum telnet_option {
    TELNET_OPTION_ECHO = 1,
    TELNET_OPTION_SGA = 3,
    TELNET_OPTION_TIMING_MARK = 6,
    TELNET_OPTION_TTYPE = 24,
    TELNET_OPTION_EOR = 25,
    TELNET_OPTION_NAWS = 31,
    TELNET_OPTION_NEW_ENVIRON = 39,
    TELNET_OPTION_CHARSET = 42,
    TELNET_OPTION_GMCP = 201,
};

enum telnet_outcome {
    TELNET_OK,
    TELNET_STOPPED, // the sink returned false; the bytes after that event were not read
    // a subnegotiation passed the limit: close the connection; all later calls return the same
    TELNET_TOO_LONG,
};

enum telnet_event_kind {
    TELNET_EVENT_DATA,     // data: text without CR; each line end is one '\n'
    TELNET_EVENT_OPTION,   // option: agreed, or refused or ended
    TELNET_EVENT_WINDOW,   // window
    TELNET_EVENT_TERMINAL, // terminal: reply 1 is the client's name, 2 its terminal, 3 and 4 more
    TELNET_EVENT_MTTS,     // mtts: capability bits, from either source
    TELNET_EVENT_VARIABLE, // variable: may come again whenever the client changes it
    TELNET_EVENT_CHARSET,  // utf8: the client took or refused UTF-8
    TELNET_EVENT_GMCP,     // data: one message, unchecked
    TELNET_EVENT_ARE_YOU_THERE, // answer with something visible, rate-limited by the caller
    TELNET_EVENT_INTERRUPT,     // IP, BRK, ABORT: forget the half-typed line and queued input
    TELNET_EVENT_ERASE_CHAR,
    TELNET_EVENT_ERASE_LINE,
};

enum { // bits of TELNET_EVENT_MTTS
    TELNET_MTTS_ANSI = 1,
    TELNET_MTTS_VT100 = 2,
    TELNET_MTTS_UTF8 = 4,
    TELNET_MTTS_256_COLOURS = 8,
    TELNET_MTTS_MOUSE = 16,
    TELNET_MTTS_PALETTE = 32,
    TELNET_MTTS_SCREEN_READER = 64,
    TELNET_MTTS_PROXY = 128,
    TELNET_MTTS_TRUE_COLOUR = 256,
    TELNET_MTTS_MNES = 512,
    TELNET_MTTS_MSLP = 1024,
    TELNET_MTTS_TLS = 2048,
};

// Everything pointed to is borrowed for the call. Texts are printable ASCII, NUL-ended, at most
// TELNET_TEXT_MAX long, and must not be trusted.
struct telnet_event {
    enum telnet_event_kind kind;
    union {
        struct {
            const char *bytes;
            size_t n;
        } data;
        struct {
            enum telnet_option option;
            bool on;
        } option;
        struct {
            uint16_t width, height; // characters; 0 = unknown
        } window;
        struct {
            const char *text;
            unsigned reply; // 1..TELNET_TTYPE_ASKS
        } terminal;
        struct {
            enum telnet_variable name;
            const char *value;
        } variable;
        uint32_t mtts;
        bool utf8;
    };
};

// `event` returns false to stop: for a caller that is closing. From inside it every function below
// but telnet_receive and telnet_fini may be called, and the `out` of the receive be appended to.
struct telnet_sink {
    bool (*event)(void *arg, const struct telnet_event *e);
    void *arg;
};

// Zeroed = fresh: nothing agreed, everything refused until telnet_open.
struct telnet {
    uint32_t refused[2][8]; // one bit an option and side: its refusal has been sent
    char *sub;              // payload of a running subnegotiation, NULL when none is kept
    uint32_t last_ttype;    // hash of the latest TTYPE reply
    uint16_t sub_len;       // bytes in sub
    uint16_t sub_wire;      // bytes received for it
    uint16_t sub_limit;     // 0: TELNET_SUB_DEFAULT
    uint8_t state;
    uint8_t arg; // the verb or the option that the state is about
    uint8_t flags;
    uint8_t ttype_asks, ttype_replies;
    uint8_t q[TELNET_OPTION_ROWS]; // enum telnet_q, and a bit for "wanted"
};

// The opening requests; once, at the start. A subnegotiation may have sub_limit bytes on the wire.
void telnet_open(struct telnet *t, size_t sub_limit, struct buf *out);
void telnet_fini(struct telnet *t);

enum telnet_outcome telnet_receive(struct telnet *t, const void *bytes, size_t n, struct buf *out,
                                   const struct telnet_sink *sink);
const char *telnet_outcome_text(enum telnet_outcome outcome); // for the log and the farewell

// Is the option on at both ends?
bool telnet_agreed(const struct telnet *t, enum telnet_option option);
// Every opening request was answered and no more requests follow: the greeting need not wait any
// longer. Some clients never answer, so wait for a moment at most.
bool telnet_settled(const struct telnet *t);

// Offers (WILL) or withdraws (WONT) an option of our side outside the opening.
void telnet_offer(struct telnet *t, enum telnet_option option, bool on, struct buf *out);
// On: the server claims to echo, so the client stops showing what is typed (a password). Off: the
// client shows it again.
void telnet_echo(struct telnet *t, bool on, struct buf *out);

void telnet_escape(const void *bytes, size_t n, struct buf *out); // doubles each 255
// The same for text: a '\n' without '\r' becomes CR LF, a '\r' without '\n' CR NUL. Whole texts
// only: a CR LF split over two calls is not recognised.
void telnet_text(const char *text, size_t n, struct buf *out);
// After each prompt: IAC EOR when agreed, else IAC GA, else (SGA agreed) nothing.
void telnet_prompt_mark(const struct telnet *t, struct buf *out);
void telnet_keepalive(struct buf *out); // IAC NOP

#endif
