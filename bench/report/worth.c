/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a PASS is worth: what the same storm did to kernels that are known to be wrong. It is said
 * of the storm that was measured alone: the config as it is shipped, as long as it took there, with
 * huge pages of a PMD's size; and of the kernels nearest to this one, for what a config meets
 * differs from kernel to kernel.
 */
#include <stdio.h>
#include <string.h>

#include "report/parts.h"
#include "report/worth.h"

/* Options that leave the storm as it is, or that it was measured with. */
static const char *const harmless[] = {"duration",	  "seed",   "quiet",   "warmup",
				       "watchdog_thresh", "verify", "witness", "numa_balancing"};

static bool is_harmless(const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++) {
		if (!strcmp(harmless[i], key))
			return true;
	}
	return false;
}

/* Results of 0.2.0 and before do not say it: nothing is told of them. */
static bool is_as_shipped(const json_t *result)
{
	json_t *overrides = json_object_get(json_object_get(result, "host"), "overrides"), *value;
	const char *key;

	if (!json_is_object(overrides))
		return false;
	json_object_foreach(overrides, key, value) {
		if (!is_harmless(key))
			return false;
	}
	return true;
}

/* The storm of a run that left a group out is another one. */
static bool is_whole(const json_t *result)
{
	const json_t *groups = json_object_get(result, "groups"), *group;
	size_t i;

	json_array_foreach(groups, i, group) {
		if (get_bool(group, "skipped"))
			return false;
	}
	return true;
}

/* "6.18.44" is 6018; 0 when it is no version. */
static unsigned series(const char *text)
{
	unsigned major, minor;

	return sscanf(text, "%u.%u", &major, &minor) == 2 ? 1000 * major + minor : 0;
}

static unsigned series_of(const struct worth *w)
{
	const char *colon = strchr(w->kernel, ':');

	return series(colon ? colon + 1 : w->kernel);
}

/* "tail_move" of "/usr/share/thpstorm/configs/tail_move.conf" */
static size_t config_name(const char **config)
{
	const char *base = strrchr(*config, '/'), *dot;

	*config = base ? base + 1 : *config;
	dot = strrchr(*config, '.');
	return dot ? (size_t)(dot - *config) : 0;
}

static bool is_of(const struct worth *w, const char *config, size_t n)
{
	return strlen(w->config) == n && !memcmp(w->config, config, n);
}

/* The newest series that was measured and is not newer than @release; else the oldest. */
static unsigned nearest(const char *config, size_t n, unsigned release)
{
	unsigned oldest = 0, best = 0;

	for (const struct worth *w = worth_table; w->config; w++) {
		unsigned s = series_of(w);

		if (!is_of(w, config, n))
			continue;
		if (!oldest || s < oldest)
			oldest = s;
		if (s <= release && s > best)
			best = s;
	}
	return best ? best : oldest;
}

static void told(const struct page *p, const struct worth *w, bool first)
{
	const char *label = first ? "worth" : "";

	if (w->hits)
		page_text(
			p, REPORT_INDENT, label,
			"this storm failed %s (preempt %s) on %u of %u emulated machines, after %.1f s (median; %.1f s the latest)",
			w->kernel, w->preempt, w->hits, w->runs, w->median_s, w->max_s);
	else
		page_text(
			p, REPORT_INDENT, label,
			"this storm does not meet the bug of %s (preempt %s): it failed on 0 of %u emulated machines",
			w->kernel, w->preempt, w->runs);
}

void report_worth(const struct page *p, const json_t *result)
{
	const json_t *host = json_object_get(result, "host");
	const char *config = get_text(result, "config");
	const char *model = get_text(json_object_get(host, "preempt"), "model");
	size_t n = config_name(&config);
	unsigned near;
	bool same_model = false, any = false;

	if (strcmp(get_text(result, "verdict"), "PASS") || !is_as_shipped(result) ||
	    !is_whole(result) ||
	    get_count(result, "slot_bytes") != get_count(json_object_get(host, "thp"), "pmd_bytes"))
		return;
	near = nearest(config, n, series(get_text(host, "release")));
	for (const struct worth *w = worth_table; w->config; w++)
		same_model |=
			is_of(w, config, n) && series_of(w) == near && !strcmp(w->preempt, model);
	for (const struct worth *w = worth_table; w->config; w++) {
		if (!is_of(w, config, n) || series_of(w) != near ||
		    (same_model && strcmp(w->preempt, model)) ||
		    (double)get_count_0(result, "storm_ns") < 1e9 * w->max_s)
			continue;
		told(p, w, !any);
		any = true;
	}
	if (any)
		page_blank(p);
}
