// The Q method of RFC 1143. Each function is one column of the RFC's table: the state is the queue
// bit and the state of the RFC folded into one value. Sends nothing itself and knows no option by
// name; net/telnet decides what is wanted and remembers which refusals were already spoken.
#include "net/telnet_option.h"

static enum telnet_q heard_on(enum telnet_q q, bool wanted, enum telnet_say *say)
{
    switch (q) {
    case TELNET_Q_NO:
        *say = wanted ? TELNET_SAY_ON : TELNET_SAY_OFF;
        return wanted ? TELNET_Q_YES : TELNET_Q_NO;
    case TELNET_Q_WANTNO:
        return TELNET_Q_NO; // the peer answered "off" with "on": RFC 1143 takes it as off
    case TELNET_Q_WANTYES_THEN_NO:
        *say = TELNET_SAY_OFF;
        return TELNET_Q_WANTNO;
    case TELNET_Q_YES:
    case TELNET_Q_WANTYES:
    case TELNET_Q_WANTNO_THEN_YES:
        break;
    }
    return TELNET_Q_YES;
}

static enum telnet_q heard_off(enum telnet_q q, enum telnet_say *say)
{
    switch (q) {
    case TELNET_Q_YES:
        *say = TELNET_SAY_OFF;
        return TELNET_Q_NO;
    case TELNET_Q_WANTNO_THEN_YES:
        *say = TELNET_SAY_ON;
        return TELNET_Q_WANTYES;
    case TELNET_Q_NO:
    case TELNET_Q_WANTNO:
    case TELNET_Q_WANTYES:
    case TELNET_Q_WANTYES_THEN_NO:
        break;
    }
    return TELNET_Q_NO;
}

enum telnet_q telnet_option_heard(enum telnet_q q, bool on, bool wanted, enum telnet_say *say)
{
    *say = TELNET_SAY_NOTHING;
    return on ? heard_on(q, wanted, say) : heard_off(q, say);
}

static enum telnet_q wish_on(enum telnet_q q, enum telnet_say *say)
{
    switch (q) {
    case TELNET_Q_NO:
        *say = TELNET_SAY_ON;
        return TELNET_Q_WANTYES;
    case TELNET_Q_WANTNO:
        return TELNET_Q_WANTNO_THEN_YES;
    case TELNET_Q_WANTYES_THEN_NO:
        return TELNET_Q_WANTYES;
    case TELNET_Q_YES:
    case TELNET_Q_WANTYES:
    case TELNET_Q_WANTNO_THEN_YES:
        break;
    }
    return q;
}

static enum telnet_q wish_off(enum telnet_q q, enum telnet_say *say)
{
    switch (q) {
    case TELNET_Q_YES:
        *say = TELNET_SAY_OFF;
        return TELNET_Q_WANTNO;
    case TELNET_Q_WANTYES:
        return TELNET_Q_WANTYES_THEN_NO;
    case TELNET_Q_WANTNO_THEN_YES:
        return TELNET_Q_WANTNO;
    case TELNET_Q_NO:
    case TELNET_Q_WANTNO:
    case TELNET_Q_WANTYES_THEN_NO:
        break;
    }
    return q;
}

enum telnet_q telnet_option_wish(enum telnet_q q, bool on, enum telnet_say *say)
{
    *say = TELNET_SAY_NOTHING;
    return on ? wish_on(q, say) : wish_off(q, say);
}
