/* SPDX-License-Identifier: GPL-2.0-only */
/* Something that was noticed. Plain data, fixed size, no pointers: fit for locked memory. */
#ifndef THPSTORM_CONTRACT_EVENT_H
#define THPSTORM_CONTRACT_EVENT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * X(name, weight, gravity, unit, what) - weight: NOTE (context), WEAK (makes the numbers weak), BROKEN
 * (thpstorm failed), FINDING (FAIL). Gravity: of two findings the higher one says more of the harm.
 * Unit: of event.value; "none": it says nothing.
 */
#define EVENT_KINDS(X)                                                                             \
	X(phase, NOTE, 0, phase, "the run went into another phase")                                \
	X(soft_lockup, FINDING, 8, none, "the kernel reported a soft lockup")                      \
	X(hard_lockup, FINDING, 9, none, "the kernel reported a hard lockup")                      \
	X(rcu_stall, FINDING, 5, none, "the kernel reported an RCU stall")                         \
	X(hung_task, FINDING, 3, none, "the kernel reported a hung task")                          \
	X(workqueue_lockup, FINDING, 4, none, "the kernel reported a workqueue lockup")            \
	X(bug, FINDING, 11, none, "the kernel reported a BUG or an Oops")                          \
	X(warning, FINDING, 1, none, "the kernel reported a WARNING")                              \
	X(bad_page, FINDING, 10, none, "the kernel reported a bad page state or page map")         \
	X(oom, WEAK, 0, none, "the kernel killed a process for memory")                            \
	X(kernel_log_lost, WEAK, 0, records,                                                       \
	  "kernel log records were overwritten before they were read")                             \
	X(cpu_stall, WEAK, 0, ns, "a CPU did not run its heartbeat in time")                       \
	X(cpu_left, WEAK, 0, none, "a CPU of the run went offline, or was taken from its cpuset")  \
	X(knob_changed, WEAK, 0, none,                                                             \
	  "a setting that the run depends on was changed by somebody else")                        \
	X(cpu_lockup, FINDING, 7, ns, "a CPU did not run its heartbeat for lockup_after")          \
	X(standstill, WEAK, 0, ns,                                                                 \
	  "thpstorm or its storm was stopped, or the whole machine: nothing is known of then")     \
	X(stuck, FINDING, 2, ns,                                                                   \
	  "something is in the kernel for stuck_after, or spins for spin_after")                   \
	X(livelock, FINDING, 6, faults, "one touch takes spin_faults faults or more")              \
	X(no_progress, NOTE, 0, ns,                                                                \
	  "a worker finished nothing for stuck_after outside an operation")                        \
	X(taint, FINDING, 0, none, "the kernel's taint bits changed")                              \
	X(taint_other, NOTE, 0, none, "the kernel's taint bits changed, none that means harm")     \
	X(lockup_counter, FINDING, 0, lockups, "a lockup counter of the kernel rose")              \
	X(data_lost, FINDING, 13, pages, "a page did not hold what was written to it")             \
	X(store_lost, FINDING, 14, pages,                                                          \
	  "a page holds what stood in it before a store that returned: the store was lost")        \
	X(cow_leak, FINDING, 15, pages, "one side of a fork saw what the other had written")       \
	X(storm_killed, FINDING, 12, none, "a signal on an arena address ended the storm")         \
	X(lockup_thread, NOTE, 0, ns, "what a worker did while a CPU was locked up")               \
	X(trace, NOTE, 0, none, "the kernel was asked for the stacks of all active CPUs")          \
	X(rescue, NOTE, 0, ns,                                                                     \
	  "a lockup was ended by sending the starved thread to the spare CPU")                     \
	X(rescue_failed, WEAK, 0, ns, "a lockup could not be ended")                               \
	X(tool_failed, BROKEN, 0, none, "thpstorm itself failed")

enum event_weight { WEIGHT_NOTE, WEIGHT_WEAK, WEIGHT_BROKEN, WEIGHT_FINDING };

enum event_kind {
#define X(name, weight, gravity, unit, what) EVENT_##name,
	EVENT_KINDS(X)
#undef X
		EVENT_KIND_COUNT
};

/* X(name, what): what became of the thread or the storm that an event is about. */
#define EVENT_STATES(X)                                                                            \
	X(none, "nothing is said of it")                                                           \
	X(running, "it runs, and was in its operation all the while")                              \
	X(starved, "it is runnable, but something else has its CPU")                               \
	X(left, "it was still at it when the storm was killed")                                    \
	X(survived, "it survived SIGKILL")

enum event_state {
#define X(name, what) STATE_##name,
	EVENT_STATES(X)
#undef X
		EVENT_STATE_COUNT
};

#define EVENT_TEXT_MAX 240
#define EVENT_CALL_MAX 48

struct event {
	uint64_t when;	/* clock ns (see measure/clock.h) */
	uint64_t value; /* in event_units[kind]; of a phase the enum phase that it begins */
	int kind;	/* enum event_kind */
	int cpu;	/* -1: none */
	int worker;	/* index, -1: none */
	int state;	/* enum event_state */
	/* Filled in on the way to the record, from @worker; the kernel log fills in a tid alone. */
	int group; /* of the worker, index in the plan; nothing without a worker */
	int tid;   /* of the thread that it is about, 0: none is known */
	/* The page that it is about, and what was in it; nothing where not @at_page, @compared. */
	bool at_page, compared;
	uint32_t slot, page;
	uint32_t offset; /* of what was found, from the page's first byte */
	uint64_t found, expected;
	/* Of harm that was told too often to be told one by one: so many of @value were. */
	uint32_t told;
	char call[EVENT_CALL_MAX]; /* what the worker has the kernel do then, "" nothing known */
	char text[EVENT_TEXT_MAX];
};

/* A witness of the storm tells it: whoever met it is not who did it. */
static inline bool event_is_witnessed(int kind)
{
	return kind == EVENT_data_lost || kind == EVENT_store_lost || kind == EVENT_cow_leak;
}

extern const char *const event_names[EVENT_KIND_COUNT];
extern const char *const event_states[EVENT_STATE_COUNT];
extern const char *const event_help[EVENT_KIND_COUNT];
extern const enum event_weight event_weights[EVENT_KIND_COUNT];
extern const char *const event_units[EVENT_KIND_COUNT];
extern const unsigned char event_gravity[EVENT_KIND_COUNT];

#endif
