// Colour in game text: one byte marks, outside what players can type and files can hold.
// Pure; any thread.
#ifndef OUTPUT_MARKUP_H
#define OUTPUT_MARKUP_H

#define MARK_RESET "\x01"
#define MARK_GOOD "\x02"
#define MARK_BAD "\x03"
#define MARK_INFO "\x04"
#define MARK_TITLE "\x05"  // name of a location
#define MARK_PLAYER "\x06" // what people say, and their names
#define MARK_EXIT "\x07"
#define MARK_PROMPT "\x08"

enum { MARK_LAST = 8 };

const char *markup_ansi(unsigned char mark); // the escape sequence; "" when it is no mark

#endif
