/* SPDX-License-Identifier: GPL-2.0-only */
/* Events of detectors. */
#include "detect/detector.h"

#include <stdarg.h>
#include <stdio.h>

void detector_emit(struct detector *d, enum event_kind kind, uint64_t when, int cpu, int worker,
		   uint64_t value, const char *fmt, ...)
{
	struct event e = {.when = when, .value = value, .kind = kind, .cpu = cpu, .worker = worker};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e.text, sizeof(e.text), fmt, ap);
	va_end(ap);
	d->watch->emit(d->watch, &e);
}
