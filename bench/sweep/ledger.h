/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ledger of a sweep: DIR/journal, what has been done, in lines that are only ever added and
 * each on the disk before the sweep goes on (base/append.h). Fields are separated by tabs, the
 * first is a check sum of the rest:
 *
 *	SUM thpstorm-sweep 1
 *	SUM is KEY VALUE		what the sweep is: held against what resumes it
 *	SUM conf LINE			the plan and the axes, line by line
 *	SUM session BOOT_ID PID TIME	a process began to work on it
 *	SUM start CELL TRY
 *	SUM seal CELL TRY CODE RUN_MS GAP_MS SIZE REASON
 *	SUM stop CELL TRY WHY		was interrupted: to be run again, the machine is well
 *	SUM lost CELL TRY BOOT_ID TEXT	the machine went down in the middle; what was found of it
 *	SUM end
 *
 * CELL is its id (cells.h), CODE the verdict's exit code, SIZE that of the cell's result.json in
 * bytes (0: there is none). A torn last line is forgotten; a line in the middle whose sum is wrong
 * is an error, since nothing that happens to a running sweep makes one.
 */
#ifndef THPSTORM_BENCH_SWEEP_LEDGER_H
#define THPSTORM_BENCH_SWEEP_LEDGER_H

#include <stdio.h>

#include "base/append.h"
#include "base/error.h"

#define SWEEP_REASON_MAX 200
#define SWEEP_LOST_MAX	 (SWEEP_REASON_MAX - 30) /* a reason has it, and how often */
#define SWEEP_FORMAT	 1

enum cell_state {
	CELL_OPEN,    /* to be run; maybe again */
	CELL_STARTED, /* its process or the machine died in the middle */
	CELL_SEALED,
};

struct cell_log {
	enum cell_state state;
	bool stopped;	/* while OPEN: its last try was interrupted */
	unsigned tries; /* begun; the last one's number, from 1 */
	unsigned lost;	/* that took the machine down */
	int code;	/* exit code of the verdict, once sealed */
	unsigned run_ms, gap_ms;
	uint64_t size;
	unsigned session; /* in which the last try began, from 1 */
	bool given_up;	  /* sealed because the machine was lost, and not run again */
	char reason[SWEEP_REASON_MAX];
	char lost_text[SWEEP_LOST_MAX]; /* of the last try that was lost; a ledger of old has none
					 */
};

struct ledger_session {
	char boot[40];
	int pid;
	long long when; /* seconds since the epoch */
};

struct ledger {
	struct append file;
	FILE *head; /* until ledger_begin(): what it will write */
	char *head_text;
	size_t head_length;
	char path[512];
	char *text; /* what was read, cut into lines and fields */
	unsigned facts;
	struct {
		const char *key, *value; /* in text */
	} fact[24];
	unsigned conf_lines;
	const char **conf; /* in text */
	unsigned cells;	   /* the log has ids 1 to this one */
	struct cell_log *log;
	unsigned sessions;
	struct ledger_session *session;
	bool ended, torn;
};

void ledger_close(struct ledger *l); /* accepts a zeroed struct */

/* As it was read, the last one; NULL when the ledger does not have it. */
const char *ledger_fact(const struct ledger *l, const char *key);

/* The lines of the plan as a stream over *@text; close the one and free the other. NULL: none. */
FILE *ledger_conf(const struct ledger *l, char **text);

/* How many cells there are: the log is made so long. Before any start. */
int ledger_size(struct ledger *l, unsigned cells, struct error *err);
/*
 * One process at a time works on a sweep, also from other machines that share its directory. A
 * record lock of fcntl(2): not inherited by the cells' processes, gone with this one. 0 or -EBUSY.
 */
int ledger_lock(struct ledger *l, struct error *err);

/* Adds one to those in memory. 0 or -ENOMEM. */
int ledger_remember_session(struct ledger *l, const struct ledger_session *session);

#endif
