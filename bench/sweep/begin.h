/* SPDX-License-Identifier: GPL-2.0-only */
/* Beginning a sweep, and coming back to one. */
#ifndef THPSTORM_BENCH_SWEEP_BEGIN_H
#define THPSTORM_BENCH_SWEEP_BEGIN_H

#include "sweep/sweep.h"

/*
 * Makes the directory (@dir NULL or "": results/TIME-CONFIG) and begins the ledger. -EEXIST when
 * it holds a sweep or a result.
 */
int sweep_create(struct sweep *s, const char *dir, struct error *err);
/* The directory alone. */
int sweep_make_directory(struct sweep *s, const char *dir, struct error *err);
/*
 * Goes on with the sweep in @dir: reads plan, axes and shard from its ledger. -EPERM when
 * something is not as it was (the program, the kernel, the kind of machine, the config), with what
 * differs; @accept names what may differ: "binary,kernel,machine,config", or NULL.
 */
int sweep_resume(struct sweep *s, const char *dir, const char *accept, struct error *err);

#endif
