/* SPDX-License-Identifier: GPL-2.0-only */
/* See wishes.h. */
#include "run/wishes.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/textfile.h"
#include "memory/memory.h"
#include "system/choice.h"
#include "system/preempt.h"
#include "system/thp.h"
#include "workers/worker.h"

/* An hour between two scans: khugepaged write-locks the mm it works on, and would put the pages
   back together that the splitters took apart. */
#define KHUGEPAGED_AWAY "3600000"

static void read_now(const char *path, char *buf, size_t size)
{
	char text[256];

	buf[0] = '\0';
	if (textfile_read(path, text, sizeof(text)) < 0 || !choice_current(text, buf, size))
		return;
	snprintf(buf, size, "%.*s", (int)strcspn(text, "\n"), text);
}

/* @value NULL: it is left as it is. */
static void add(struct wishes *w, const struct may *may, const char *path, const char *value,
		const char *key, bool named)
{
	struct wish *k = &w->wish[w->count];

	if (!value || w->count == WISHES_MAX || access(path, F_OK))
		return;
	w->count++;
	snprintf(k->path, sizeof(k->path), "%s", path);
	snprintf(k->value, sizeof(k->value), "%s", value);
	k->key = key;
	k->named = named;
	k->refused = 0;
	read_now(path, k->now, sizeof(k->now));
	if (!strcmp(k->now, value))
		return;
	k->refused = may_write(path);
	if (!k->refused)
		k->refused = may->journal;
}

/*
 * Only huge pages of the run's size: the kernel takes the largest that is allowed, and a smaller
 * one where it has no memory for that (mm/memory.c: alloc_anon_folio(); a PMD's before it). A PMD's
 * own size then does what `enabled` says.
 */
static void add_sizes(struct wishes *w, const struct may *may, const struct run_plan *plan,
		      const struct memory_ops *memory)
{
	struct thp_facts thp;
	uint64_t wanted;
	bool pmd;

	thp_read(&thp);
	wanted = plan->thp_size ? plan->thp_size : thp.pmd_bytes;
	pmd = wanted == thp.pmd_bytes;
	if (pmd && plan->thp_enabled == THP_KEEP)
		return;
	for (uint64_t size = 1; size; size <<= 1) {
		const char *choice = size != wanted ? "never"
				     : pmd	    ? "inherit"
						    : memory->thp_advised;
		char path[128];

		if (thp.sizes & size)
			add(w, may, thp_size_path(size, memory->thp_knob, path, sizeof(path)),
			    choice, plan->thp_size ? "thp_size" : "thp_enabled",
			    plan->thp_size || plan->named & NAMED_THP_ENABLED);
	}
}

/* A knob that only some need: left as it is where it can't be set, and that is told. */
static void add_all(struct wishes *w, const struct may *may, const struct knob_wish *knobs,
		    const char *who)
{
	for (; knobs && knobs->path; knobs++)
		add(w, may, knobs->path, knobs->value, who, true);
}

static void add_memory(struct wishes *w, const struct may *may, const struct run_plan *plan)
{
	const struct memory_ops *memory = memory_of(plan);
	const char *value = plan->thp_enabled == THP_KEEP     ? NULL
			    : plan->thp_enabled == THP_ALWAYS ? "always"
							      : memory->thp_advised;
	char path[128];

	if (memory->thp_knob && strcmp(memory->thp_knob, "enabled")) {
		snprintf(path, sizeof(path), THP_SYSFS "/%s", memory->thp_knob);
		add(w, may, path, value, "thp_enabled", plan->named & NAMED_THP_ENABLED);
	}
	if (memory->thp_knob)
		add_sizes(w, may, plan, memory);
	add_all(w, may, memory->knobs, memory->name);
}

