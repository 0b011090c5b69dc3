// Packing: what is small takes one byte, and nothing is aligned. Keeps nothing; any thread.
#include "util/pack.h"

#include "util/buf.h"
#include "util/doc.h"

#include <string.h>

void pack_uint(struct buf *out, uint64_t n)
{
    char bytes[10];
    size_t len = 0;
    do {
        bytes[len++] = (char)((n & 0x7f) | (n > 0x7f ? 0x80 : 0));
        n >>= 7;
    } while (n);
    buf_add(out, bytes, len);
}

// Zigzag: small negative numbers are short too.
void pack_int(struct buf *out, int64_t n)
{
    pack_uint(out, (uint64_t)n << 1 ^ (n < 0 ? UINT64_MAX : 0));
}

static void pack_bytes(struct buf *out, const char *text, size_t n)
{
    pack_uint(out, n);
    buf_add(out, text, n);
    buf_addc(out, '\0');
}

void pack_text(struct buf *out, const char *text)
{
    pack_bytes(out, text ? text : "", text ? strlen(text) : 0);
}

void pack_doc(struct buf *out, const struct doc_node *n)
{
    uint64_t bits;
    pack_uint(out, n->kind);
    switch ((enum doc_kind)n->kind) {
    case DOC_NULL:
        break;
    case DOC_BOOL:
        pack_uint(out, n->boolean);
        break;
    case DOC_INT:
        pack_int(out, n->integer);
        break;
    case DOC_REAL:
        memcpy(&bits, &n->real, sizeof(bits));
        pack_uint(out, bits);
        break;
    case DOC_STRING:
        pack_bytes(out, n->string.text, n->string.length);
        break;
    case DOC_ARRAY:
    case DOC_OBJECT:
        pack_uint(out, n->list.count);
        doc_foreach (child, n) {
            if (n->kind == DOC_OBJECT)
                pack_text(out, child->key);
            pack_doc(out, child);
        }
        break;
    }
}

uint64_t unpack_uint(struct unpack *u)
{
    uint64_t n = 0;
    for (unsigned shift = 0; shift < 64 && !u->bad && u->at < u->end; shift += 7) {
        unsigned char c = *u->at++;
        if (shift == 63 && c > 1)
            break;
        n |= (uint64_t)(c & 0x7f) << shift;
        if (!(c & 0x80))
            return n;
    }
    u->bad = true;
    return 0;
}

uint64_t unpack_limited(struct unpack *u, uint64_t most)
{
    uint64_t n = unpack_uint(u);
    if (n <= most)
        return n;
    u->bad = true;
    return 0;
}

int64_t unpack_int(struct unpack *u)
{
    uint64_t n = unpack_uint(u);
    return (int64_t)(n >> 1 ^ (n & 1 ? UINT64_MAX : 0));
}

static const char *unpack_bytes(struct unpack *u, size_t *n)
{
    *n = unpack_uint(u);
    size_t left = (size_t)(u->end - u->at);
    if (u->bad || *n >= left || u->at[*n]) {
        u->bad = true;
        *n = 0;
        return "";
    }
    const char *text = (const char *)u->at;
    u->at += *n + 1;
    return text;
}

const char *unpack_text(struct unpack *u)
{
    size_t n;
    const char *text = unpack_bytes(u, &n);
    if (memchr(text, '\0', n)) {
        u->bad = true;
        return "";
    }
    return text;
}

// `d` NULL: only passes over it.
static struct doc_node *read_doc(struct unpack *u, struct doc *d, int depth)
{
    enum doc_kind kind = (enum doc_kind)unpack_limited(u, DOC_OBJECT);
    struct doc_node *list = NULL;
    if (depth > PACK_DEPTH_MAX)
        u->bad = true;
    switch (u->bad ? DOC_NULL : kind) {
    case DOC_NULL:
        break;
    case DOC_BOOL: {
        bool yes = unpack_limited(u, 1);
        return d ? doc_bool(d, yes) : NULL;
    }
    case DOC_INT: {
        int64_t n = unpack_int(u);
        return d ? doc_int(d, n) : NULL;
    }
    case DOC_REAL: {
        uint64_t bits = unpack_uint(u);
        double real;
        memcpy(&real, &bits, sizeof(real));
        return d ? doc_real(d, real) : NULL;
    }
    case DOC_STRING: {
        const char *text = unpack_text(u);
        return d ? doc_string(d, text) : NULL;
    }
    case DOC_ARRAY:
    case DOC_OBJECT:
        if (d)
            list = kind == DOC_ARRAY ? doc_array(d) : doc_object(d);
        for (uint64_t left = unpack_uint(u); left && !u->bad; left--) {
            const char *key = kind == DOC_OBJECT ? unpack_text(u) : NULL;
            struct doc_node *child = read_doc(u, d, depth + 1);
            if (d && key)
                doc_put(d, list, key, child);
            else if (d)
                doc_append(list, child);
        }
        return list;
    }
    return d ? doc_null(d) : NULL;
}

struct doc_node *unpack_doc(struct unpack *u, struct doc *d)
{
    return read_doc(u, d, 0);
}

void unpack_skip_doc(struct unpack *u)
{
    read_doc(u, NULL, 0);
}
