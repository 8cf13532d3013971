/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * THE OPTION TABLE. One row feeds the config file, the command line (--key=value,
 * --group.key=value), --help, `list options`, ranges, error messages, the effective plan that -n
 * prints, and the line that repeats a run.
 */
#ifndef THPSTORM_BENCH_WORDS_OPTION_TABLE_H
#define THPSTORM_BENCH_WORDS_OPTION_TABLE_H

#include "base/error.h"
#include "contract/plan.h"

enum option_scope { SCOPE_RUN, SCOPE_GROUP, SCOPE_EXPOSE, SCOPE_SWEEP, SCOPES };

struct option_section {
	const char *title;    /* a sentence without its point */
	const char *argument; /* what stands before a key on a command line */
};
extern const struct option_section option_sections[SCOPES];

enum option_type {
	TYPE_UINT,     /* unsigned */
	TYPE_INT,      /* int */
	TYPE_U64,      /* uint64_t count */
	TYPE_DURATION, /* uint64_t ns: 30s, 500ms, 50us, 10ns, 2m, 1h; a bare 0 is allowed */
	TYPE_SIZE,     /* uint64_t bytes: 128M, 2M, 64K, 1G */
	TYPE_BOOL,     /* yes, no */
	TYPE_CHOICE,   /* int (an enum), by name */
	TYPE_TEXT,     /* char[] */
};

struct option_names; /* words/option_check.h */

struct option {
	enum option_scope scope;
	enum option_type type;
	const char *key;
	size_t offset;		    /* in struct run_plan, group_plan or sweep_plan */
	size_t size;		    /* of a TYPE_TEXT */
	long long min, max;	    /* in ns or bytes for durations and sizes */
	const char *const *choices; /* NULL-terminated, index = value */
	const char *fallback;	    /* the default, as text; NULL: the group's name */
	const char *help;	    /* one line */
	/*
	 * Its bit in run_plan.must; 0: it has none. With one, the choices go on behind max with those
	 * from 1 on once more, "try_madvise": that value, without the bit.
	 */
	unsigned must;
	const struct option_names *names; /* TYPE_TEXT: it is one of them; NULL: see check */
	/* TYPE_TEXT without names: 0, or -EINVAL with what is allowed ("must be ..."). */
	int (*check)(const char *value, struct error *allowed);
};

extern const struct option option_table[];
extern const unsigned option_count;
/* NULL when there is none. */
const struct option *option_find(enum option_scope scope, const char *key);

#endif
