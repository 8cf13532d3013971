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
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "system/machine_lock.h"

static const char *const here[MACHINE_LOCKS] = {"/proc/self/exe", "/nonexistent"};
static struct error err;

/* Its files, for what is told of the holder: other tests of this machine hold the real ones. */
static int try_here(void)
{
	struct machine_lock l;
	int ret = machine_lock_take_of(&l, here, &err);

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

static void the_second_is_refused(void **state)
{
	struct machine_lock l;
	char phrase[64];

	assert_int_equal(machine_lock_take_of(&l, here, &err), 0);
	assert_int_equal(in_child(try_here), -EBUSY);
	assert_int_equal(try_here(), -EBUSY);
	snprintf(phrase, sizeof(phrase), "another thpstorm (pid %d) runs", (int)getpid());
	if (!strstr(err.text, phrase))
		fail_msg("'%s' is not in '%s'", phrase, err.text);
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
		pause();
		_exit(0);
	}
	machine_lock_release(&l);
	assert_int_equal(try_here(), -EBUSY);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(try_here(), 0);
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

static void containers_share_it(void **state)
{
	struct machine_lock l;
	int ret;

	/* Another test's storm may hold it: then it is not for this one to say. */
	if (access("/proc/self/ns/time", F_OK) || machine_lock_take(&l, &err))
		skip();
	ret = in_child(try_in_container);
	machine_lock_release(&l);
	if (ret == -77)
		skip();
	assert_int_equal(ret, -EBUSY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_is_refused),
		cmocka_unit_test(what_was_forked_holds_it),
		cmocka_unit_test(nothing_to_lock_is_told),
		cmocka_unit_test(containers_share_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
