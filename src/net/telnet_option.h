// One telnet option on one side of a connection: the Q method of RFC 1143, pure and without memory.
// It computes the reply and the next state; it never answers a request for the present state, so
// two correct ends, or one correct end and a looping one, cannot argue for ever.
// Threads: any.  Locks: none.  Source: RFC 854, RFC 1143 section 7.
#ifndef NET_TELNET_OPTION_H
#define NET_TELNET_OPTION_H

#include <stdbool.h>

enum telnet_q {
    TELNET_Q_NO,
    TELNET_Q_YES,
    TELNET_Q_WANTNO,
    TELNET_Q_WANTNO_THEN_YES, // we asked for "off" and have wished for "on" since
    TELNET_Q_WANTYES,
    TELNET_Q_WANTYES_THEN_NO,
};

enum telnet_say {
    TELNET_SAY_NOTHING,
    TELNET_SAY_ON,  // WILL for our side, DO for theirs
    TELNET_SAY_OFF, // WONT for our side, DONT for theirs
};

// The peer said on (WILL, DO) or off (WONT, DONT). `wanted`: we agree when it is the peer who asks.
enum telnet_q telnet_option_heard(enum telnet_q q, bool on, bool wanted, enum telnet_say *say);

// We wish the option on or off.
enum telnet_q telnet_option_wish(enum telnet_q q, bool on, enum telnet_say *say);

#endif