void wishes_make(struct wishes *w, const struct run_plan *plan, const struct may *may)
{
	static const char *const thp[] = {
		[THP_KEEP] = NULL, [THP_MADVISE] = "madvise", [THP_ALWAYS] = "always"};
	static const char *const onoff[] = {
		[SWITCH_KEEP] = NULL, [SWITCH_OFF] = "0", [SWITCH_ON] = "1"};
	/* On: it scans without a pause, and collapses what the splitters leave. */
	static const char *const scan_sleep[] = {
		[SWITCH_KEEP] = NULL, [SWITCH_OFF] = KHUGEPAGED_AWAY, [SWITCH_ON] = "0"};
	char watchdog[16];

	w->count = 0;
	snprintf(watchdog, sizeof(watchdog), "%u", plan->watchdog_thresh);
	/* First, so that it is put back last: the write waits for every CPU. */
	add(w, may, "/proc/sys/kernel/watchdog_thresh", plan->watchdog_thresh ? watchdog : NULL,
	    "watchdog_thresh", true);
	add(w, may, "/proc/sys/kernel/softlockup_panic",
	    plan->on_lockup == LOCKUP_PANIC ? "1" : NULL, "on_lockup", true);
	add(w, may, THP_SYSFS "/enabled", thp[plan->thp_enabled], "thp_enabled",
	    plan->named & NAMED_THP_ENABLED);
	add(w, may, THP_SYSFS "/defrag", thp[plan->thp_defrag], "thp_defrag",
	    plan->named & NAMED_THP_DEFRAG);
	add(w, may, THP_SYSFS "/khugepaged/scan_sleep_millisecs", scan_sleep[plan->khugepaged],
	    "khugepaged", plan->named & NAMED_KHUGEPAGED);
	/* 6.12+: new THPs would be queued for splitting as "underused". */
	add(w, may, THP_SYSFS "/shrink_underused", plan->khugepaged == SWITCH_OFF ? "0" : NULL,
	    "khugepaged", plan->named & NAMED_KHUGEPAGED);
	add(w, may, PREEMPT_DEBUGFS, plan_preempt_model(plan), "preempt", true);
	add(w, may, "/proc/sys/kernel/numa_balancing", onoff[plan->numa_balancing],
	    "numa_balancing", plan->named & NAMED_NUMA_BALANCING);
	add_memory(w, may, plan);
	plan_for_each_group(g, plan) {
		const struct worker_ops *ops = worker_find(g->worker);

		if (ops && g->threads)
			add_all(w, may, ops->knobs, ops->name);
	}
}

bool wishes_settable(const struct wishes *w)
{
	for (unsigned i = 0; i < w->count; i++) {
		if (!w->wish[i].refused && strcmp(w->wish[i].now, w->wish[i].value))
			return true;
	}
	return false;
}

int wishes_check(const struct wishes *w, struct error *why)
{
	for (unsigned i = 0; i < w->count; i++) {
		const struct wish *k = &w->wish[i];

		if (k->refused && k->named)
			return error_errno(
				why, -k->refused,
				"%s is named, and %s can't be set to '%s' here (it is '%s')",
				k->key, k->path, k->value, k->now);
	}
	return 0;
}

/* As people call it: without the directory that all of them lie in. */
static const char *short_name(const char *path)
{
	static const char *const above[] = {THP_SYSFS "/", "/proc/sys/kernel/"};

	for (size_t i = 0; i < ARRAY_SIZE(above); i++) {
		if (!strncmp(path, above[i], strlen(above[i])))
			return path + strlen(above[i]);
	}
	return path;
}

char *wishes_left(const struct wishes *w, char *buf, size_t size)
{
	size_t have = 0;
	int refused = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < w->count && have < size; i++) {
		const struct wish *k = &w->wish[i];

		if (!k->refused)
			continue;
		refused = k->refused;
		have += (size_t)snprintf(buf + have, size - have, "%s%s '%s'", have ? ", " : "",
					 short_name(k->path), k->now);
	}
	if (refused && have < size)
		snprintf(buf + have, size - have, " (%s)", strerror(-refused));
	return buf;
}
