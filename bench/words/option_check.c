/* SPDX-License-Identifier: GPL-2.0-only */
/* See option_check.h. */
#include "words/option_check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "detect/detector.h"
#include "memory/memory.h"
#include "words/nearest.h"
#include "system/topology.h"
#include "witness/witness.h"
#include "workers/worker.h"

#define NAMES_MAX 64

int option_check_list(const char *value, struct error *allowed)
{
	cpu_set_t set;

	if (!*value || !cpulist_parse(value, &set, NULL))
		return 0;
	return error_set(allowed, EINVAL, "must be a list of numbers from 0 to %d, like 0-3,8",
			 CPU_SETSIZE - 1);
}

int option_check_worker(const char *value, struct error *allowed)
{
	const char *names[NAMES_MAX] = {NULL};
	char hint[64];

	if (worker_find(value))
		return 0;
	for (unsigned i = 0; worker_registry[i] && i < NAMES_MAX - 1; i++)
		names[i] = worker_registry[i]->name;
	return error_set(allowed, EINVAL, "must be a worker (see: thpstorm list workers)%s",
			 nearest_hint(value, names, hint, sizeof(hint)));
}

int option_check_memory(const char *value, struct error *allowed)
{
	const char *names[NAMES_MAX] = {NULL};
	char hint[64];

	if (memory_find(value))
		return 0;
	for (unsigned i = 0; memory_registry[i] && i < NAMES_MAX - 1; i++)
		names[i] = memory_registry[i]->name;
	return error_set(allowed, EINVAL, "must be a kind of memory (see: thpstorm list memory)%s",
			 nearest_hint(value, names, hint, sizeof(hint)));
}

/* "all", "none", or words of @names (which ends with NULL) with commas between them. */
static int check_names(const char *value, const char *const *names, const char *what,
		       struct error *allowed)
{
	char word[PLAN_LIST_MAX], hint[64];

	if (!strcmp(value, "all") || !strcmp(value, "none"))
		return 0;
	for (const char *at = value;; at++) {
		size_t n;
		unsigned i = 2;

		at += strspn(at, " ");
		n = strcspn(at, ",");
		snprintf(word, sizeof(word), "%.*s", (int)MIN(n, sizeof(word)), at);
		while (names[i] && strcmp(names[i], word))
			i++;
		if (!names[i])
			return error_set(
				allowed, EINVAL,
				"must be all, none, or %s with commas between them (see: thpstorm list %s)%s",
				what, what, nearest_hint(word, names, hint, sizeof(hint)));
		at += n;
		if (!*at)
			return 0;
	}
}

int option_check_detectors(const char *value, struct error *allowed)
{
	const char *names[NAMES_MAX] = {"all", "none"};

	for (unsigned i = 0; detector_registry[i] && i < NAMES_MAX - 3; i++)
		names[2 + i] = detector_registry[i]->name;
	return check_names(value, names, "detectors", allowed);
}

int option_check_witness(const char *value, struct error *allowed)
{
	const char *names[NAMES_MAX] = {"all", "none"};

	for (unsigned i = 0; witness_registry[i] && i < NAMES_MAX - 3; i++)
		names[2 + i] = witness_registry[i]->name;
	return check_names(value, names, "witnesses", allowed);
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
