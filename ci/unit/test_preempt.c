/* SPDX-License-Identifier: GPL-2.0-only */
/* The preemption model from the texts that real kernels give, and which source is believed. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "system/preempt.h"

#define CONFIG_VOLUNTARY                                                                           \
	"# CONFIG_PREEMPT_NONE is not set\n"                                                       \
	"CONFIG_PREEMPT_VOLUNTARY=y\n"                                                             \
	"# CONFIG_PREEMPT is not set\n"                                                            \
	"CONFIG_PREEMPT_COUNT=y\n"
#define CONFIG_VOLUNTARY_DYNAMIC                                                                   \
	"CONFIG_PREEMPT_BUILD=y\n" CONFIG_VOLUNTARY "CONFIG_PREEMPTION=y\n"                        \
	"CONFIG_PREEMPT_DYNAMIC=y\n"
#define CONFIG_LAZY "CONFIG_PREEMPT_BUILD=y\n# CONFIG_PREEMPT is not set\nCONFIG_PREEMPT_LAZY=y\n"

struct fixture {
	const char *what;
	struct preempt_sources src;
	const char *model;
	bool dynamic;
	const char *source; /* a part of it */
};

static const struct fixture fixtures[] = {
	{"Debian 5.10",
	 {.uname_version = "#1 SMP Debian 5.10.262-1 (2026-07-01)",
	  .cmdline = "BOOT_IMAGE=/vmlinuz quiet",
	  .config = CONFIG_VOLUNTARY,
	  .config_name = "/boot/config-5.10.0-37-amd64"},
	 "voluntary",
	 false,
	 "/boot/config-5.10.0-37-amd64: CONFIG_PREEMPT_VOLUNTARY=y"},
	{"a kernel that is not dynamic has no preempt=",
	 {.uname_version = "#1 SMP Debian 5.10.262-1 (2026-07-01)",
	  .cmdline = "preempt=full quiet",
	  .config = CONFIG_VOLUNTARY},
	 "voluntary",
	 false,
	 "CONFIG_PREEMPT_VOLUNTARY=y"},
	{"the same without its config",
	 {.uname_version = "#1 SMP Debian 5.10.262-1 (2026-07-01)", .cmdline = "quiet"},
	 "unknown",
	 false,
	 "none or voluntary"},
	{"Debian 6.1 and 6.12",
	 {.uname_version = "#1 SMP PREEMPT_DYNAMIC Debian 6.12.117-1",
	  .debugfs = "none (voluntary) full\n",
	  .cmdline = "quiet",
	  .kernel_log = "[    0.2] Dynamic Preempt: voluntary\n",
	  .config = CONFIG_VOLUNTARY_DYNAMIC},
	 "voluntary",
	 true,
	 "debugfs sched/preempt: none (voluntary) full"},
	{"changed at run time",
	 {.uname_version = "#1 SMP PREEMPT_DYNAMIC Debian 6.12.117-1",
	  .debugfs = "none voluntary (full)",
	  .cmdline = "preempt=none"},
	 "full",
	 true,
	 "debugfs"},
	{"Debian 6.12-rt",
	 {.uname_version = "#1 SMP PREEMPT_RT Debian 6.12.117-1",
	  .debugfs = "full (lazy) laziest\n",
	  .cmdline = "preempt=full"},
	 "rt",
	 true,
	 "uname -v: PREEMPT_RT; debugfs sched/preempt: full (lazy) laziest"},
	{"rt without debugfs",
	 {.uname_version = "#1 SMP PREEMPT_RT Debian 6.12.117-1"},
	 "rt",
	 false,
	 "uname -v: PREEMPT_RT"},
	{"Debian 7.2",
	 {.uname_version = "#1 SMP PREEMPT_DYNAMIC Debian 7.2-1",
	  .debugfs = "full (lazy)",
	  .cmdline = "preempt=none"},
	 "lazy",
	 true,
	 "debugfs sched/preempt: full (lazy)"},
	{"7.2 under lockdown: what was asked for was refused",
	 {.uname_version = "#1 SMP PREEMPT_DYNAMIC Debian 7.2-1",
	  .cmdline = "ro preempt=none quiet",
	  .kernel_log = "<5>[    0.000000] Kernel command line: ro preempt=none quiet\n"
			"<4>[    0.028401] Dynamic Preempt: unsupported mode: none\n"
			"<6>[    0.221901] Dynamic Preempt: lazy\n"},
	 "lazy",
	 true,
	 "kernel log: \"Dynamic Preempt: lazy\""},
	{"debugfs is EPERM, the kernel log tells",
	 {.uname_version = "#1 SMP PREEMPT_DYNAMIC @0",
	  .debugfs = "",
	  .cmdline = "console=ttyS0 quiet panic=1",
	  .kernel_log = "<6>[    0.221901] Dynamic Preempt: none\n<6>[    0.222001] rcu: "
			"Preemptible hierarchical RCU implementation.\n"},
	 "none",
	 true,
	 "kernel log: \"Dynamic Preempt: none\""},
	{"the boot command line",
	 {.uname_version = "#1 SMP PREEMPT_DYNAMIC Debian 6.12.117-1",
	  .cmdline = "ro preempt=full quiet",
	  .kernel_log = "[    0.0] Dynamic Preempt: full\n",
	  .config = CONFIG_VOLUNTARY_DYNAMIC},
	 "full",
	 true,
	 "boot command line: preempt=full"},
	{"the last that is known counts, and only whole words",
	 {.uname_version = "#1 SMP PREEMPT_DYNAMIC x",
	  .cmdline = "preempt=none preempt=voluntary preempt=fuller rcupreempt=full"},
	 "voluntary",
	 true,
	 "preempt=voluntary"},
	{"the kernel's default, from its config",
	 {.uname_version = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.1",
	  .cmdline = "quiet",
	  .kernel_log = "[  900.0] long after boot\n",
	  .config = CONFIG_VOLUNTARY_DYNAMIC,
	  .config_name = "/proc/config.gz"},
	 "voluntary",
	 true,
	 "/proc/config.gz: CONFIG_PREEMPT_VOLUNTARY=y, the default of a dynamic kernel"},
	{"static full",
	 {.uname_version = "#1 SMP PREEMPT Debian 5.10.1", .cmdline = "preempt=none"},
	 "full",
	 false,
	 "uname -v: PREEMPT"},
	{"static lazy calls itself PREEMPT",
	 {.uname_version = "#1 SMP PREEMPT Tue", .config = CONFIG_LAZY, .config_name = "c"},
	 "lazy",
	 false,
	 "c: CONFIG_PREEMPT_LAZY=y"},
	{"static lazy by name",
	 {.uname_version = "#1 SMP PREEMPT_LAZY Tue"},
	 "lazy",
	 false,
	 "uname -v: PREEMPT_LAZY"},
	{"config alone",
	 {.config = "CONFIG_PREEMPT_NONE=y\n"},
	 "none",
	 false,
	 "kernel config: CONFIG"},
	{"config of rt",
	 {.config = "CONFIG_PREEMPT=y\nCONFIG_PREEMPT_RT=y\n"},
	 "rt",
	 false,
	 "_RT=y"},
	{"nothing at all", {.uname_version = NULL}, "unknown", false, "nothing tells"},
	{"nothing readable",
	 {.uname_version = "", .debugfs = "", .cmdline = "", .kernel_log = "", .config = ""},
	 "unknown",
	 false,
	 "nothing tells"},
};

