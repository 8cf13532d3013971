/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * THE CONTRACT of a kind of memory that can be huge. One kind is one file; adding one is that file
 * and one word in stress/CMakeLists.txt (the registry is generated from there).
 *
 * The arena (arena.h) keeps generations, states and patterns and is blind to the kind. The kind maps
 * slots, and knows what proves that one is huge. All of it runs in the storm process; make() may be
 * called by several owners at once, each for slots of its own.
 */
#ifndef THPSTORM_MEMORY_MEMORY_H
#define THPSTORM_MEMORY_MEMORY_H

#include <sys/types.h>

#include "base/error.h"
#include "contract/effect.h"
#include "contract/need.h"
#include "contract/resource.h"

struct arena;

struct memory_ops {
	const char *name;
	const char *help; /* one line for `thpstorm list memory` */
	bool anonymous;	  /* private, and backed by no file */
	bool lasting; /* a process that was forked before shares the slots that make() makes later */
	/* Its knobs, which follow the options thp_enabled and thp_size; NULL: it has none. */
	const struct thp_knob *thp;
	const struct need *const *needs;	 /* NEEDS(...); NULL: none */
	const struct knob_wish *knobs;		 /* ends with a path of NULL; NULL: none */
	const struct resource *const *resources; /* ends with NULL; NULL: none */
	/* Once, when the arena's addresses are reserved; may set a->memory_state. NULL: nothing to do. */
	int (*open)(struct arena *a, struct error *err);
	/*
	 * Maps [first, first + count) anew, so that the next write to each slot gives a huge page.
	 * Announced as a writer of mmap_lock by the arena. 0 or -errno.
	 */
	int (*make)(struct arena *a, unsigned first, unsigned count);
	/* @faults: minor faults that filling @slot took. */
	bool (*is_huge)(const struct arena *a, unsigned slot, uint64_t faults);
	bool shared; /* a fork shares its pages, and what is written to them */
	/*
	 * Processes that share @slot copy-on-write since it was made, and wrote nothing to it: their
	 * pids into @pid, at most @max. Called while the storm goes on. NULL: there are none.
	 */
	unsigned (*sharers)(const struct arena *a, unsigned slot, pid_t *pid, unsigned max);
	const struct effect *split, *move; /* what counts them, NULL: as of anonymous memory */
	void (*close)(
		struct arena
			*a); /* NULL: nothing to do; also where open() failed or was not called */
};

/* Generated from the list in stress/CMakeLists.txt; ends with NULL. */
extern const struct memory_ops *const memory_registry[];
extern const char *const memory_names[];    /* the same by name */
extern const struct memory_ops memory_anon; /* the default */
/* NULL when there is none of that name. */
const struct memory_ops *memory_find(const char *name);
/* The group's, the plan's where it names none (so with @group NULL), else anonymous. */
const struct memory_ops *memory_of(const struct run_plan *plan, const struct group_plan *group);
/* The kind's own counter of what &effect_split or &effect_move counts; any other as it is. */
const struct effect *memory_effect(const struct memory_ops *memory, const struct effect *effect);
/* effect_count() of it in all the kinds of memory of the run together. */
uint64_t memory_count(const struct given *given, const struct effect *effect,
		      const struct vmstat *before, const struct vmstat *after);

/* Needs of several kinds. */
extern const struct need need_thp; /* a kernel with huge pages, and not denied to this process */
/* Whether its knob in THP_SYSFS gives no huge page; false where it has none. */
bool memory_thp_is_off(const struct memory_ops *memory, const struct thp_facts *thp);
extern const struct need need_thp_knob; /* its own allows a PMD's size, or the run can set it */
/* Needs of workers: what they storm is .anonymous, or .lasting. */
extern const struct need need_anonymous;
extern const struct need need_lasting;

#endif
