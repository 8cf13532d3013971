/* SPDX-License-Identifier: GPL-2.0-only */
/* Making the shared segment (contract/share.h), and the futexes in it. */
#ifndef THPSTORM_RUN_SEGMENT_H
#define THPSTORM_RUN_SEGMENT_H

#include "contract/share.h"

/*
 * Makes, locks (as far as allowed) and prefaults the segment, each worker's part on its node
 * (@nodes[i], -1: anywhere; best effort). 0 or -errno.
 */
int share_create(struct share *s, unsigned sites, unsigned workers, const short *nodes,
		 struct error *err);
/*
 * A fork copies neither the page tables of a shared mapping nor its lock: maps the segment's pages
 * into the calling process, for writing, so that no worker faults on them while it measures, and
 * locks them as far as allowed: what forbade it goes to @site.
 */
void share_populate(struct share *s, struct site_share *site);
void share_destroy(struct share *s); /* accepts a zeroed struct */

/* Empties histograms and log2 counts. Only while the workers are parked. */
void share_reset_histograms(struct share *s);

/* The supervisor's side: writes the phase word and wakes whoever waits for it. */
void share_set_phase(struct share *s, enum phase phase, unsigned group);
/* The worker's side: says that it is parked and sleeps until the word is no longer @word. */
void share_park(struct share *s, struct worker_share *w, uint32_t word);
/* Parks until PHASE_STOP; @w as in share_park(), NULL: of no worker. */
void share_await_stop(struct share *s, struct worker_share *w);
/* Whether all workers are parked on the present word; else sleeps up to @ns for one of them. */
bool share_all_parked(struct share *s, uint64_t ns);

#endif
