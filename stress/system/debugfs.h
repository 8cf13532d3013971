/* SPDX-License-Identifier: GPL-2.0-only */
/* /sys/kernel/debug, also where nobody has mounted it. */
#ifndef THPSTORM_SYSTEM_DEBUGFS_H
#define THPSTORM_SYSTEM_DEBUGFS_H

#define DEBUGFS "/sys/kernel/debug"

/*
 * Where debugfs is not mounted there, mounts it for this process and those it starts, in a mount
 * namespace of their own: the kernel ends that with the last of them, however they end, so no mount
 * is ever left behind and nobody else sees one. Call it before there are threads. 0 or -errno
 * (-EPERM: not root, -ENODEV: the kernel has no debugfs).
 */
int debugfs_reach(void);

#endif
