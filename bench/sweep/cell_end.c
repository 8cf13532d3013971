/* SPDX-License-Identifier: GPL-2.0-only */
/* See cell_end.h. */
#include "sweep/cell_end.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "measure/clock.h"

bool cell_end_disk_full(const struct cell_page *page)
{
	return page->outcome.write_failed == -ENOSPC || page->outcome.write_failed == -EDQUOT;
}

const char *cell_end_voids(const struct cell_page *page, bool interrupted)
{
	if (page->ran && page->outcome.verdict == VERDICT_FAIL)
		return NULL;
	/* A run that was done before the interrupt came is whole. */
	if (page->ran ? page->outcome.interrupted_by : interrupted)
		return "interrupted";
	return cell_end_disk_full(page) ? "the disk is full" : NULL;
}

static void describe_signal(const struct cell_end *end, struct cell_log *seal)
{
	int signo = WTERMSIG(end->status);

	seal->code = VERDICT_BROKEN;
	if (signo == SIGKILL && end->killed_after)
		snprintf(
			seal->reason, sizeof(seal->reason),
			"the run hung: the sweep killed it after %llu s, %llu s over its planned %llu s",
			(unsigned long long)(end->killed_after / NSEC_PER_SEC),
			(unsigned long long)((end->killed_after - end->planned) / NSEC_PER_SEC),
			(unsigned long long)(end->planned / NSEC_PER_SEC));
	else
		snprintf(seal->reason, sizeof(seal->reason),
			 "the run's process died of signal %d (%s)", signo, strsignal(signo));
}

void cell_end_describe(const struct cell_end *end, const struct cell_page *page,
		       struct cell_log *seal)
{
	const char *what = page->refused.text;

	if (WIFSIGNALED(end->status) && !page->ran) {
		describe_signal(end, seal);
		return;
	}
	seal->code = page->ran ? run_outcome_code(&page->outcome) : WEXITSTATUS(end->status);
	if (page->ran)
		what = page->outcome.write_failed && page->outcome.verdict != VERDICT_FAIL
			       ? page->outcome.failure
			       : page->outcome.reason;
	snprintf(seal->reason, sizeof(seal->reason), "%.*s", SWEEP_REASON_MAX - 1, what);
}
