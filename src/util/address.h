// Network addresses as what limits count by. One person has one IPv4 address but at least a /64 of
// IPv6, so what counts addresses counts prefixes. An IPv4 address that came in over an IPv6 socket
// (::ffff:192.0.2.7) is the IPv4 address.
// Threads: any.  Locks: none.  Memory: none.
#ifndef UTIL_ADDRESS_H
#define UTIL_ADDRESS_H

struct sockaddr;

enum { ADDRESS_SIZE = 64 }; // room for any text below, with its NUL

// The peer's address without port or scope, as logs and sessions have it; "?" when it has none.
void address_text(const struct sockaddr *a, char out[ADDRESS_SIZE]);

// What a limit for each address counts by: "192.0.2.7", or "2001:db8:1:2::/64". A text that is no
// address is its own key.
void address_key(const char *address, char out[ADDRESS_SIZE]);
// The neighbourhood that shares what strangers may take: "192.0.2.0/24", or "2001:db8:1::/48".
void address_block(const char *address, char out[ADDRESS_SIZE]);

#endif
