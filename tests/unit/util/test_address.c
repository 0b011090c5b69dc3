// What limits count by: an IPv4 address is itself, an IPv6 address its /64.
#include "util/address.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

START_TEST(one_person_has_one_key)
{
    static const char *const cases[][3] = {
        {"192.0.2.7", "192.0.2.7", "192.0.2.0/24"},
        {"::ffff:192.0.2.7", "192.0.2.7", "192.0.2.0/24"},
        {"255.255.255.255", "255.255.255.255", "255.255.255.0/24"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"},
        {"2001:DB8:1:2:ffff::1", "2001:db8:1:2::/64", "2001:db8:1::/48"},
        {"2001:db8:1:3::1", "2001:db8:1:3::/64", "2001:db8:1::/48"},
        {"::1", "::/64", "::/48"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff::/64",
         "ffff:ffff:ffff::/48"},
        {"?", "?", "?"},
        {"", "", ""},
        {"not an address", "not an address", "not an address"},
    };
    char out[ADDRESS_SIZE];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        address_key(cases[i][0], out);
        ck_assert_str_eq(out, cases[i][1]);
        address_block(cases[i][0], out);
        ck_assert_str_eq(out, cases[i][2]);
    }
}
END_TEST

START_TEST(a_peer_is_named_without_port_and_scope)
{
    char out[ADDRESS_SIZE];
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(4000)};
    inet_pton(AF_INET, "198.51.100.9", &v4.sin_addr);
    address_text((const struct sockaddr *)&v4, out);
    ck_assert_str_eq(out, "198.51.100.9");
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(1), .sin6_scope_id = 3};
    inet_pton(AF_INET6, "fe80::1", &v6.sin6_addr);
    address_text((const struct sockaddr *)&v6, out);
    ck_assert_str_eq(out, "fe80::1");
    inet_pton(AF_INET6, "::ffff:198.51.100.9", &v6.sin6_addr);
    address_text((const struct sockaddr *)&v6, out);
    ck_assert_str_eq(out, "198.51.100.9");
    address_text(&(struct sockaddr){.sa_family = AF_UNIX}, out);
    ck_assert_str_eq(out, "?");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("address");
    tcase_add_test(t, one_person_has_one_key);
    tcase_add_test(t, a_peer_is_named_without_port_and_scope);
    Suite *s = suite_create("util/address");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
