/* SPDX-License-Identifier: GPL-2.0-only */
/* What an earlier session of a sweep left: settings, and cells without a seal. */
#ifndef THPSTORM_BENCH_SWEEP_RECOVER_H
#define THPSTORM_BENCH_SWEEP_RECOVER_H

#include "sweep/sweep.h"

/* The directory of a cell's try, PATH_MAX long. Returns buf. */
char *sweep_cell_path(const struct sweep *s, uint32_t id, unsigned try, char *buf);
/* Bytes of the result.json in @path, 0: it has none. */
uint64_t sweep_result_size(const char *path);

/* Puts back what a killed run left set. 0 or -errno. */
int sweep_recover_knobs(struct error *err);
/* Judges each cell that was begun and not sealed: lost with the machine, or killed. 0 or -errno. */
int sweep_judge_started(struct sweep *s, struct error *err);
/* Opens again each cell whose result is not what was sealed. How many others are sealed. */
unsigned sweep_look_at_sealed(struct sweep *s);

#endif
