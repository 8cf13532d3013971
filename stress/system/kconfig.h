/* SPDX-License-Identifier: GPL-2.0-only */
/* The running kernel's own configuration: /boot/config-RELEASE, else /proc/config.gz. */
#ifndef THPSTORM_SYSTEM_KCONFIG_H
#define THPSTORM_SYSTEM_KCONFIG_H

#include <stddef.h>

/*
 * The whole text, to be freed by the caller, and in @name the file it came from. NULL when neither
 * can be read.
 */
char *kconfig_read(const char *release, char *name, size_t size);

#endif
