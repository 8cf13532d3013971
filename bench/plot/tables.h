/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables of a result, looked through before gnuplot reads them: gnuplot does not say what is
 * wrong. */
#ifndef THPSTORM_BENCH_PLOT_TABLES_H
#define THPSTORM_BENCH_PLOT_TABLES_H

#include "base/base.h"
#include "base/error.h"

struct timeline_facts {
	uint64_t began_ns; /* clock ns at which the storm began */
	double last_s;	   /* end of the last interval, s since then */
	unsigned rows;	   /* intervals since then */
};

/*
 * Both read DIR/NAME and leave out a last line without its newline: the machine died there. 0, or
 * -ENOENT where there is no such file, or -EINVAL, with a sentence that names file and line.
 */
int timeline_read(const char *dir, struct timeline_facts *facts, struct error *err);
int heartbeat_read(const char *dir, unsigned *rows, struct error *err);

#endif
