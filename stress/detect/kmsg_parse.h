/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a record of /dev/kmsg says. Pure. The format is that of Documentation/ABI/testing/dev-kmsg:
 * "PRIORITY,SEQUENCE,MICROSECONDS,FLAGS[,...];text\n", then " KEY=value\n" lines.
 */
#ifndef THPSTORM_DETECT_KMSG_PARSE_H
#define THPSTORM_DETECT_KMSG_PARSE_H

#include "base/base.h"

#define KMSG_RECORD_MAX 8192 /* read(2) of less than a record fails with EINVAL */

struct kmsg_record {
	unsigned facility; /* 0: the kernel itself; 1: somebody wrote to /dev/kmsg */
	unsigned level;
	uint64_t sequence;
	uint64_t usec; /* since boot, the kernel's local_clock() */
	char *text;    /* in the caller's buffer, escapes decoded, may hold newlines */
};

/* Takes @buf (NUL-terminated) apart in place. 0 or -EINVAL. */
int kmsg_parse(char *buf, struct kmsg_record *r);

/*
 * The kind of harm that @text announces (enum event_kind), -1: none. *cpu is the CPU that the text
 * names, -1 where it names none. Only the first line of a report matches, so that a report and the
 * trace that follows it are one event.
 */
int kmsg_classify(const char *text, int *cpu);

/*
 * The thread that a text of kind @kind is about, as the kernel counts threads: "... [COMM:82]",
 * "INFO: task COMM:82 blocked ...", "WARNING: CPU: 1 PID: 82 at ...". 0: it names none.
 */
int kmsg_thread(const char *text, int kind);

#endif
