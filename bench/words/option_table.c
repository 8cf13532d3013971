/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The option table: one row an option. Adding an option is a field in contract/plan.h and a row here.
 * Ranges are those in which a run means something; what this machine allows is checked by the run.
 */
#include <limits.h>
#include <string.h>

#include "base/priority.h"
#include "detect/detector.h"
#include "memory/memory.h"
#include "system/topology.h"
#include "words/option_check.h"
#include "words/option_table.h"
#include "words/sweep_plan.h"
#include "witness/witness.h"
#include "workers/worker.h"

#define SECOND ((long long)NSEC_PER_SEC)
#define MSEC   ((long long)NSEC_PER_MSEC)
#define HOUR   (3600 * SECOND)
#define DAY    (24 * HOUR)
#define GIBI   ((long long)GIB)

#define ROW(the_scope, in, the_type, the_key, field, from, to, standard, what)                     \
	.scope = SCOPE_##the_scope, .type = TYPE_##the_type, .key = the_key,                       \
	.offset = offsetof(struct in, field), .size = sizeof(((struct in *)NULL)->field),          \
	.min = (from), .max = (to), .fallback = (standard), .help = (what)

#define RUN(type, key, field, from, to, standard, what)                                            \
	ROW(RUN, run_plan, type, key, field, from, to, standard, what)
#define GROUP(type, key, field, from, to, standard, what)                                          \
	ROW(GROUP, group_plan, type, key, field, from, to, standard, what)
#define SWEEP(type, key, field, from, to, standard, what)                                          \
	ROW(SWEEP, sweep_plan, type, key, field, from, to, standard, what)
#define ONE_OF(words) .choices = (words)

static const char *const thp_words[] = {[THP_KEEP] = "keep",
					[THP_MADVISE] = "madvise",
					[THP_ALWAYS] = "always",
					"try_madvise",
					"try_always",
					NULL};
static const char *const switch_words[] = {[SWITCH_KEEP] = "keep",
					   [SWITCH_OFF] = "off",
					   [SWITCH_ON] = "on",
					   "try_off",
					   "try_on",
					   NULL};
static const char *const preempt_words[] = {
	[MODEL_KEEP] = "keep", [MODEL_NONE] = "none", [MODEL_VOLUNTARY] = "voluntary",
	[MODEL_FULL] = "full", [MODEL_LAZY] = "lazy", NULL};
static const char *const lockup_words[] = {
	[LOCKUP_RESCUE] = "rescue", [LOCKUP_LEAVE] = "leave", [LOCKUP_PANIC] = "panic", NULL};
static const char *const sched_words[] = {
	[CLASS_OTHER] = "other", [CLASS_BATCH] = "batch", [CLASS_IDLE] = "idle",
	[CLASS_FIFO] = "fifo",	 [CLASS_RR] = "rr",	  NULL};
static const char *const target_words[] = {[TARGET_RANDOM] = "random",
					   [TARGET_HOT] = "hot",
					   [TARGET_HOT_HEAD] = "hot_head",
					   [TARGET_HOT_TAIL] = "hot_tail",
					   NULL};
static const char *const process_words[] = {
	[PROCESS_SHARED] = "shared", [PROCESS_OWN] = "own", NULL};
static const char *const pace_words[] = {[PACE_STEADY] = "steady", [PACE_FIXED] = "fixed", NULL};
static const char *const offset_words[] = {[OFFSET_PAGE] = "page", [OFFSET_CROSS] = "cross", NULL};

static const char *const order_words[] = {[ORDER_RANDOM] = "random", [ORDER_GIVEN] = "given", NULL};

static const struct option_names workers = {"a worker", "workers", worker_names, .several = false};
static const struct option_names memories = {"a kind of memory", "memory", memory_names,
					     .several = false};
static const struct option_names group_memories = {"a kind of memory", "memory", memory_names,
						   .empty = true};
static const struct option_names detectors = {"detectors", "detectors", detector_names,
					      .several = true};
static const struct option_names witnesses = {"witnesses", "witnesses", witness_names,
					      .several = true};

