/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel does against flaws of this CPU: some of it is paid at each entry into the kernel,
 * so at each fault. /sys/devices/system/cpu/vulnerabilities
 * (Documentation/ABI/testing/sysfs-devices-system-cpu).
 */
#ifndef THPSTORM_SYSTEM_MITIGATIONS_H
#define THPSTORM_SYSTEM_MITIGATIONS_H

#define MITIGATIONS_MAX 48

struct mitigation {
	char name[40];	/* "spectre_v2" */
	char text[240]; /* "Not affected", "Vulnerable", "Mitigation: Retpolines; ..." */
};

struct mitigations {
	unsigned count;
	struct mitigation flaw[MITIGATIONS_MAX]; /* by name */
};

/* @root stands for /, "" for the machine's. None on a kernel without that directory. */
void mitigations_read(struct mitigations *m, const char *root);

#endif
