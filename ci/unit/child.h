/* SPDX-License-Identifier: GPL-2.0-only */
/* A part of a test that changes the process it runs in, its mounts say: in a child of its own. */
#ifndef THPSTORM_UNIT_CHILD_H
#define THPSTORM_UNIT_CHILD_H

#include <sys/wait.h>
#include <unistd.h>

#include "checker.h"

#define CHILD_SKIP 77 /* it can't be tried here */

/* @body returns 0, CHILD_SKIP (the test is skipped, @why says why), or which of its checks failed.
 */
static inline void expect_in_child(int (*body)(void), const char *why)
{
	int status;
	pid_t pid;

	skip_under_checker("what cmocka holds in the child counts as lost");
	pid = fork();
	if (!pid)
		_exit(body());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == CHILD_SKIP) {
		print_message("SKIP: %s\n", why);
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

#endif
