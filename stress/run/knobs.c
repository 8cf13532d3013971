/* SPDX-License-Identifier: GPL-2.0-only */
/* See knobs.h. */
#include "run/knobs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/textfile.h"
#include "contract/resource.h"
#include "measure/clock.h"
#include "memory/memory.h"
#include "system/cgroup.h"
#include "system/debugfs.h"
#include "system/state.h"
#include "system/swapfile.h"
#include "workers/worker.h"

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

static int place_swapfile(char *path, size_t size, struct error *err)
{
	char state[400];

	snprintf(path, size, "%s/swapfile", state_directory(state, sizeof(state)));
	return 0;
}

static int make_swapfile(const struct run_plan *plan, const char *path, struct error *err)
{
	return swapfile_make(path, plan->swap, err);
}

static const struct resource resource_swapfile = {
	.made = &made_swapfile,
	.place = place_swapfile,
	.make = make_swapfile,
};

static int make_cgroup(const struct run_plan *plan, const char *path, struct error *err)
{
	return cgroup_make(path, plan->memory_max, err);
}

static const struct resource resource_cgroup = {
	.made = &made_cgroup,
	.place = cgroup_place,
	.make = make_cgroup,
};

static int make(struct journal *j, const struct run_plan *plan, const struct resource *what,
		struct error *err)
{
	char path[MADE_PATH_MAX];
	int ret = what->place(path, sizeof(path), err);

	if (!ret)
		ret = journal_made(j, what->made, path, err);
	return ret ? ret : what->make(plan, path, err);
}

static int make_all(struct journal *j, const struct run_plan *plan,
		    const struct resource *const *resources, struct error *err)
{
	int ret = 0;

	for (; resources && *resources && !ret; resources++)
		ret = make(j, plan, *resources, err);
	return ret;
}

/* The options' own, then what the kind of memory and the workers name. */
static int make_resources(struct journal *j, const struct run_plan *plan, struct error *err)
{
	int ret = plan->swap ? make(j, plan, &resource_swapfile, err) : 0;

	if (!ret && plan->memory_max)
		ret = make(j, plan, &resource_cgroup, err);
	if (!ret)
		ret = make_all(j, plan, memory_of(plan)->resources, err);
	plan_for_each_group(g, plan) {
		const struct worker_ops *ops = worker_find(g->worker);

		if (!ret && ops && g->threads)
			ret = make_all(j, plan, ops->resources, err);
	}
	return ret;
}

bool knobs_make(const struct run_plan *plan)
{
	if (plan->swap || plan->memory_max || memory_of(plan)->resources)
		return true;
	plan_for_each_group(g, plan) {
		const struct worker_ops *ops = worker_find(g->worker);

		if (ops && g->threads && ops->resources)
			return true;
	}
	return false;
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
	return make_resources(j, plan, err);
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
