// Addresses and their prefixes. Keeps nothing.
#include "util/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { KEY_V4 = 32, KEY_V6 = 64, BLOCK_V4 = 24, BLOCK_V6 = 48 };

void address_text(const struct sockaddr *a, char out[ADDRESS_SIZE])
{
    const void *bytes = NULL;
    int family = a->sa_family;
    if (family == AF_INET) {
        bytes = &((const struct sockaddr_in *)(const void *)a)->sin_addr;
    } else if (family == AF_INET6) {
        const struct in6_addr *v6 = &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;
        bool mapped = IN6_IS_ADDR_V4MAPPED(v6);
        family = mapped ? AF_INET : AF_INET6;
        bytes = mapped ? &v6->s6_addr[12] : v6->s6_addr;
    }
    if (!bytes || !inet_ntop(family, bytes, out, ADDRESS_SIZE))
        snprintf(out, ADDRESS_SIZE, "?");
}

static void keep_bits(uint8_t *bytes, size_t n, unsigned bits)
{
    for (size_t i = 0; i < n; i++) {
        unsigned kept = bits > 8 * i ? bits - 8 * (unsigned)i : 0;
        if (kept < 8)
            bytes[i] &= (uint8_t)(0xff00u >> kept);
    }
}

static void prefix(const char *address, unsigned v4_bits, unsigned v6_bits, char out[ADDRESS_SIZE])
{
    struct in_addr v4;
    struct in6_addr v6;
    int family = AF_INET;
    uint8_t *bytes = (uint8_t *)&v4;
    unsigned bits = v4_bits, whole = 32;
    if (inet_pton(AF_INET6, address, &v6) == 1) {
        if (IN6_IS_ADDR_V4MAPPED(&v6)) {
            memcpy(&v4, &v6.s6_addr[12], sizeof(v4));
        } else {
            family = AF_INET6;
            bytes = v6.s6_addr;
            bits = v6_bits;
            whole = 128;
        }
    } else if (inet_pton(AF_INET, address, &v4) != 1) {
        snprintf(out, ADDRESS_SIZE, "%s", address);
        return;
    }
    char text[INET6_ADDRSTRLEN];
    keep_bits(bytes, whole / 8, bits);
    inet_ntop(family, bytes, text, sizeof(text));
    if (bits < whole)
        snprintf(out, ADDRESS_SIZE, "%s/%u", text, bits);
    else
        snprintf(out, ADDRESS_SIZE, "%s", text);
}

void address_key(const char *address, char out[ADDRESS_SIZE])
{
    prefix(address, KEY_V4, KEY_V6, out);
}

void address_block(const char *address, char out[ADDRESS_SIZE])
{
    prefix(address, BLOCK_V4, BLOCK_V6, out);
}
