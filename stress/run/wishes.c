/* SPDX-License-Identifier: GPL-2.0-only */
/* See wishes.h. */
#include "run/wishes.h"

#include <stdio.h>
#include <stdlib.h>
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

static struct wish *find(const struct wishes *w, const char *path)
{
	for (unsigned i = 0; i < w->count; i++) {
		if (!strcmp(w->wish[i].path, path))
			return &w->wish[i];
	}
	return NULL;
}

/* Room for one more, zeroed. */
static struct wish *append(struct wishes *w)
{
	struct wish *all = reallocarray(w->wish, w->count + 1, sizeof(*all));

	if (!all)
		return NULL;
	w->wish = all;
	memset(&all[w->count], 0, sizeof(*all));
	return &all[w->count++];
}

/* An option, a worker or a kind of memory, and how to do without its knob. */
struct wanter {
	const char *name, *without;
};

#define KEEP_OR_TRY "or take keep, or the word with try_ before it, which leaves it as it is"

static const struct wanter by_watchdog = {"watchdog_thresh", "or take 0"},
			   by_lockup = {"on_lockup", "or take rescue"},
			   by_enabled = {"thp_enabled", KEEP_OR_TRY},
			   by_defrag = {"thp_defrag", KEEP_OR_TRY},
			   by_size = {"thp_size", "or take 0"},
			   by_khugepaged = {"khugepaged", KEEP_OR_TRY},
			   by_balancing = {"numa_balancing", KEEP_OR_TRY},
			   by_preempt = {"preempt", "or take keep"};

/* What is being made: the first failure is kept, and ends it. */
struct making {
	struct wishes *w;
	const struct given *given;
	struct error *err;
	int failed;
};

static void merge(struct making *m, struct wish *k, const char *value, const struct wanter *by,
		  bool must)
{
	if (!strcmp(k->value, value))
		k->must |= must;
	else
		m->failed = error_set(
			m->err, EINVAL,
			"%s and %s want different values of %s: '%s' and '%s'; leave one out",
			k->key, by->name, k->path, k->value, value);
}

/* @value NULL: it is left as it is. */
static void add(struct making *m, const char *path, const char *value, const struct wanter *by,
		bool must)
{
	const struct may *may = &m->given->machine.host.may;
	struct wish *k;

	if (m->failed || !value || access(path, F_OK))
		return;
	k = find(m->w, path);
	if (k) {
		merge(m, k, value, by, must);
		return;
	}
	k = append(m->w);
	if (!k || strlen(path) >= sizeof(k->path) || strlen(value) >= sizeof(k->value)) {
		m->failed =
			k ? error_set(m->err, EINVAL, "%s: the knob %s or its value is too long",
				      by->name, path)
			  : error_set(m->err, ENOMEM, "no memory for the knobs of a run");
		return;
	}
	strcpy(k->path, path);
	strcpy(k->value, value);
	k->key = by->name;
	k->without = by->without;
	k->must = must;
	read_now(path, k->now, sizeof(k->now));
	if (!strcmp(k->now, value))
		return;
	k->refused = may_set(may, may_write(path));
}

/*
 * Only huge pages of the run's size: the kernel takes the largest that is allowed, and a smaller
 * one where it has no memory for that (mm/memory.c: alloc_anon_folio(); a PMD's before it). A PMD's
 * own size then does what `enabled` says.
 */
static void add_sizes(struct making *m, const struct thp_knob *knob)
{
	const struct run_plan *plan = &m->given->plan;
	const struct thp_facts *thp = &m->given->machine.host.thp;
	uint64_t wanted = plan->thp_size ? plan->thp_size : thp->pmd_bytes;
	bool pmd = wanted == thp->pmd_bytes;

	if (pmd && plan->thp_enabled == THP_KEEP)
		return;
	for (uint64_t size = 1; size; size <<= 1) {
		const char *choice = size != wanted ? "never" : pmd ? "inherit" : knob->advised;
		char path[128];

		if (thp_choices_of(thp, knob)->sizes & size)
			add(m, thp_size_path(size, knob->file, path, sizeof(path)), choice,
			    plan->thp_size ? &by_size : &by_enabled,
			    plan->thp_size || plan->must & MUST_THP_ENABLED);
	}
}

static void add_all(struct making *m, const struct knob_wish *knobs, const char *who)
{
	const struct wanter by = {who, "or leave that out"};

	for (; knobs && knobs->path; knobs++)
		add(m, knobs->path, knobs->value, &by, true);
}

