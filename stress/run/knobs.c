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
	if (is_refusal(ret) && !k->must)
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

typedef int (*resource_fn)(void *ctx, const struct resource *what);

static int each_of(const struct resource *const *resources, resource_fn fn, void *ctx)
{
	int ret = 0;

	for (; resources && *resources && !ret; resources++)
		ret = fn(ctx, *resources);
	return ret;
}

/* The options' own, then what the kind of memory and the workers name, until @fn returns no 0. */
static int each_resource(const struct given *given, resource_fn fn, void *ctx)
{
	const struct resource *const own[] = {given->plan.swap ? &resource_swapfile : NULL,
					      given->plan.memory_max ? &resource_cgroup : NULL};
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(own) && !ret; i++)
		ret = own[i] ? fn(ctx, own[i]) : 0;
	for (unsigned i = 0; i < given->sites && !ret; i++) {
		const struct memory_ops *memory = given_memory_once(given, i);

		ret = memory ? each_of(memory->resources, fn, ctx) : 0;
	}
	for (unsigned i = 0; i < given->plan.groups && !ret; i++) {
		const struct worker_ops *ops = given_worker_once(given, i);

		ret = ops ? each_of(ops->resources, fn, ctx) : 0;
	}
	return ret;
}

struct making {
	struct journal *j;
	const struct given *given;
	struct error *err;
};

static int make(void *ctx, const struct resource *what)
{
	const struct making *m = ctx;
	char path[MADE_PATH_MAX];
	int ret = what->place(path, sizeof(path), m->err);

	if (!ret)
		ret = journal_made(m->j, what->made, path, m->err);
	return ret ? ret : what->make(&m->given->plan, path, m->err);
}

static int is_there(void *ctx, const struct resource *what)
{
	return 1;
}

bool knobs_make(const struct given *given)
{
	return each_resource(given, is_there, NULL);
}

int knobs_apply(struct journal *j, const struct given *given, struct wishes *w, struct error *err)
{
	struct making making = {.j = j, .given = given, .err = err};
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
	return each_resource(given, make, &making);
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
