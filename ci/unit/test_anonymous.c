/* SPDX-License-Identifier: GPL-2.0-only */
/* What is a name and what only looks like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "bundle/anonymous.h"

static void becomes(struct anonymous *a, const char *text, const char *wanted)
{
	char *got = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&got, &n);

	assert_non_null(out);
	anonymous_copy(a, text, strlen(text), out);
	fclose(out);
	assert_string_equal(got, wanted);
	free(got);
}

static void names_are_replaced(void **state)
{
	struct anonymous a = {.host = "numabox"};

	becomes(&a, "numabox", "HOST");
	becomes(&a, "on numabox: numabox.example.org", "on HOST: HOST.example.org");
	becomes(&a, "thenumabox numabox2 numabox-2 my-numabox",
		"thenumabox numabox2 numabox-2 my-numabox");
	assert_int_equal(a.hosts, 3);
	becomes(&a, "\"config\": \"/home/hugh/linux/a.conf\"",
		"\"config\": \"/home/USER/linux/a.conf\"");
	becomes(&a, "/root/x /home/j.doe", "/home/USER/x /home/USER");
	becomes(&a, "/var/root/x /rootfs/y /home/ /srv/home/z",
		"/var/root/x /rootfs/y /home/ /srv/home/z");
	assert_int_equal(a.users, 3);
	becomes(&a, "Linux version 6.12 (root@build-1.lan) (gcc (Debian 14) x) #1",
		"Linux version 6.12 (BUILDER) (gcc (Debian 14) x) #1");
	becomes(&a, "(a@) (@b) (a b@c) foo(x)", "(a@) (@b) (a b@c) foo(x)");
	assert_int_equal(a.builders, 1);
}

static void short_names_are_left(void **state)
{
	struct anonymous a = {.host = "vm"}, none = {.host = NULL};

	becomes(&a, "vm.drop_caches vm", "vm.drop_caches vm");
	becomes(&none, "anything", "anything");
	assert_int_equal(a.hosts, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_replaced),
		cmocka_unit_test(short_names_are_left),
	};

	return cmocka_run_group_tests_name("anonymous", tests, NULL, NULL);
}
