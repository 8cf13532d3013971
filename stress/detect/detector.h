/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A detector is one file: one way to notice harm. It lives in the supervisor, never in the storm's
 * address space, and while the storm runs it may not do what waits for a stormed CPU or for the
 * storm's mmap_lock (no smaps, pagemap, cmdline, no fsync, no fork). Files are opened in start().
 *
 * start() after the storm was forked and before any worker runs, poll() from the watch loop at
 * every look (WATCH_PERIOD of run/supervisor.h; it must return at once), finish() after the storm
 * has ended. Events go out by watch->emit, from poll() and
 * finish() only, so the watch thread is the one writer.
 */
#ifndef THPSTORM_DETECT_DETECTOR_H
#define THPSTORM_DETECT_DETECTOR_H

#include <sched.h>
#include <sys/types.h>

#include "base/error.h"
#include "contract/event.h"
#include "detect/standstill.h"
#include "measure/evidence.h"
#include "contract/given.h"
#include "contract/share.h"

struct watch {
	const struct given *given;
	struct share *share;
	const struct evidence *evidence; /* one per worker, the observer's own mappings */
	cpu_set_t watched;		 /* CPUs to watch: those the workers use */
	int spare_cpu;			 /* -1 none */
	bool storming;			 /* WARMUP or STORM */
	struct standstills stood;	 /* of the watch itself */
	struct standstills storm_stood;	 /* of the storm: those, and when all of it was stopped */
	struct standstills
		site_stood[SITES_MAX]; /* of each of its processes: the same of it alone */
	bool stopping;		       /* STOP: what is in flight is of the storm */
	void (*emit)(struct watch *watch, const struct event *event);
	/* A line of the kernel log, as dmesg prints it; may be NULL. */
	void (*kernel_line)(struct watch *watch, const char *line);
	void *sink;
};

/* The group of a worker, index in the plan. */
static inline unsigned watch_group(const struct watch *watch, unsigned worker)
{
	return watch->given->geometry.placement.thread[worker].group;
}

static inline const struct standstills *watch_stood(const struct watch *watch, unsigned worker)
{
	return &watch->site_stood[watch->given->group[watch_group(watch, worker)].site];
}

struct detector {
	const struct detector_ops *ops;
	struct watch *watch;
	void *state;	/* ops->state_size zeroed bytes */
	bool active;	/* start() succeeded */
	char note[160]; /* why it is not active, or how it is limited; "" */
	/* Filled by the detector for the report. */
	struct detector_summary {
		uint64_t worst;	   /* ns or count, by detector; 0 none */
		uint64_t worst_at; /* clock ns */
		int worst_cpu;	   /* -1 */
		int worst_worker;  /* -1 */
		uint64_t samples;  /* beats, looks: proof that it looked */
		uint64_t lost;
		char text[120]; /* one phrase for the report */
	} summary;
};

struct detector_ops {
	const char *name;
	const char *help;
	size_t state_size;
	bool always; /* whatever `detectors` says: the verdict rests on it */
	int (*start)(struct detector *d, struct error *err); /* -errno: not active, err says why */
	void (*poll)(struct detector *d, uint64_t now);
	void (*finish)(struct detector *d); /* may be NULL; accepts a detector that did not start */
	void (*release)(struct detector *d); /* may be NULL; frees what start() took, last of all */
};

extern const struct detector_ops *const detector_registry[]; /* generated; ends with NULL */
extern const char *const detector_names[];		     /* the same by name */
const struct detector_ops *detector_find(const char *name);

/* Formats and emits. @cpu, @worker -1: none. */
void detector_emit(struct detector *d, enum event_kind kind, uint64_t when, int cpu, int worker,
		   uint64_t value, const char *fmt, ...) PRINTF_LIKE(7, 8);

#endif
