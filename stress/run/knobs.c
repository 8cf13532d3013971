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
#include "system/preempt.h"
#include "system/state.h"
#include "system/swapfile.h"
#include "system/thp.h"

/* An hour between two scans: khugepaged write-locks the mm it works on, and would put the pages
   back together that the splitters took apart. */
#define KHUGEPAGED_AWAY "3600000"
#define MIN_FREE	"/proc/sys/vm/min_free_kbytes"
#define RESTORE_LIMIT	(5 * NSEC_PER_SEC)

struct knob {
	const char *path, *value;
};

static int set(struct journal *j, const struct knob *k, struct error *err)
{
	int ret;

	if (!k->value || access(k->path, F_OK))
		return 0;
	ret = journal_set(j, k->path, k->value, err);
	return ret == -ENOENT ? 0 : ret;
}

/*
 * Only huge pages of the run's size: the kernel takes the largest that is allowed, and a smaller
 * one where it has no memory for that (mm/memory.c: alloc_anon_folio(); a PMD's before it). A PMD's
 * own size then does what `enabled` says.
 */
static int set_sizes(struct journal *j, const struct run_plan *plan, struct error *err)
{
	struct thp_facts thp;
	uint64_t wanted;
	bool pmd;

	thp_read(&thp);
	wanted = plan->thp_size ? plan->thp_size : thp.pmd_bytes;
	pmd = wanted == thp.pmd_bytes;
	if (pmd && plan->thp_enabled == THP_KEEP)
		return 0;
	for (uint64_t size = 1; size; size <<= 1) {
		const char *choice = size != wanted ? "never" : pmd ? "inherit" : "madvise";
		char path[128];
		int ret;

		if (!(thp.sizes & size))
			continue;
		ret = journal_set(j, thp_size_path(size, "enabled", path, sizeof(path)), choice,
				  err);
		if (ret)
			return ret;
	}
	return 0;
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

int knobs_apply(struct journal *j, const struct run_plan *plan, struct error *err)
{
	static const char *const thp[] = {
		[THP_KEEP] = NULL, [THP_MADVISE] = "madvise", [THP_ALWAYS] = "always"};
	static const char *const onoff[] = {
		[SWITCH_KEEP] = NULL, [SWITCH_OFF] = "0", [SWITCH_ON] = "1"};
	/* On: it scans without a pause, and collapses what the splitters leave. */
	static const char *const scan_sleep[] = {
		[SWITCH_KEEP] = NULL, [SWITCH_OFF] = KHUGEPAGED_AWAY, [SWITCH_ON] = "0"};
	char watchdog[16];
	const struct knob knobs[] = {
		/* First, so that it is put back last: the write waits for every CPU. */
		{"/proc/sys/kernel/watchdog_thresh", plan->watchdog_thresh ? watchdog : NULL},
		{"/proc/sys/kernel/softlockup_panic", plan->on_lockup == LOCKUP_PANIC ? "1" : NULL},
		{THP_SYSFS "/enabled", thp[plan->thp_enabled]},
		{THP_SYSFS "/defrag", thp[plan->thp_defrag]},
		{THP_SYSFS "/khugepaged/scan_sleep_millisecs", scan_sleep[plan->khugepaged]},
		/* 6.12+: new THPs would be queued for splitting as "underused". */
		{THP_SYSFS "/shrink_underused", plan->khugepaged == SWITCH_OFF ? "0" : NULL},
		{PREEMPT_DEBUGFS, plan_preempt_model(plan)},
		{"/proc/sys/kernel/numa_balancing", onoff[plan->numa_balancing]},
	};
	int ret;

	snprintf(watchdog, sizeof(watchdog), "%u", plan->watchdog_thresh);
	/* Changing `enabled` makes the kernel recompute this one (set_recommended_min_free_kbytes()
	   in mm/khugepaged.c), so it is saved before. */
	ret = journal_save(j, MIN_FREE, err);
	if (ret && ret != -ENOENT)
		return ret;
	for (size_t i = 0; i < ARRAY_SIZE(knobs); i++) {
		ret = set(j, &knobs[i], err);
		if (ret)
			return ret;
	}
	ret = set_sizes(j, plan, err);
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
