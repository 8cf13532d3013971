/* SPDX-License-Identifier: GPL-2.0-only */
/* See foresight.h. */
#include "sweep/foresight.h"

#include <errno.h>
#include <stdlib.h>

#include "run/run.h"
#include "sweep/show.h"

struct foresight *foresight_make(struct error *err)
{
	struct foresight *f = calloc(1, sizeof(*f));

	if (!f) {
		error_set(err, ENOMEM, "no memory for the facts of this machine");
		return NULL;
	}
	if (!run_read_machine(&f->machine, err))
		return f;
	free(f);
	return NULL;
}

uint64_t foresight_look(struct foresight *f, const struct run_plan *plan)
{
	run_prepare_on(&f->machine, plan, &f->given);
	return f->given.readiness == READY ? sweep_planned_ns(plan) : 0;
}
