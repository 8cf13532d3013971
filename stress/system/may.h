/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What this process may do, found by trying it: a user id says little where capabilities are
 * dropped, /sys is read-only or root is one of a user namespace only.
 */
#ifndef THPSTORM_SYSTEM_MAY_H
#define THPSTORM_SYSTEM_MAY_H

#include <stddef.h>

/* Each 0, or the -errno that it was refused with. */
struct may {
	int journal;	 /* keep a knob journal: without one no knob is set */
	int thp;	 /* set transparent_hugepage/enabled; what has no such knob is no refusal */
	int own_thp;	 /* have huge pages although started without (PR_SET_THP_DISABLE) */
	int model;	 /* set debugfs sched/preempt */
	int swap;	 /* swapon(2) */
	int kmsg;	 /* read /dev/kmsg */
	int nice;	 /* the lowest nice value: 0 without the right */
	int rt_priority; /* the highest of SCHED_FIFO: 0 without the right */
};

void may_read(struct may *m);
/*
 * A knob is set where it can be written and the journal can be kept. 0, or the -errno of what is in
 * the way; @refused: that of writing the knob.
 */
static inline int may_set(const struct may *m, int refused)
{
	return refused ? refused : m->journal;
}

/* What helps against a refusal (-errno): "run it as root (sudo)". */
const char *may_remedy(int refused);
/* The same of may.kmsg. */
const char *may_kmsg_remedy(int refused);

/*
 * Whether a knob can be written: opens it for writing, writes nothing. 0 or -errno. A knob that
 * asks for CAP_SYS_ADMIN only as it is written (numa_balancing) is refused by the capability.
 */
int may_write(const char *path);
/* Whether files can be made in @dir, or @dir itself in what lies above it. 0 or -errno. */
int may_make_in(const char *dir);
/* /dev/kmsg opened for reading at its end; -errno (-ENOTTY: something else has its name). */
int may_open_kmsg(void);

#endif
