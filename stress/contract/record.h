/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run found: plain data, filled by run_storm(), read by bench/result/ only. Times are ns.
 */
#ifndef THPSTORM_CONTRACT_RECORD_H
#define THPSTORM_CONTRACT_RECORD_H

#include "contract/event.h"
#include "contract/latency.h"
#include "measure/clock.h"
#include "measure/histogram.h"
#include "contract/plan.h"
#include "contract/share.h"
#include "system/host.h"
#include "system/topology.h"
#include "system/vmstat.h"

enum verdict {
	VERDICT_PASS = 0,
	VERDICT_FAIL = 1,	   /* the kernel is wrong */
	VERDICT_BROKEN = 2,	   /* the tool or the box is wrong */
	VERDICT_NOT_EXERCISED = 3, /* the storm ran but did not reach its declared exposure */
	VERDICT_SKIP = 77,
};
const char *verdict_name(enum verdict v);

/*
 * X(type, name, key, what) - type: count, real, flag; key: in the result. Figures of the run as a
 * whole: the struct, the JSON, its schema and the manual's list come from here.
 */
#define RECORD_FACTS(X)                                                                            \
	X(count, storm_began, "storm_began_ns",                                                    \
	  "When the storm phase began, on the clock of when_ns; 0: it did not.")                   \
	X(count, storm_ns, "storm_ns", "How long the storm phase really took.")                    \
	X(real, clock_drift_ppm, "clock_drift_ppm",                                                \
	  "How far the clock drifted from CLOCK_MONOTONIC_RAW.")                                   \
	X(flag, rollbacks_known, "rollbacks_known", "Nothing else in the run splits PMDs.")        \
	X(real, observer_share, "observer_share",                                                  \
	  "CPU time of the observing threads by the storm's length, on the busiest watched CPU.")  \
	X(count, memory_kib, "memory_kib",                                                         \
	  "Memory besides the arena, of the storm and the supervisor together (Pss).")

struct group_record {
	bool skipped;
	char skip_reason[200];
	bool evidence;		 /* its faults were counted by evidence */
	char evidence_note[160]; /* why not */
	struct worker_counts quiet, storm;
	struct latency quiet_plain, quiet_fault, storm_plain, storm_fault, storm_behind, storm_all;
	struct log2_counts faults_per_touch, naps;
	uint64_t in_flight_max;	   /* oldest operation in flight ever seen, ns, finished or not */
	unsigned in_flight_at_end; /* operations that had not returned when the run ended */
	int nice_lowest;	   /* that a thread of it had in the storm; run/pace.h */
	/* Splitters and movers, each group alone before the storm: */
	bool no_effect; /* calls succeeded while the kernel's counter stood still */
	uint64_t proof_claimed, proof_counted; /* counted: VMSTAT_ABSENT when it can't be */
	/* As the storm ended: workers that were making huge pages, and how far they had come. */
	unsigned making;
	uint64_t made_so_far, to_make;
};

#define RECORD_NOTES_MAX 32

struct run_record {
	struct clock_facts clock;
#define FACT_count		 uint64_t
#define FACT_real		 double
#define FACT_flag		 bool
#define X(type, name, key, what) FACT_##type name;
	RECORD_FACTS(X)
#undef X
#undef FACT_count
#undef FACT_real
#undef FACT_flag
	struct thp_facts thp;	 /* while the storm ran, that is with the knobs of the plan set */
	struct host_knobs knobs; /* then, too */
	bool thp_switched_off;	 /* by somebody else, meanwhile: `enabled` was set to never */
	char started[40];	 /* ISO 8601, UTC */
	/*
	 * Huge pages by the node that they were made on before the storm, without slots that came
	 * out small; all 0: none, or not known.
	 */
	uint32_t made_on_node[NODE_IDS_MAX];
	struct latency floor;		   /* of a null step, timed like every operation */
	char notes[RECORD_NOTES_MAX][200]; /* what makes the numbers weak; "" when unused */
	unsigned notes_dropped;		   /* that did not fit */
	struct group_record group[PLAN_GROUPS_MAX];
	struct vmstat before, after; /* around the storm phase */
	/*
	 * What counts as this storm's; what the kernel counted for the whole machine; what of it
	 * can be this storm's. VMSTAT_ABSENT: not counted; nothing bounds it.
	 */
	uint64_t exposed[EXPOSURE_COUNT], counted[EXPOSURE_COUNT], bound[EXPOSURE_COUNT];
	uint64_t own_swapped_out; /* pages, by the storm's own cgroup; VMSTAT_ABSENT: not known */
	unsigned events[EVENT_KIND_COUNT];
	struct event first_finding; /* kind < 0: none */
	struct event gravest;	    /* of the findings; kind < 0: none */
	struct lockup_record {
		unsigned seen, rescued;
		uint64_t first_rescued; /* clock ns, 0: none */
		/* From then to the storm's last operation: */
		uint64_t operations;
		struct vmstat then, end;
	} lockups;
	struct detector_record {
		char name[PLAN_NAME_MAX];
		bool active;
		char note[160], text[120];
		uint64_t worst, worst_at, samples, lost;
		int worst_cpu, worst_worker;
	} detector[DETECTOR_COUNT];
	unsigned detectors;
	struct witness_record {
		bool active;
		char note[sizeof(witness_note)];
		uint64_t looks;	  /* pages that it looked at */
	} witness[WITNESS_COUNT]; /* by its place in the registry */
	int interrupted_by;	  /* the first signal that came, 0: none */
	/* Pages of the arena, and how many of them were checked after the storm; 0: verify = no. */
	uint64_t pages, pages_checked;
	enum verdict verdict;
	char reason[600]; /* one sentence: why that verdict */
};

#endif
