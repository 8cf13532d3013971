/* SPDX-License-Identifier: GPL-2.0-only */
/* What a reader of the result must know of the machine. Read once, before the run. */
#ifndef THPSTORM_SYSTEM_HOST_H
#define THPSTORM_SYSTEM_HOST_H

#include "base/base.h"
#include "system/build_id.h"
#include "system/may.h"
#include "system/mitigations.h"
#include "system/preempt.h"
#include "system/thp.h"

/* What a run sets besides transparent_hugepage; -1: no such knob. */
struct host_knobs {
	int numa_balancing;
	int watchdog_thresh;  /* seconds */
	int khugepaged_sleep; /* ms between two scans */
};

struct host_facts {
	char release[80];	/* uname -r */
	char version[160];	/* uname -v */
	char proc_version[512]; /* /proc/version: with the compiler that built it */
	char build_id[BUILD_ID_MAX];
	char machine[24];   /* uname -m */
	char cmdline[1024]; /* boot command line */
	char cpu_model[96];
	char microcode[24];  /* x86: its revision; "" elsewhere */
	char hypervisor[32]; /* "" on bare metal, else "kvm", "tcg", "vmware", or "yes" */
	char boot_id[40];
	char governor[24]; /* cpu0's, "" when there is none */
	char clocksource[24];
	uint64_t tainted;			       /* /proc/sys/kernel/tainted */
	uint64_t mem_total, mem_available, swap_total; /* bytes */
	uint64_t cgroup_room;			       /* bytes: cgroup_room() */
	unsigned cpus_online;
	unsigned hz;  /* from the kernel config, 0 unknown */
	double load1; /* load average at the start */
	int watchdog; /* kernel.watchdog: 1 on, 0 off, -1 no such knob */
	struct host_knobs knobs;
	bool root; /* effective uid 0, which alone says little */
	struct may may;
	struct preempt_facts preempt;
	struct thp_facts thp;
	struct mitigations mitigations;
};

void host_read(struct host_facts *out);

void host_knobs_read(struct host_knobs *out);

/* "Intel(R) Xeon(R) Processor", from /proc/cpuinfo; left alone where it has no such line. */
void host_cpu_model(char *buf, size_t size);

/*
 * Why a lockup on this machine would be worse than a finding: softlockup_panic, hung_task_panic,
 * panic_on_warn, panic_on_rcu_stall set, or a hardware watchdog that is armed
 * (/sys/class/watchdog/.../state). Writes one clause per reason into @buf ("; " between) and
 * returns how many.
 */
unsigned host_dangers(char *buf, size_t size);
/* The same with another directory in place of /, for tests. */
unsigned host_dangers_below(const char *root, char *buf, size_t size);
/* "kvm" for CPUID leaf 0x40000000's "KVMKVMKVM" and so on; "yes" for one that is not known. */
const char *host_hypervisor_name(const char *signature);

#endif