const struct option option_table[] = {
	{RUN(DURATION, "duration", duration, 100 * MSEC, 30 * DAY, "30s", "length of the storm")},
	{RUN(DURATION, "warmup", warmup, 0, HOUR, "500ms", "storm before anything is recorded")},
	{RUN(DURATION, "quiet", quiet, 0, HOUR, "2s",
	     "the faulters alone before the storm: the floor of every number")},
	{RUN(DURATION, "interval", interval, 10 * MSEC, 60 * SECOND, "100ms",
	     "time between two lines of the timeline")},
	{RUN(U64, "seed", seed, 0, LLONG_MAX, "0",
	     "seed of each thread's random numbers, which are the same ones again; what they meet is not; 0: from the clock")},
	{RUN(SIZE, "arena", arena_size, (long long)PLAN_ARENA_MIN, 1024 * GIBI, "128M",
	     "memory that is stormed, by each process that storms, rounded up to whole huge pages")},
	{RUN(TEXT, "memory", memory, 0, 0, "anon",
	     "kind of memory that is stormed (thpstorm list memory)"),
	 .names = &memories},
	{RUN(TEXT, "cpus", cpus, 0, 0, "",
	     "CPUs of the workers, like 0-3,8, also beyond the affinity mask (isolated ones); empty: chosen from it"),
	 .check = option_check_list},
	{RUN(UINT, "cpus_max", cpus_max, 0, 1024, "4",
	     "at most so many CPUs when they are chosen; 0: all")},
	{RUN(UINT, "nodes", nodes, 0, TOPOLOGY_NODES_MAX, "0",
	     "only the first so many nodes with memory, and their CPUs; 0: all")},
	{RUN(TEXT, "placement", placement, 0, 0, "",
	     "local: memory and CPUs of one node; remote: memory of the node farthest from them; interleave: memory and CPUs of all nodes in turn; A:B: memory of node A, CPUs of node B, moves between the two; empty: the first CPUs, memory where it is touched"),
	 .check = option_check_placement},
	{RUN(INT, "spare_cpus", spare_cpus, -1, 64, "-1",
	     "CPUs kept free of workers, so that a lockup leaves the machine alive; -1: one where there are three or more")},
	{RUN(CHOICE, "thp_enabled", thp_enabled, 0, 2, "try_madvise",
	     "transparent_hugepage/enabled for the run, or the knob of another kind of memory; keep: as it is; try_: as it is where it can't be set"),
	 ONE_OF(thp_words), .must = MUST_THP_ENABLED},
	{RUN(CHOICE, "thp_defrag", thp_defrag, 0, 2, "try_madvise",
	     "transparent_hugepage/defrag for the run; keep, try_: as above"),
	 ONE_OF(thp_words), .must = MUST_THP_DEFRAG},
	{RUN(SIZE, "thp_size", thp_size, 0, 1024 * GIBI, "0",
	     "size of the huge pages, one that transparent_hugepage/hugepages-*kB offers: the others are off for the run; 0: that of a PMD")},
	{RUN(CHOICE, "numa_balancing", numa_balancing, 0, 2, "try_off",
	     "kernel.numa_balancing for the run; keep, try_: as above"),
	 ONE_OF(switch_words), .must = MUST_NUMA_BALANCING},
	{RUN(CHOICE, "khugepaged", khugepaged, 0, 2, "try_off",
	     "khugepaged: off puts its scan off for the run, on makes it scan without a pause; keep, try_: as above"),
	 ONE_OF(switch_words), .must = MUST_KHUGEPAGED},
	{RUN(SIZE, "swap", swap, 0, 1024 * GIBI, "0",
	     "a swap file of that size for the run, in thpstorm's state directory; 0: none")},
	{RUN(SIZE, "memory_max", memory_max, 0, 1024 * GIBI, "0",
	     "memory that the storm may use, by a memory cgroup of its own: reclaim takes what is beyond; 0: no limit")},
	{RUN(CHOICE, "preempt", preempt, 0, 4, "keep",
	     "the kernel's preemption model for the run, switched by debugfs sched/preempt; a SKIP where the kernel cannot switch; keep: as booted"),
	 ONE_OF(preempt_words)},
	{RUN(UINT, "watchdog_thresh", watchdog_thresh, 0, 60, "0",
	     "kernel.watchdog_thresh for the run, seconds; 0: as it is")},
	{RUN(BOOL, "evidence", evidence, 0, 1, "yes", "count page faults by perf software events")},
	{RUN(TEXT, "detectors", detectors, 0, 0, "all",
	     "all, none, or names with commas (thpstorm list detectors)"),
	 .names = &detectors},
	{RUN(DURATION, "heartbeat_period", heartbeat_period, MSEC, SECOND, "20ms",
	     "period of the heartbeat of each watched CPU")},
	{RUN(DURATION, "stall_after", stall_after, MSEC, HOUR, "100ms",
	     "a heartbeat gap from here on is an event")},
	{RUN(DURATION, "lockup_after", lockup_after, 100 * MSEC, HOUR, "15s",
	     "a heartbeat gap from here on is a finding")},
	{RUN(DURATION, "stuck_after", stuck_after, 100 * MSEC, HOUR, "10s",
	     "an operation in flight for so long is a finding")},
	{RUN(U64, "spin_faults", spin_faults, 2, LLONG_MAX, "10000",
	     "so many page faults in one touch are a finding")},
	{RUN(CHOICE, "on_lockup", on_lockup, 0, 2, "rescue",
	     "rescue: send the starved thread to the spare CPU and go on; leave: only record, and lose the machine; panic: let the kernel panic, for kdump"),
	 ONE_OF(lockup_words)},
	{RUN(DURATION, "spin_after", spin_after, 100 * MSEC, HOUR, "1s",
	     "an operation in flight for so long with spin_faults faults is a finding: it spins")},
	{RUN(BOOL, "verify", verify, 0, 1, "yes",
	     "check what the pages hold, during and after; no: as witness = none")},
	{RUN(TEXT, "witness", witness, 0, 0, "all",
	     "who looks at what the pages hold: all, none, or names with commas (thpstorm list witnesses)"),
	 .names = &witnesses},
	{RUN(BOOL, "accept_panic", accept_panic, 0, 1, "no",
	     "run although a lockup would panic or reset this machine")},

	{GROUP(TEXT, "worker", worker, 0, 0, NULL, "what its threads do (thpstorm list workers)"),
	 .names = &workers},
	{GROUP(TEXT, "memory", memory, 0, 0, "",
	       "kind of memory of its process (thpstorm list memory); empty: that of the run"),
	 .names = &group_memories},
	{GROUP(CHOICE, "process", process, 0, 1, "shared",
	       "own: its threads have a process of their own, with an arena of its own: nobody else waits for its mmap_lock"),
	 ONE_OF(process_words)},
	{GROUP(UINT, "threads", threads, 1, PLAN_THREADS_MAX, "1", "how many")},
	{GROUP(INT, "nice", nice, -20, 19, "0", "nice value of its threads")},
	{GROUP(CHOICE, "sched", sched, 0, 4, "other", "scheduling class of its threads"),
	 ONE_OF(sched_words)},
	{GROUP(UINT, "rt_priority", rt_priority, 1, PRIORITY_WORKER_MAX, "1",
	       "for sched = fifo and rr; below the watch's")},
	{GROUP(TEXT, "cpus", cpus, 0, 0, "", "its CPUs, like 0-3,8; empty: all of the run"),
	 .check = option_check_list},
	{GROUP(TEXT, "nodes", nodes, 0, 0, "", "the CPUs of these nodes, like 0,1; empty: all"),
	 .check = option_check_list},
	{GROUP(BOOL, "pin", pin, 0, 1, "yes", "one CPU a thread, round-robin over its CPUs")},
	{GROUP(CHOICE, "target", target, 0, 3, "random",
	       "pages aimed at; hot: of the huge page being split or moved now"),
	 ONE_OF(target_words)},
	{GROUP(CHOICE, "offset", offset, 0, 1, "page",
	       "where the buffer lies: from the page's first byte, or across it"),
	 ONE_OF(offset_words)},
	{GROUP(DURATION, "nap", nap, 0, 10 * SECOND, "0", "sleep between two operations")},
	{GROUP(CHOICE, "pace", pace, 0, 1, "steady",
	       "steady: naps of faulters grow, up to 64 times, while touches meet nothing, and the nice value of a splitter or mover falls while other programs starve it; fixed: as given"),
	 ONE_OF(pace_words)},

#define X(name, what)                                                                              \
	{ROW(EXPOSE, run_plan, U64, #name, expose[EXPOSURE_##name], 0, LLONG_MAX, "0", what)},
	EXPOSURES(X)
#undef X

		{SWEEP(UINT, "repeats", repeats, 1, 10000, "1", "how often each cell is run")},
	{SWEEP(CHOICE, "order", order, 0, 1, "random",
	       "random: shuffled by the seed, each cell once before any a second time; given: the first axis varies slowest"),
	 ONE_OF(order_words)},
	{SWEEP(UINT, "tries", tries, 1, 10, "2",
	       "how often a cell that takes the machine down is tried")},
	{SWEEP(DURATION, "settle", settle, 0, HOUR, "0", "idle time between two cells")},
	{SWEEP(TEXT, "exclude", exclude, 0, 0, "",
	       "combinations that are left out, like preempt=full tails.threads=8, preempt=none"),
	 .check = option_check_exclusions},
};

const unsigned option_count = ARRAY_SIZE(option_table);

const struct option_section option_sections[SCOPES] = {
	[SCOPE_RUN] = {"In [run], or before the first section", "--"},
	[SCOPE_GROUP] =
		{"In any other section, which is a group of workers; without 'worker' its name says which",
		 "--GROUP."},
	[SCOPE_EXPOSE] = {"In [expose]: at least so many, or the storm was NOT EXERCISED",
			  "--expose."},
	[SCOPE_SWEEP] =
		{"In [sweep], for thpstorm sweep; any other key there is an axis, KEY = A, B, C with KEY or GROUP.KEY from above",
		 "--sweep."},
};

const struct option *option_find(enum option_scope scope, const char *key)
{
	for (unsigned i = 0; i < option_count; i++) {
		if (option_table[i].scope == scope && !strcmp(option_table[i].key, key))
			return &option_table[i];
	}
	return NULL;
}
