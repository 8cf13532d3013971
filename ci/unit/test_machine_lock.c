/* SPDX-License-Identifier: GPL-2.0-only */
/* One run at a time: who is second is refused, from another PID, mount and network namespace too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "system/machine_lock.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080 /* uapi/linux/sched.h */
#endif

/* This program, by its name: valgrind hands out one description of /proc/self/exe for all. */
static const char *here[MACHINE_LOCKS] = {NULL, "/nonexistent"};
static struct error err;

/* Its files, for what is told of the holder: other tests of this machine hold the real ones. */
static int try_here(void)
{
	struct machine_lock l;
	int ret = machine_lock_take_of(&l, here, &err);

	machine_lock_release(&l);
	return ret;
}

static int take(void)
{
	struct machine_lock l;
	int ret = machine_lock_take(&l, &err);

	machine_lock_release(&l);
	return ret;
}

static int in_child(int (*what)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (!pid)
		_exit(-what());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

/* Of another process, on another file. */
static pid_t lock_something_else(void)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		flock(fileno(tmpfile()), LOCK_EX);
		close(ready[1]);
		pause();
		_exit(0);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 0);
	close(ready[0]);
	return pid;
}

static void the_second_is_refused(void **state)
{
	pid_t before = lock_something_else(), after;
	struct machine_lock l;
	char phrase[64];

	assert_int_equal(machine_lock_take_of(&l, here, &err), 0);
	after = lock_something_else();
	assert_int_equal(in_child(try_here), -EBUSY);
	assert_int_equal(try_here(), -EBUSY);
	snprintf(phrase, sizeof(phrase), "another thpstorm (pid %d) runs", (int)getpid());
	if (!strstr(err.text, phrase))
		fail_msg("'%s' is not in '%s'", phrase, err.text);
	kill(before, SIGKILL);
	kill(after, SIGKILL);
	waitpid(before, NULL, 0);
	waitpid(after, NULL, 0);
	machine_lock_release(&l);
	assert_int_equal(in_child(try_here), 0);
}

static void what_was_forked_holds_it(void **state)
{
	struct machine_lock l;
	pid_t pid;

	assert_int_equal(machine_lock_take_of(&l, here, &err), 0);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
	machine_lock_release(&l);
	assert_int_equal(try_here(), -EBUSY);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(try_here(), 0);
}

/* In a child: for the rest of its life. */
static int hold(void)
{
	int order[2], answer[2];
	struct machine_lock l;
	char byte = 0;
	pid_t other;

	if (pipe(order) || pipe(answer))
		return 1;
	/* Forked before, so it holds nothing. */
	other = fork();
	if (!other) {
		bool got;

		close(order[1]);
		got = read(order[0], &byte, 1) == 1;

		byte = got ? (char)-machine_lock_take(&l, &err) : 0;
		_exit(write(answer[1], &byte, 1) != 1);
	}
	if (machine_lock_hold(0, &err))
		return CHILD_SKIP;
	/* Its own runs, and those of whom it forks, as often as they like. */
	for (int i = 0; i < 2; i++) {
		if (machine_lock_take(&l, &err))
			return 2;
		machine_lock_release(&l);
	}
	if (in_child(take))
		return 3;
	if (write(order[1], "x", 1) != 1 || read(answer[0], &byte, 1) != 1 || byte != EBUSY)
		return 4;
	waitpid(other, NULL, 0);
	return 0;
}

static void who_holds_it_has_it_for_all_its_runs(void **state)
{
	expect_in_child(hold, "another storm of this machine holds the lock");
}

static void nothing_to_lock_is_told(void **state)
{
	static const char *const none[MACHINE_LOCKS] = {"/nonexistent", "/nonexistent/too"};
	struct machine_lock l;

	assert_int_equal(machine_lock_take_of(&l, none, &err), -ENOLCK);
	assert_non_null(strstr(err.text, "another run is not noticed"));
	machine_lock_release(&l);
}

static int mount_and_try(void)
{
	struct machine_lock l;
	int ret;

	if (mount("proc", "/proc", "proc", 0, NULL) || mount("sysfs", "/sys", "sysfs", 0, NULL))
		return -77;
	ret = machine_lock_take(&l, &err);
	return ret == -EBUSY && !strstr(err.text, "in another container") ? -1 : ret;
}

/* As in a container: /proc and /sys are mounted there anew. 77: that can't be done here. */
static int try_in_container(void)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET) ||
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL))
		return -77;
	return in_child(mount_and_try);
}

static int take_and_try_in_container(void)
{
	struct machine_lock l;

	return machine_lock_take(&l, &err) ? -1 : in_child(try_in_container);
}

/* With a time namespace and a sysfs of its own: no storm of this machine has its locks. */
static int on_own_machine(void)
{
	if (unshare(CLONE_NEWTIME | CLONE_NEWNS | CLONE_NEWNET) ||
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) ||
	    mount("sysfs", "/sys", "sysfs", 0, NULL))
		return -77;
	return in_child(take_and_try_in_container);
}

static void containers_share_it(void **state)
{
	int ret = in_child(on_own_machine);

	if (ret == -77)
		skip();
	assert_int_equal(ret, -EBUSY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_is_refused),
		cmocka_unit_test(what_was_forked_holds_it),
		cmocka_unit_test(who_holds_it_has_it_for_all_its_runs),
		cmocka_unit_test(nothing_to_lock_is_told),
		cmocka_unit_test(containers_share_it),
	};

	here[0] = realpath("/proc/self/exe", NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