static void known_kernels(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(fixtures); i++) {
		const struct fixture *f = &fixtures[i];
		struct preempt_facts facts;

		preempt_find(&f->src, &facts);
		if (strcmp(facts.model, f->model) || facts.dynamic != f->dynamic ||
		    !strstr(facts.source, f->source))
			fail_msg("%s: model %s%s, by '%s'", f->what, facts.model,
				 facts.dynamic ? ", dynamic" : "", facts.source);
	}
}

static void a_long_source_is_cut(void **state)
{
	char name[400];
	struct preempt_sources src = {.config = "CONFIG_PREEMPT=y\n", .config_name = name};
	struct preempt_facts facts;

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	preempt_find(&src, &facts);
	assert_string_equal(facts.model, "full");
	assert_int_equal(strlen(facts.source), sizeof(facts.source) - 1);
}

static void switching(void **state)
{
	static const struct {
		const char *model, *debugfs, *wanted, *sentence;
		bool dynamic;
	} cases[] = {
		{"none", "", "none", NULL, false},
		{"none", "(none) voluntary full ", "full", NULL, true},
		{"full", "(full) lazy ", "none", "offers only: (full) lazy", true},
		{"none", "", "full", "boot it with preempt=full", true},
		{"voluntary", "", "full", "built for 'voluntary' and can't be switched", false},
		{"rt", "full (lazy) ", "full", "PREEMPT_RT", true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct preempt_facts now = {.dynamic = cases[i].dynamic};
		struct error why = {""};
		int ret;

		snprintf(now.model, sizeof(now.model), "%s", cases[i].model);
		ret = preempt_can_switch(&now, cases[i].debugfs, cases[i].wanted, &why);
		assert_int_equal(ret, cases[i].sentence ? -ENOTSUP : 0);
		if (cases[i].sentence && !strstr(why.text, cases[i].sentence))
			fail_msg("'%s' is not in: %s", cases[i].sentence, why.text);
	}
}

static void this_kernel_tells_something(void **state)
{
	struct preempt_facts facts;

	preempt_read(&facts);
	print_message("%s, by %s\n", facts.model, facts.source);
	assert_true(facts.model[0]);
	assert_true(facts.source[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_kernels),
		cmocka_unit_test(a_long_source_is_cut),
		cmocka_unit_test(switching),
		cmocka_unit_test(this_kernel_tells_something),
	};

	return cmocka_run_group_tests_name("preempt", tests, NULL, NULL);
}
