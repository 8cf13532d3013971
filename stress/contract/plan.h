/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run is to do: plain data, no pointers, filled by bench/ from the option table (config file
 * and command line), read by everything in stress/. Times are ns, sizes are bytes.
 */
#ifndef THPSTORM_CONTRACT_PLAN_H
#define THPSTORM_CONTRACT_PLAN_H

#include <stddef.h>
#include <string.h>

#include "base/base.h"
#include "contract/exposure.h"

#define PLAN_GROUPS_MAX	 64  /* each is several KiB of a plan and of a record */
#define PLAN_THREADS_MAX 256 /* over all groups */
#define PLAN_NAME_MAX	 32
#define PLAN_LIST_MAX	 1024 /* of CPUs, nodes, detectors, witnesses: characters, and the NUL */
#define PLAN_LIST_SHOWN	 84   /* of a list in a sentence; a longer one ends in "..." there */
#define PLAN_ARENA_MIN	 (2 * MIB)
#define SITES_MAX	 (PLAN_GROUPS_MAX + 1) /* processes that storm */

enum sched_class { CLASS_OTHER, CLASS_BATCH, CLASS_IDLE, CLASS_FIFO, CLASS_RR };

enum target {
	TARGET_RANDOM,	 /* any page of any slot */
	TARGET_HOT,	 /* any page of a slot that its owner works on now */
	TARGET_HOT_HEAD, /* its head page */
	TARGET_HOT_TAIL, /* one of its tail pages */
};

enum page_offset {
	OFFSET_PAGE,  /* the buffer begins at the page's first byte */
	OFFSET_CROSS, /* it lies across the page's beginning, half in the page before */
};

/* In which process a group's threads are. */
enum process {
	PROCESS_SHARED, /* that of all groups without one of their own */
	PROCESS_OWN,	/* one with an arena of its own: nobody else waits for its mmap_lock */
};

/* How a faulter's naps follow what it meets; see run/pace.h. */
enum pace_rule {
	PACE_STEADY, /* longer while its touches meet nothing */
	PACE_FIXED,  /* as the plan says */
};

/* A knob of three: leave it, or set it. The strings are in bench/words/options.c. */
enum knob_thp { THP_KEEP, THP_MADVISE, THP_ALWAYS };
enum knob_switch { SWITCH_KEEP, SWITCH_OFF, SWITCH_ON };

/* Which of those must be set: where one can't be the run is refused. The others ("try_") are then
   left as they are. */
#define MUST_THP_ENABLED    1u
#define MUST_THP_DEFRAG	    2u
#define MUST_NUMA_BALANCING 4u
#define MUST_KHUGEPAGED	    8u

/* The kernel's preemption model for the run; see system/preempt.h. */
enum knob_preempt { MODEL_KEEP, MODEL_NONE, MODEL_VOLUNTARY, MODEL_FULL, MODEL_LAZY };

/* When a CPU locks up: see run/rescue.h. */
enum on_lockup {
	LOCKUP_RESCUE, /* send the starved thread to the spare CPU */
	LOCKUP_LEAVE,  /* only look */
	LOCKUP_PANIC,  /* the kernel panics (softlockup_panic), for kdump */
};

/* A section of the config file. */
struct group_plan {
	char name[PLAN_NAME_MAX];
	char worker[PLAN_NAME_MAX];
	char memory[PLAN_NAME_MAX]; /* the kind of its arena (memory/memory.h); "": the run's */
	enum process process;
	unsigned threads;
	int nice;
	enum sched_class sched;
	unsigned rt_priority;	   /* 1..PRIORITY_WORKER_MAX, for fifo and rr */
	char cpus[PLAN_LIST_MAX];  /* cpulist; "": all CPUs of the run */
	char nodes[PLAN_LIST_MAX]; /* node list: the CPUs of those nodes; "": all */
	bool pin;		   /* one CPU a thread, round-robin over the group's CPUs */
	enum target target;
	enum page_offset offset;
	uint64_t nap; /* sleep between two operations; 0: none */
	enum pace_rule pace;
};

struct run_plan {
	char config[256]; /* file it came from, "" when none */
	uint64_t duration, warmup, quiet, interval;
	uint64_t seed;		       /* 0: taken from the clock by the run, then recorded */
	uint64_t arena_size;	       /* of each process; rounded up to whole slots */
	char memory[PLAN_NAME_MAX];    /* its kind (memory/memory.h); "": anon */
	char cpus[PLAN_LIST_MAX];      /* CPUs the workers may use; "": chosen (see cpus_max) */
	unsigned cpus_max;	       /* at most so many CPUs when chosen; 0: all */
	unsigned nodes;		       /* only so many of the nodes with memory; 0: all */
	uint64_t thp_size;	       /* bytes of a huge page; 0: of a PMD */
	uint64_t swap;		       /* bytes of a swap file for the run; 0: none */
	uint64_t memory_max;	       /* bytes the storm may use, by a cgroup; 0: no limit */
	char placement[PLAN_NAME_MAX]; /* "", local, remote, interleave, "A:B"; run/nodes.h */
	int spare_cpus; /* kept free of workers; -1: one from three CPUs up, else none */
	enum knob_thp thp_enabled;
	enum knob_thp thp_defrag; /* THP_MADVISE: "madvise" */
	enum knob_switch numa_balancing;
	enum knob_switch khugepaged;   /* off: its scan is put off; on: it scans without a pause */
	enum knob_preempt preempt;     /* switched by debugfs, where the kernel can */
	unsigned must;		       /* MUST_... */
	unsigned watchdog_thresh;      /* seconds; 0: leave */
	bool evidence;		       /* perf page-fault events */
	char detectors[PLAN_LIST_MAX]; /* "all", "none", or names with commas */
	char witness[PLAN_LIST_MAX];   /* "all", "none", or names with commas */
	uint64_t heartbeat_period;
	uint64_t stall_after;  /* a heartbeat gap from here on is an event */
	uint64_t lockup_after; /* a heartbeat gap from here on is a finding */
	uint64_t stuck_after;  /* an operation in flight for so long is a finding */
	uint64_t spin_faults;  /* so many faults in one touch are a finding (livelock) */
	uint64_t spin_after;   /* in flight for so long with so many faults: stuck as well */
	enum on_lockup on_lockup;
	bool verify;	   /* check patterns during and after the storm */
	bool accept_panic; /* run although a lockup would panic or reset this machine */

	uint64_t expose[EXPOSURE_COUNT]; /* at least so many; 0: not declared */
	unsigned groups;
	struct group_plan group[PLAN_GROUPS_MAX];
};

/* A plan is large; its groups are mostly few. */
static inline void plan_copy(struct run_plan *to, const struct run_plan *from)
{
	memcpy(to, from, offsetof(struct run_plan, group) + from->groups * sizeof(from->group[0]));
}

/* @list as a sentence can hold it. Returns buf. */
const char *plan_list_shown(const char *list, char buf[PLAN_LIST_SHOWN]);

#define plan_for_each_group(g, plan)                                                               \
	for (const struct group_plan *g = (plan)->group; g < (plan)->group + (plan)->groups; g++)

/* Whether @list, "all" or names with commas, names @name. */
bool plan_list_names(const char *list, const char *name);

/* Whether anybody looks at what the pages hold. */
bool plan_is_verified(const struct run_plan *plan);
/* "none", "full", ...; NULL for MODEL_KEEP. */
const char *plan_preempt_model(const struct run_plan *plan);
unsigned plan_threads(const struct run_plan *plan); /* sum over the groups */

#endif
