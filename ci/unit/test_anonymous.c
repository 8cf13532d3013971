/* SPDX-License-Identifier: GPL-2.0-only */
/* What is a name and what only looks like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "bundle/anonymous.h"

static void becomes(struct anonymous *a, const char *text, const char *wanted)
{
	char got[256];

	snprintf(got, sizeof(got), "%s", text);
	anonymous_blank(a, got, strlen(got));
	assert_string_equal(got, wanted);
}

static void given_names_are_words(void **state)
{
	struct anonymous a = {.host = {"numabox.example.org", "numabox"}, .user = {NULL, "hugh"}};

	becomes(&a, "numabox", "xxxxxxx");
	becomes(&a, "on numabox: numabox.example.org", "on xxxxxxx: xxxxxxx.xxxxxxx.xxx");
	becomes(&a, "thenumabox numabox2", "thenumabox numabox2");
	assert_int_equal(a.hosts, 3);
	becomes(&a, "numabox-2 my_numabox", "xxxxxxx-2 my_xxxxxxx");
	assert_int_equal(a.hosts, 5);
	becomes(&a, "/srv/hugh/hugh.conf hughes", "/srv/xxxx/xxxx.conf hughes");
	assert_int_equal(a.users, 2);
}

static void keys_of_json_are_no_names(void **state)
{
	struct anonymous a = {.host = {"storm"}};

	becomes(&a, "{\"storm\": {\"storm_fault\": \"storm\"}, \"storm_ns\":2}",
		"{\"storm\": {\"storm_fault\": \"xxxxx\"}, \"storm_ns\":2}");
	assert_int_equal(a.hosts, 1);
}

static void homes_are_known_by_their_path(void **state)
{
	struct anonymous a = {.users = 0};

	becomes(&a, "\"config\": \"/home/hugh/linux/a.conf\"",
		"\"config\": \"/home/xxxx/linux/a.conf\"");
	becomes(&a, "/root/x /home/j.doe \"/root\"", "/xxxx/x /home/x.xxx \"/xxxx\"");
	becomes(&a, "/var/root/x /rootfs/y /home/ root=/dev/sda /root",
		"/var/root/x /rootfs/y /home/ root=/dev/sda /root");
	becomes(&a, "/var/home/hugh", "/var/home/xxxx");
	assert_int_equal(a.users, 5);
	becomes(&a, "/home/xxxx/linux/a.conf", "/home/xxxx/linux/a.conf");
	assert_int_equal(a.users, 5);
}

static void builders_are_known_by_their_form(void **state)
{
	struct anonymous a = {.builders = 0};

	becomes(&a, "Linux version 6.12 (root@build-1.lan) (gcc (Debian 14) x) #1",
		"Linux version 6.12 (xxxx@xxxxx-x.xxx) (gcc (Debian 14) x) #1");
	becomes(&a, "(a@) (@b) (a b@c) foo(x) (a@b", "(a@) (@b) (a b@c) foo(x) (a@b");
	assert_int_equal(a.builders, 1);
}

static void hosts_are_known_by_their_place(void **state)
{
	struct anonymous a = {.hosts = 0};

	becomes(&a, "quiet hostname=vm1 systemd.hostname=box ro",
		"quiet hostname=xxx systemd.hostname=xxx ro");
	becomes(&a, "ip=10.0.0.2:10.0.0.1::255.255.255.0:box:eth0:off",
		"ip=10.0.0.2:10.0.0.1::255.255.255.0:xxx:eth0:off");
	becomes(&a, "ip=dhcp a:b:c:d:e:f", "ip=dhcp a:b:c:d:e:f");
	becomes(&a, "[   12.345678] box kernel: watchdog: BUG",
		"[   12.345678] xxx kernel: watchdog: BUG");
	becomes(&a, "[   12.345678] watchdog: BUG: in the kernel: x",
		"[   12.345678] watchdog: BUG: in the kernel: x");
	assert_int_equal(a.hosts, 4);
}

static void short_names_are_left(void **state)
{
	struct anonymous a = {.host = {"vm", ""}}, none = {.hosts = 0};

	becomes(&a, "vm.drop_caches vm", "vm.drop_caches vm");
	becomes(&none, "anything", "anything");
	becomes(&none, "", "");
	assert_int_equal(a.hosts, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(given_names_are_words),
		cmocka_unit_test(keys_of_json_are_no_names),
		cmocka_unit_test(homes_are_known_by_their_path),
		cmocka_unit_test(builders_are_known_by_their_form),
		cmocka_unit_test(hosts_are_known_by_their_place),
		cmocka_unit_test(short_names_are_left),
	};

	return cmocka_run_group_tests_name("anonymous", tests, NULL, NULL);
}
