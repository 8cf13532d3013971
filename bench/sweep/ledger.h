/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The journal of a sweep: DIR/journal, what has been done, in lines that are only ever added and
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
	char lost_text[SWEEP_LOST_MAX]; /* of the last try that was lost; a journal of old has none
					 */
};

struct sweep_session {
	char boot[40];
	int pid;
	long long when; /* seconds since the epoch */
};

struct sweep_journal {
	struct append file;
	FILE *head; /* until sweep_journal_begin(): what it will write */
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
	struct sweep_session *session;
	bool ended, torn;
};

/*
 * Begins a journal under another name; sweep_journal_begin() gives it its own once all is in it
 * that a sweep begins with, so that there is a whole one or none.
 */
int sweep_journal_create(struct sweep_journal *j, int dirfd, const char *dir, struct error *err);
int sweep_journal_begin(struct sweep_journal *j, int dirfd, struct error *err);
/*
 * Reads DIR/journal and opens it for adding. -ENOENT, -EINVAL with file and line when it is no
 * journal of this format or a line is damaged.
 */
int sweep_journal_open(struct sweep_journal *j, int dirfd, const char *dir, bool to_write,
		       struct error *err);
void sweep_journal_close(struct sweep_journal *j); /* accepts a zeroed struct */

/* As it was read, the last one; NULL when the journal does not have it. */
const char *sweep_journal_fact(const struct sweep_journal *j, const char *key);

/* The lines of the plan as a stream over *@text; close the one and free the other. NULL: none. */
FILE *sweep_journal_conf(const struct sweep_journal *j, char **text);

/* Each adds one line, and waits for the disk. 0 or -errno with the sentence. */
int sweep_journal_fact_add(struct sweep_journal *j, const char *key, const char *value,
			   struct error *err);
int sweep_journal_conf_add(struct sweep_journal *j, const char *line, struct error *err);
int sweep_journal_session(struct sweep_journal *j, const char *boot, struct error *err);
int sweep_journal_start(struct sweep_journal *j, unsigned cell, struct error *err);
/* @log: code, run_ms, gap_ms, size, reason are taken from it. */
int sweep_journal_seal(struct sweep_journal *j, unsigned cell, const struct cell_log *log,
		       struct error *err);
int sweep_journal_stop(struct sweep_journal *j, unsigned cell, const char *why, struct error *err);
int sweep_journal_lost(struct sweep_journal *j, unsigned cell, const char *text, struct error *err);
/* What another journal has of a cell that has a verdict (cell_verdict.h). */
int sweep_journal_adopt(struct sweep_journal *j, unsigned cell, const struct cell_log *log,
			struct error *err);
int sweep_journal_end(struct sweep_journal *j, struct error *err);
/*
 * Puts the sums of a journal's lines right after they were changed on purpose, in place. A last
 * line without its end stays as it is.
 */
void sweep_journal_sum_lines(char *text, size_t length);
/* How many cells there are: the log is made so long. Before any start. */
int sweep_journal_size(struct sweep_journal *j, unsigned cells, struct error *err);

#endif
