// Every word of the server's that the load generator knows, in one place: when the server's
// dialogue changes, this is the only file of the benchmark that has to follow.
// Threads: any.  Locks: none.
#ifndef BENCH_LOADGEN_DIALOGUE_H
#define BENCH_LOADGEN_DIALOGUE_H

// Login. Each is looked for in the text that arrived since the generator's last line, and is
// answered when the prompt mark (IAC EOR or IAC GA) after it arrives.
#define DIALOGUE_ASKS_ACCOUNT "Account name"
#define DIALOGUE_ASKS_PASSWORD "Password"
#define DIALOGUE_SHOWS_MENU "1)"
#define DIALOGUE_MENU_CHOICE "1"

// Accounts made by --make-accounts.
#define DIALOGUE_ACCOUNT_FORMAT "bench%04u"
#define DIALOGUE_PASSWORD "bench-password"
#define DIALOGUE_NAME_STEM "Bench" // followed by base-26 letters, least four

// In play. %n is the number of commands this player has had answered since login, the one this
// prompt belongs to included. A player who was here before has this prompt already, and hears of
// others before the reply to this command: so that is known by its words.
#define DIALOGUE_SET_PROMPT "prompt #%n>"
#define DIALOGUE_PROMPT_IS_SET "prompt is changed"
#define DIALOGUE_PROMPT_OPENS '#'

// Words that show a command did what it should. "xits: " is the common part of "You see exits: "
// and "Exits: ".
#define DIALOGUE_EXITS "xits: "
#define DIALOGUE_YOU_SAY "You say"
#define DIALOGUE_YOU_GET "You take"
#define DIALOGUE_YOU_DROP "You drop"
#define DIALOGUE_OTHERS_SAY " says"

// Words of a reply to a command the server did not understand; in the bench none is expected.
#define DIALOGUE_REFUSALS                                                                          \
    {                                                                                              \
        "Eh?", "Huh?", "Unknown command", "too fast",                                              \
    }

// Commands.
#define DIALOGUE_LOOK "look"
#define DIALOGUE_INVENTORY "inventory"
#define DIALOGUE_WHO "who"
#define DIALOGUE_SCORE "score"
#define DIALOGUE_SAY "say t"
#define DIALOGUE_GET "get %s"
#define DIALOGUE_DROP "drop %s"
#define DIALOGUE_PUT "put %s %s"
#define DIALOGUE_TAKE_OUT "get %s %s"
#define DIALOGUE_QUIT "quit"
#define DIALOGUE_GOTO "goto %s"
#define DIALOGUE_TELEPORT "teleport %s"
#define DIALOGUE_TELEPORT_TO "teleport %s %s"
#define DIALOGUE_OPEN "open %s"
#define DIALOGUE_CLOSE "close %s"

// Leaves the world for the menu, and comes back by it.
#define DIALOGUE_LEAVE_AND_COME_BACK DIALOGUE_QUIT "\r\n" DIALOGUE_MENU_CHOICE "\r\n"

// Things of the items workload, unless --items and --containers name others.
#define DIALOGUE_ITEMS "apple,ball,coin,torch"
#define DIALOGUE_CONTAINERS "bag,box,chest,sack"

#endif
