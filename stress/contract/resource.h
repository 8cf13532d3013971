/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run sets or makes on the machine for a worker or a kind of memory, by way of the journal
 * (system/journal.h): consts that it points to.
 */
#ifndef THPSTORM_CONTRACT_RESOURCE_H
#define THPSTORM_CONTRACT_RESOURCE_H

#include "base/error.h"
#include "contract/plan.h"
#include "system/made.h"

/* A knob holds a value for the run. Absent on this kernel: nothing is to be set. */
struct knob_wish {
	const char *path; /* NULL ends an array of them */
	const char *value;
};

/* Something is there for the run: made before the storm is forked, removed after it. */
struct resource {
	const struct made_kind *made; /* what it is, and how it is removed */
	/* Its path, for the journal. 0 or -errno. */
	int (*place)(char *path, size_t size, struct error *err);
	/* 0 or -errno; what is half made is removed by @made. */
	int (*make)(const struct run_plan *plan, const char *path, struct error *err);
};

#endif
