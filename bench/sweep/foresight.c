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

int foresight_look(struct foresight *f, const struct sweep *s, uint32_t id, uint64_t *ns,
		   struct error *err)
{
	struct run_plan plan;
	int ret = cells_plan(&s->cells, id, &s->topology, &plan, err);

	*ns = 0;
	if (ret)
		return ret;
	run_prepare_on(&f->machine, &plan, &f->given);
	if (f->given.readiness == READY)
		*ns = sweep_planned_ns(&plan);
	return 0;
}
