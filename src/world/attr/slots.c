// Slot lists: `true` means one hand, `false` that the use is impossible.
#include "world/attr/slots.h"

#include "util/doc.h"
#include "world/attr/wordlist.h"

#include <string.h>

bool slots_valid(const char *slot)
{
    size_t n = strlen(slot);
    return n && n <= 20 && strspn(slot, "abcdefghijklmnopqrstuvwxyz_") == n;
}

void *slots_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    static const char *const hand[] = {"hand"};
    (void)t;
    if (n->kind == DOC_BOOL)
        return wordlist_new(hand, n->boolean ? 1 : 0, false);
    return wordlist_decode(d, n, false, slots_valid, "a body slot such as \"hand\"");
}

struct doc_node *slots_encode(const void *value, struct doc *out)
{
    return wordlist_encode(value, out);
}
