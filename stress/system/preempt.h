/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which preemption model the running kernel uses, and how that was found out. Sources in order:
 * uname -v (PREEMPT_RT; PREEMPT_DYNAMIC; PREEMPT; PREEMPT_LAZY), debugfs sched/preempt (parentheses
 * mark the current one), preempt= on the boot command line, the kernel log ("Dynamic Preempt:
 * none"), the kernel's config (/proc/config.gz, /boot/config-RELEASE).
 */
#ifndef THPSTORM_SYSTEM_PREEMPT_H
#define THPSTORM_SYSTEM_PREEMPT_H

#include "base/base.h"
#include "base/error.h"
#include "system/debugfs.h"

#define PREEMPT_DEBUGFS DEBUGFS "/sched/preempt"

struct preempt_facts {
	char model[16];	  /* none, voluntary, full, lazy, rt, unknown */
	bool dynamic;	  /* PREEMPT_DYNAMIC: can be chosen at boot */
	char source[160]; /* how it is known, one phrase: `kernel log: "Dynamic Preempt: none"` */
};

/* Texts the finder works on; NULL or "" when the source can't be read. */
struct preempt_sources {
	const char *uname_version; /* uname -v */
	const char *debugfs;	   /* sched/preempt */
	const char *cmdline;	   /* /proc/cmdline */
	const char *kernel_log;	   /* at least the boot's first lines, any format */
	const char *config;	   /* CONFIG_ lines */
	const char *config_name;   /* where config came from */
};

/* Pure: for tests. Never fails; the model is "unknown" where nothing tells. */
void preempt_find(const struct preempt_sources *src, struct preempt_facts *out);
/*
 * Whether a kernel that uses @now can be switched to @model while it runs. 0, also when it uses it
 * already; -ENOTSUP and what to do instead otherwise. @debugfs: what sched/preempt holds, "" when
 * it can't be read. Pure.
 */
int preempt_can_switch(const struct preempt_facts *now, const char *debugfs, const char *model,
		       struct error *why);
/* Reads the sources of the running kernel and calls preempt_find(). Changes nothing. */
void preempt_read(struct preempt_facts *out);

#endif
