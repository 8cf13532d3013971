/* SPDX-License-Identifier: GPL-2.0-only */
/* See knobs.h. */
#include "run/knobs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/textfile.h"
#include "measure/clock.h"
#include "system/cgroup.h"
#include "system/debugfs.h"
#include "system/state.h"
#include "system/swapfile.h"

#define MIN_FREE      "/proc/sys/vm/min_free_kbytes"
#define RESTORE_LIMIT (5 * NSEC_PER_SEC)

/* What only the write shows: a knob that can be opened for writing and refuses. */
static bool is_refusal(int err)
{
	return err == -EPERM || err == -EACCES || err == -EROFS;
}

static int set(struct journal *j, struct wish *k, struct error *err)
{
	int ret;

	if (k->refused)
		return 0;
	ret = journal_set(j, k->path, k->value, err);
	if (is_refusal(ret) && !k->named)
		k->refused = ret;
	return k->refused || ret == -ENOENT ? 0 : ret;
}

static int make_swapfile(struct journal *j, uint64_t bytes, struct error *err)
{
	char state[400], path[sizeof(state) + 16];
	int ret;

	snprintf(path, sizeof(path), "%s/swapfile", state_directory(state, sizeof(state)));
	ret = journal_made(j, &made_swapfile, path, err);
	return ret ? ret : swapfile_make(path, bytes, err);
}

static int make_cgroup(struct journal *j, uint64_t bytes, struct error *err)
{
	char path[CGROUP_PATH_MAX];
	int ret = cgroup_place(path, sizeof(path), err);

	if (!ret)
		ret = journal_made(j, &made_cgroup, path, err);
	return ret ? ret : cgroup_make(path, bytes, err);
}

int knobs_apply(struct journal *j, const struct run_plan *plan, struct wishes *w, struct error *err)
{
	/* Changing `enabled` makes the kernel recompute this one (set_recommended_min_free_kbytes()
	   in mm/khugepaged.c), so it is saved before. */
	int ret = journal_save(j, MIN_FREE, err);

	if (ret && ret != -ENOENT && ret != -EACCES)
		return ret;
	ret = wishes_check(w, err);
	for (unsigned i = 0; i < w->count && !ret; i++)
		ret = set(j, &w->wish[i], err);
	if (!ret)
		ret = journal_settle(j, MIN_FREE, err);
	if (ret)
		return ret;
	/* Not a value to be put back: lets WARN_ONCE fire once more. Absent or refused is fine. */
	textfile_write(DEBUGFS "/clear_warn_once", "1");
	if (plan->swap)
		ret = make_swapfile(j, plan->swap, err);
	if (!ret && plan->memory_max)
		ret = make_cgroup(j, plan->memory_max, err);
	return ret;
}

static int restore(struct journal *j, struct error *err)
{
	return journal_restore(j, err) ? -EIO : 0;
}

int knobs_restore(struct journal *j, bool locked, struct error *err)
{
	uint64_t until = clock_now() + RESTORE_LIMIT;
	int status = 0;
	pid_t child;

	if (!locked)
		return restore(j, err);
	child = fork();
	if (child < 0)
		return error_errno(err, errno, "cannot fork to put the settings back");
	if (!child)
		_exit(restore(j, err) ? 1 : 0);
	while (clock_now() < until) {
		/* It went through, so here it does too, and the journal is emptied. */
		if (waitpid(child, &status, WNOHANG) == child)
			return WIFEXITED(status) && !WEXITSTATUS(status)
				       ? restore(j, err)
				       : error_set(err, EIO, "some can't be written");
		clock_sleep(10 * NSEC_PER_MSEC);
	}
	kill(child, SIGKILL);
	return error_set(err, EBUSY,
			 "a CPU is locked up, and the kernel does not take the settings");
}
