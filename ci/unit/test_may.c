/* SPDX-License-Identifier: GPL-2.0-only */
/* What a process may do: of root, of root without capabilities and with a read-only /sys, of a
 * user. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checker.h"
#include "run/wishes.h"
#include "system/may.h"
#include "system/thp.h"
#include "told_given.h"

#define KNOB   THP_SYSFS "/khugepaged/scan_sleep_millisecs"
#define CANNOT 77

static struct error why;

/* The child's answer; its asserts can't be the test's. */
static int in_child(int (*what)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (!pid)
		_exit(what());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == CANNOT)
		skip();
	return WEXITSTATUS(status);
}

static bool is_root_with_knobs(void)
{
	return !geteuid() && !may_write(KNOB);
}

/* What is wanted of a machine on which this may be done. */
static int make(struct wishes *w, const struct run_plan *plan, const struct may *may)
{
	static struct given given;

	given = (struct given){.plan = *plan, .machine.host.may = *may};
	thp_read(&given.machine.host.thp);
	told_given(&given);
	return wishes_make(w, &given, &why);
}

/* khugepaged = off, from another value than the one it has. */
static void wish(struct wishes *w, struct run_plan *plan, const struct may *may)
{
	memset(plan, 0, sizeof(*plan));
	plan->khugepaged = access(KNOB, R_OK) ? SWITCH_KEEP : SWITCH_OFF;
	assert_int_equal(make(w, plan, may), 0);
	if (w->count && !strcmp(w->wish[0].now, w->wish[0].value)) {
		plan->khugepaged = SWITCH_ON;
		wishes_free(w);
		assert_int_equal(make(w, plan, may), 0);
	}
}

static int as_user(void)
{
	const struct rlimit none = {0};
	struct may m;

	setrlimit(RLIMIT_NICE, &none);
	setrlimit(RLIMIT_RTPRIO, &none);
	if (!geteuid() && (setgid(12345) || setuid(12345)))
		return CANNOT;
	may_read(&m);
	if (m.thp != -EACCES && m.thp != -EROFS)
		return 1;
	/* debugfs is root's, or not mounted. */
	if (!m.model)
		return 5;
	return m.swap != -EPERM ? 2 : m.nice ? 3 : m.rt_priority ? 4 : 0;
}

static void a_user_may_not(void **state)
{
	skip_under("valgrind", "swapon(2) is not known");
	assert_int_equal(in_child(as_user), 0);
}

/* A container's root: the uid is 0, and that is all. */
static int as_container(void)
{
	struct run_plan plan;
	struct wishes w;
	struct may m;
	char left[200];

	if (!is_root_with_knobs() || unshare(CLONE_NEWNS) ||
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) ||
	    mount("/sys", "/sys", "none", MS_BIND, NULL) ||
	    mount("none", "/sys", "none", MS_REMOUNT | MS_BIND | MS_RDONLY, NULL))
		return CANNOT;
	may_read(&m);
	if (m.thp != -EROFS)
		return 1;
	wish(&w, &plan, &m);
	if (wishes_settable(&w) || wishes_check(&w, &why))
		return 2;
	wishes_left(&w, left, sizeof(left));
	if (!strstr(left, "khugepaged/scan_sleep_millisecs '") ||
	    !strstr(left, "(Read-only file system)") ||
	    !strstr(wishes_remedy(&w), "run it where that is not read-only"))
		return 3;
	/* The same value, and it must be set: an error. */
	plan.must = MUST_KHUGEPAGED;
	wishes_free(&w);
	if (make(&w, &plan, &m) || wishes_check(&w, &why) != -EROFS ||
	    !strstr(why.text, "khugepaged: " KNOB " can't be set to"))
		return 4;
	return 0;
}

static void root_of_a_container_may_not(void **state)
{
	assert_int_equal(in_child(as_container), 0);
}

static int dev_null_as_kmsg(void)
{
	struct may m;

	if (!is_root_with_knobs() || unshare(CLONE_NEWNS) ||
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) ||
	    mount("/dev/null", "/dev/kmsg", "none", MS_BIND, NULL))
		return CANNOT;
	may_read(&m);
	return m.kmsg == -ENOTTY ? 0 : 1;
}

static void another_file_is_no_kernel_log(void **state)
{
	assert_int_equal(in_child(dev_null_as_kmsg), 0);
}

