// Texts of errors, composed beside the error and then put into it, as arguments may point into it.
// Keeps nothing.
#include "util/error.h"

#include "util/utf8.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CUT "…"

// Room for two texts and what joins them, so that what did not fit is known to the byte.
struct composed {
    char text[2 * ERROR_TEXT + 8];
};

static void keep(struct error *e, const struct composed *c)
{
    size_t n = strlen(c->text), most = ERROR_TEXT - 1;
    if (n > most) {
        n = utf8_cut(c->text, n, most - strlen(CUT));
        memcpy(e->text, c->text, n);
        memcpy(e->text + n, CUT, sizeof(CUT));
        return;
    }
    memcpy(e->text, c->text, n + 1);
}

static void add(struct composed *c, const char *text)
{
    size_t n = strlen(c->text);
    snprintf(c->text + n, sizeof(c->text) - n, "%s", text);
}

__attribute__((format(printf, 2, 0))) static void compose(struct composed *c, const char *format,
                                                          va_list ap)
{
    // Longer than a text of an error, so that it is seen to be cut, and short enough for what is
    // joined to it.
    vsnprintf(c->text, ERROR_TEXT + 4, format, ap);
}

void error_clear(struct error *e)
{
    if (!e)
        return;
    e->code = 0;
    *e->text = '\0';
}

int error_set(struct error *e, int code, const char *format, ...)
{
    assert(format);
    assert(code <= 0);
    if (!e)
        return code;
    struct composed c;
    va_list ap;
    va_start(ap, format);
    compose(&c, format, ap);
    va_end(ap);
    keep(e, &c);
    return e->code = code;
}

int error_set_system(struct error *e, int number, const char *format, ...)
{
    assert(number > 0);
    if (!e)
        return -number;
    struct composed c;
    va_list ap;
    va_start(ap, format);
    compose(&c, format, ap);
    va_end(ap);
    add(&c, ": ");
    add(&c, strerror(number));
    keep(e, &c);
    return e->code = -number;
}

int error_wrap(struct error *e, const char *format, ...)
{
    if (!e)
        return 0;
    struct composed c;
    va_list ap;
    va_start(ap, format);
    compose(&c, format, ap);
    va_end(ap);
    if (*e->text)
        add(&c, ": ");
    add(&c, e->text);
    keep(e, &c);
    return e->code;
}

void error_add(struct error *e, const char *format, ...)
{
    if (!e)
        return;
    struct composed more, c = {""};
    va_list ap;
    va_start(ap, format);
    compose(&more, format, ap);
    va_end(ap);
    add(&c, e->text);
    add(&c, more.text);
    keep(e, &c);
}

int error_code(const struct error *e)
{
    return e ? e->code : 0;
}

const char *error_text(const struct error *e)
{
    return e ? e->text : "";
}
