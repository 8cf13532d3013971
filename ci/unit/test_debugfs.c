/* SPDX-License-Identifier: GPL-2.0-only */
/* debugfs where nobody has mounted it: seen by who reached for it and by its children alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/magic.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/textfile.h"
#include "child.h"
#include "system/debugfs.h"

static char before[65536], after[65536];

static bool is_there(void)
{
	struct statfs at;

	return !statfs(DEBUGFS, &at) && at.f_type == DEBUGFS_MAGIC;
}

/* The machine of the test: one where debugfs is not mounted, and /tmp is shared with its children.
 */
static int machine_without(void)
{
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return CHILD_SKIP;
	while (is_there()) {
		if (umount2(DEBUGFS, MNT_DETACH))
			return CHILD_SKIP;
	}
	return mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL) ? CHILD_SKIP : 0;
}

static int reach(void)
{
	int ret = debugfs_reach();

	if (ret == -ENODEV)
		return CHILD_SKIP;
	/* Whoever asks twice gets it once. */
	if (ret || !is_there() || debugfs_reach())
		return 1;
	if (!fork())
		_exit(!is_there());
	return wait(&ret) < 0 || ret ? 2 : 0;
}

/* Reached for in a process that is then killed. */
static int reach_and_die(void)
{
	int status, code = machine_without();
	pid_t pid;

	if (code)
		return code;
	textfile_read("/proc/self/mountinfo", before, sizeof(before));
	pid = fork();
	if (!pid) {
		code = reach();
		if (code)
			_exit(code);
		raise(SIGKILL);
	}
	waitpid(pid, &status, 0);
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	textfile_read("/proc/self/mountinfo", after, sizeof(after));
	return is_there() ? 3 : strcmp(before, after) ? 4 : 0;
}

static void nothing_is_left_mounted(void **state)
{
	expect_in_child(reach_and_die, "not root, or no debugfs in this kernel");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_left_mounted)};

	return cmocka_run_group_tests_name("debugfs", tests, NULL, NULL);
}
