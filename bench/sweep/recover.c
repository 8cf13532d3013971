/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an earlier session of a sweep left. A cell that was announced and not sealed: the same boot,
 * then its process died; another one, then the machine did.
 */
#include "sweep/recover.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/plural.h"
#include "base/interrupt.h"
#include "measure/clock.h"
#include "sweep/ledger_write.h"
#include "sweep/lost.h"
#include "system/journal.h"

#define KNOBS_WAIT_NS (60 * NSEC_PER_SEC)

char *sweep_cell_path(const struct sweep *s, uint32_t id, unsigned try, char *buf)
{
	char cell[64];

	snprintf(buf, PATH_MAX, "%s/%s", s->dir, sweep_cell_directory(id, try, cell, sizeof(cell)));
	return buf;
}

uint64_t sweep_result_size(const char *path)
{
	char name[PATH_MAX + 16];
	struct stat st;

	snprintf(name, sizeof(name), "%s/result.json", path);
	return stat(name, &st) ? 0 : (uint64_t)st.st_size;
}

/* A run that is still ending is waited for. */
int sweep_recover_knobs(struct error *err)
{
	uint64_t until = clock_monotonic() + KNOBS_WAIT_NS;
	struct error why;
	struct journal *j;
	int e = 0;

	/* Where no journal can be written none was. */
	if (geteuid() || !journal_is_there())
		return 0;
	while (!(j = journal_open(NULL, NULL, &e, &why))) {
		if (e != -EBUSY || clock_monotonic() > until || interrupts_count()) {
			*err = why;
			return e;
		}
		clock_sleep(200 * NSEC_PER_MSEC);
	}
	journal_close(j);
	return 0;
}

/* A cell that was running when the machine went down. */
static int judge_lost(struct sweep *s, uint32_t id, struct error *err)
{
	struct cell_log *log = &s->ledger.log[id - 1], seal = *log;
	char path[PATH_MAX], text[SWEEP_LOST_MAX];
	const struct ledger_session *session = &s->ledger.session[log->session - 1];
	const struct lost_machine machine = {.boot = session->boot, .since = session->when};
	int ret = lost_collect(sweep_cell_path(s, id, log->tries, path), &machine,
			       s->moved ? &lost_elsewhere : NULL, text, sizeof(text), err);

	if (!ret)
		ret = ledger_lost(&s->ledger, id, text, err);
	if (ret)
		return ret;
	fprintf(stderr, "FINDING: machine lost in cell %u (try %u): %s; see %s/lost\n", id,
		log->tries, text, path);
	if (log->lost < s->axes.tries)
		return 0;
	seal.code = VERDICT_FAIL;
	seal.run_ms = seal.gap_ms = 0;
	seal.size = 0;
	snprintf(seal.reason, sizeof(seal.reason), "machine lost in %u of %u %s: %s", log->lost,
		 log->tries, plural_word(log->tries, "try", "tries"), text);
	return ledger_seal(&s->ledger, id, &seal, err);
}

int sweep_judge_started(struct sweep *s, struct error *err)
{
	for (unsigned i = 0; i < s->cells.count; i++) {
		uint32_t id = s->cells.id[i];
		struct cell_log *log = &s->ledger.log[id - 1];
		int ret = 0;

		if (log->state != CELL_STARTED)
			continue;
		if (strcmp(s->ledger.session[log->session - 1].boot, s->boot))
			ret = judge_lost(s, id, err);
		else
			ret = ledger_stop(&s->ledger, id, "its process was killed", err);
		if (ret)
			return ret;
	}
	return 0;
}

unsigned sweep_look_at_sealed(struct sweep *s)
{
	char path[PATH_MAX];
	unsigned done = 0;

	for (unsigned i = 0; i < s->cells.count; i++) {
		uint32_t id = s->cells.id[i];
		struct cell_log *log = &s->ledger.log[id - 1];

		if (log->state != CELL_SEALED)
			continue;
		if (log->size &&
		    sweep_result_size(sweep_cell_path(s, id, log->tries, path)) != log->size) {
			fprintf(stderr,
				"thpstorm: %s/result.json is not what was sealed (%llu bytes): cell %u is run again\n",
				path, (unsigned long long)log->size, id);
			log->state = CELL_OPEN;
			continue;
		}
		done++;
	}
	return done;
}