static void each_knob_of_a_plan_is_a_wish(void **state)
{
	static const struct {
		const char *path, *key, *value;
	} knob[] = {
		{"/proc/sys/kernel/watchdog_thresh", "watchdog_thresh", "7"},
		{"/proc/sys/kernel/softlockup_panic", "on_lockup", "1"},
		{THP_SYSFS "/enabled", "thp_enabled", "always"},
		{THP_SYSFS "/defrag", "thp_defrag", "madvise"},
		{KNOB, "khugepaged", "0"},
		{"/proc/sys/kernel/numa_balancing", "numa_balancing", "1"},
	};
	const struct run_plan plan = {.watchdog_thresh = 7,
				      .on_lockup = LOCKUP_PANIC,
				      .thp_enabled = THP_ALWAYS,
				      .thp_defrag = THP_MADVISE,
				      .khugepaged = SWITCH_ON,
				      .numa_balancing = SWITCH_ON};
	const struct run_plan keep = {.khugepaged = SWITCH_KEEP};
	const struct may may = {0};
	struct wishes w;

	assert_int_equal(make(&w, &plan, &may), 0);
	for (size_t i = 0; i < ARRAY_SIZE(knob); i++) {
		const struct wish *found = NULL;

		for (unsigned k = 0; k < w.count; k++) {
			if (!strcmp(w.wish[k].path, knob[i].path))
				found = &w.wish[k];
		}
		if (!found != !!access(knob[i].path, F_OK))
			fail_msg("%s is %sa wish", knob[i].path, found ? "" : "not ");
		if (!found)
			continue;
		assert_string_equal(found->key, knob[i].key);
		assert_string_equal(found->value, knob[i].value);
	}
	wishes_free(&w);
	assert_int_equal(make(&w, &keep, &may), 0);
	assert_int_equal(w.count, 0);
}

/* Knobs that the workers of groups want: once each, however many there are; two values are an error. */
static void knobs_of_workers(void **state)
{
	static struct knob_wish many[61], other[2];
	static struct worker_ops one = {.name = "one", .knobs = many},
				 two = {.name = "two", .knobs = other};
	static struct given given;
	static char path[60][64];
	char dir[] = "/tmp/thpstorm-wishes.XXXXXX";
	struct wishes w;

	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < 60; i++) {
		snprintf(path[i], sizeof(path[i]), "%s/%zu", dir, i);
		close(open(path[i], O_CREAT | O_WRONLY, 0600));
		many[i] = (struct knob_wish){path[i], "1"};
	}
	given.sites = 1;
	given.site[0].memory = &memory_anon;
	given.plan.groups = 3;
	for (unsigned i = 0; i < 3; i++) {
		given.plan.group[i].threads = 1;
		given.group[i].worker = i == 2 ? &two : &one;
	}
	other[0] = (struct knob_wish){path[59], "1"};
	assert_int_equal(wishes_make(&w, &given, &why), 0);
	assert_int_equal(w.count, 60);
	assert_string_equal(w.wish[59].key, "one");
	wishes_free(&w);
	other[0].value = "2";
	assert_int_equal(wishes_make(&w, &given, &why), -EINVAL);
	assert_non_null(strstr(why.text, "one and two want different values of"));
	wishes_free(&w);
	given.plan.group[2].threads = 0;
	assert_int_equal(wishes_make(&w, &given, &why), 0);
	wishes_free(&w);
	for (size_t i = 0; i < 60; i++)
		unlink(path[i]);
	rmdir(dir);
}

static void without_a_journal_nothing_is_set(void **state)
{
	const struct may m = {.journal = -EROFS};
	struct run_plan plan;
	struct wishes w;

	wish(&w, &plan, &m);
	if (!w.count)
		skip();
	assert_false(wishes_settable(&w));
	assert_int_equal(wishes_check(&w, &why), 0);
	plan.must = MUST_KHUGEPAGED;
	wishes_free(&w);
	assert_int_equal(make(&w, &plan, &m), 0);
	assert_int_not_equal(wishes_check(&w, &why), 0);
	wishes_free(&w);
}

static void what_cant_be_read_is_not_told_as_a_value(void **state)
{
	struct wish k = {.path = "/knob",
			 .value = "none",
			 .key = "preempt",
			 .without = "or take keep",
			 .must = true,
			 .refused = -EACCES};
	const struct wishes w = {.count = 1, .wish = &k};

	assert_int_equal(wishes_check(&w, &why), -EACCES);
	assert_non_null(strstr(why.text, "(it can't be read)"));
	strcpy(k.now, "full");
	assert_int_equal(wishes_check(&w, &why), -EACCES);
	assert_non_null(strstr(why.text, "(it is 'full')"));
}

static void directories_are_tried_from_above(void **state)
{
	char dir[] = "/tmp/thpstorm-may.XXXXXX", path[64];

	assert_non_null(mkdtemp(dir));
	strcat(strcpy(path, dir), "/not/there/yet");
	assert_int_equal(may_make_in(path), 0);
	strcat(strcpy(path, dir), "/file");
	close(open(path, O_CREAT | O_WRONLY, 0600));
	strcat(path, "/below");
	assert_int_equal(may_make_in(path), -ENOTDIR);
	/* Beside the program, and nothing there yet. */
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(may_make_in("state"), 0);
	assert_int_equal(may_make_in("not/there"), 0);
	assert_int_equal(chdir("/"), 0);
	strcat(strcpy(path, dir), "/file");
	unlink(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_user_may_not),
		cmocka_unit_test(root_of_a_container_may_not),
		cmocka_unit_test(another_file_is_no_kernel_log),
		cmocka_unit_test(each_knob_of_a_plan_is_a_wish),
		cmocka_unit_test(knobs_of_workers),
		cmocka_unit_test(without_a_journal_nothing_is_set),
		cmocka_unit_test(what_cant_be_read_is_not_told_as_a_value),
		cmocka_unit_test(directories_are_tried_from_above),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
