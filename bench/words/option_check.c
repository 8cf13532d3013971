/* SPDX-License-Identifier: GPL-2.0-only */
/* See option_check.h. */
#include "words/option_check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "contract/plan.h"
#include "system/topology.h"
#include "words/nearest.h"

int option_check_list(const char *value, struct error *allowed)
{
	cpu_set_t set;

	if (!*value || !cpulist_parse(value, &set, NULL))
		return 0;
	return error_set(allowed, EINVAL, "must be a list of numbers from 0 to %d, like 0-3,8",
			 CPU_SETSIZE - 1);
}

static bool is_of(const char *const *names, const char *word)
{
	while (*names && strcmp(*names, word))
		names++;
	return *names;
}

static int refuse_several(const struct option_names *of, const char *word, struct error *allowed)
{
	static const char *const all_none[] = {"all", "none", NULL};
	const char *const *near = nearest_word(word, of->names) ? of->names : all_none;
	char hint[64];

	return error_set(
		allowed, EINVAL,
		"must be all, none, or %s with commas between them (see: thpstorm list %s)%s",
		of->what, of->topic, nearest_hint(word, near, hint, sizeof(hint)));
}

static int check_several(const struct option_names *of, const char *value, struct error *allowed)
{
	char word[PLAN_LIST_MAX];

	if (!strcmp(value, "all") || !strcmp(value, "none"))
		return 0;
	for (const char *at = value;; at++) {
		size_t n;

		at += strspn(at, " ");
		n = strcspn(at, ",");
		snprintf(word, sizeof(word), "%.*s", (int)MIN(n, sizeof(word)), at);
		if (!is_of(of->names, word))
			return refuse_several(of, word, allowed);
		at += n;
		if (!*at)
			return 0;
	}
}

int option_check_name(const struct option_names *of, const char *value, struct error *allowed)
{
	char hint[64];

	if (of->several)
		return check_several(of, value, allowed);
	if (is_of(of->names, value) || (of->empty && !*value))
		return 0;
	return error_set(allowed, EINVAL, "must be %s (see: thpstorm list %s)%s", of->what,
			 of->topic, nearest_hint(value, of->names, hint, sizeof(hint)));
}

int option_check_placement(const char *value, struct error *allowed)
{
	static const char *const words[] = {"", "local", "remote", "interleave"};
	unsigned a, b;
	char rest;

	for (unsigned i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcmp(value, words[i]))
			return 0;
	}
	if (value[0] >= '0' && value[0] <= '9' && sscanf(value, "%4u:%4u%c", &a, &b, &rest) == 2 &&
	    a < NODE_IDS_MAX && b < NODE_IDS_MAX)
		return 0;
	return error_set(
		allowed, EINVAL,
		"must be local, remote, interleave, or MEMORY:CPUS with two node numbers below %d, like 0:1",
		NODE_IDS_MAX);
}

int option_check_exclusions(const char *value, struct error *allowed)
{
	for (const char *at = value; at[strspn(at, ", \t")];) {
		size_t n;

		at += strspn(at, ", \t");
		n = strcspn(at, ", \t");
		if (!memchr(at, '=', n))
			return error_set(
				allowed, EINVAL,
				"must be combinations AXIS=VALUE AXIS=VALUE with commas between them");
		at += n;
	}
	return 0;
}