static void add_memory(struct making *m, const struct memory_ops *memory)
{
	const struct run_plan *plan = &m->given->plan;
	const struct thp_knob *knob = memory->thp;
	char path[128];

	if (knob) {
		snprintf(path, sizeof(path), THP_SYSFS "/%s", knob->file);
		if (knob != &thp_knob_anon)
			add(m, path,
			    plan->thp_enabled == THP_KEEP     ? NULL
			    : plan->thp_enabled == THP_ALWAYS ? "always"
							      : knob->advised,
			    &by_enabled, plan->must & MUST_THP_ENABLED);
		add_sizes(m, knob);
	}
	add_all(m, memory->knobs, memory->name);
}

/* Nothing where the kernel runs it already, and what it runs can't be read where it is set. */
static const char *preempt_to_set(const struct given *given)
{
	const char *model = plan_preempt_model(&given->plan);
	char now[sizeof(((struct wish *)NULL)->now)];

	if (!model)
		return NULL;
	read_now(PREEMPT_DEBUGFS, now, sizeof(now));
	return !*now && !strcmp(model, given->machine.host.preempt.model) ? NULL : model;
}

static void add_options(struct making *m)
{
	static const char *const thp[] = {
		[THP_KEEP] = NULL, [THP_MADVISE] = "madvise", [THP_ALWAYS] = "always"};
	static const char *const onoff[] = {
		[SWITCH_KEEP] = NULL, [SWITCH_OFF] = "0", [SWITCH_ON] = "1"};
	/* On: it scans without a pause, and collapses what the splitters leave. */
	static const char *const scan_sleep[] = {
		[SWITCH_KEEP] = NULL, [SWITCH_OFF] = KHUGEPAGED_AWAY, [SWITCH_ON] = "0"};
	const struct run_plan *plan = &m->given->plan;
	char watchdog[16];

	snprintf(watchdog, sizeof(watchdog), "%u", plan->watchdog_thresh);
	/* First, so that it is put back last: the write waits for every CPU. */
	add(m, "/proc/sys/kernel/watchdog_thresh", plan->watchdog_thresh ? watchdog : NULL,
	    &by_watchdog, true);
	add(m, "/proc/sys/kernel/softlockup_panic", plan->on_lockup == LOCKUP_PANIC ? "1" : NULL,
	    &by_lockup, true);
	add(m, THP_SYSFS "/enabled", thp[plan->thp_enabled], &by_enabled,
	    plan->must & MUST_THP_ENABLED);
	add(m, THP_SYSFS "/defrag", thp[plan->thp_defrag], &by_defrag,
	    plan->must & MUST_THP_DEFRAG);
	add(m, THP_SYSFS "/khugepaged/scan_sleep_millisecs", scan_sleep[plan->khugepaged],
	    &by_khugepaged, plan->must & MUST_KHUGEPAGED);
	/* 6.12+: new THPs would be queued for splitting as "underused". */
	add(m, THP_SYSFS "/shrink_underused", plan->khugepaged == SWITCH_OFF ? "0" : NULL,
	    &by_khugepaged, plan->must & MUST_KHUGEPAGED);
	add(m, PREEMPT_DEBUGFS, preempt_to_set(m->given), &by_preempt, true);
	add(m, "/proc/sys/kernel/numa_balancing", onoff[plan->numa_balancing], &by_balancing,
	    plan->must & MUST_NUMA_BALANCING);
}

int wishes_make(struct wishes *w, const struct given *given, struct error *err)
{
	struct making m = {.w = w, .given = given, .err = err};

	*w = (struct wishes){.count = 0};
	add_options(&m);
	for (unsigned i = 0; i < given->sites; i++) {
		if (given_memory_once(given, i))
			add_memory(&m, given->site[i].memory);
	}
	for (unsigned i = 0; i < given->plan.groups; i++) {
		const struct worker_ops *ops = given_worker_once(given, i);

		if (ops)
			add_all(&m, ops->knobs, ops->name);
	}
	return m.failed;
}

void wishes_free(struct wishes *w)
{
	free(w->wish);
	*w = (struct wishes){.count = 0};
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

		if (k->refused && k->must)
			return error_set(why, -k->refused,
					 "%s: %s can't be set to '%s' here (it %s%s%s): %s; %s, %s",
					 k->key, k->path, k->value,
					 *k->now ? "is '" : "can't be read", k->now,
					 *k->now ? "'" : "", strerror(-k->refused),
					 may_remedy(k->refused), k->without);
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

const char *wishes_remedy(const struct wishes *w)
{
	for (unsigned i = 0; i < w->count; i++) {
		if (w->wish[i].refused)
			return may_remedy(w->wish[i].refused);
	}
	return NULL;
}
