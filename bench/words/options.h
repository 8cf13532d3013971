/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * THE OPTION TABLE. One row feeds the config file, the command line (--key=value,
 * --group.key=value), --help, `list options`, ranges, error messages, the effective plan that -n
 * prints, and the line that repeats a run.
 */
#ifndef THPSTORM_BENCH_WORDS_OPTIONS_H
#define THPSTORM_BENCH_WORDS_OPTIONS_H

#include "base/error.h"
#include "contract/plan.h"

struct sweep_plan; /* sweep/sweep_plan.h */

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
	unsigned named;		    /* its bit in run_plan.named; 0: it has none */
	/* TYPE_TEXT: 0, or -EINVAL with what is allowed ("must be ..."). */
	int (*check)(const char *value, struct error *allowed);
};

extern const struct option option_table[];
extern const unsigned option_count;

/* Defaults everywhere, no groups. */
void options_defaults(struct run_plan *plan);
void options_group_defaults(struct group_plan *group, const char *name);
void options_sweep_defaults(struct sweep_plan *sweep);

/*
 * Sets one option. @where is put in front of the message ("configs/a.conf:12" or "command line").
 * Messages: "WHERE: unknown key 'treads' in section [faulters]; did you mean 'threads'?",
 * "WHERE: threads = 9999: must be a number from 1 to 256". -EINVAL.
 */
int options_set_run(struct run_plan *plan, const char *key, const char *value, const char *where,
		    struct error *err);
int options_set_group(struct group_plan *group, const char *key, const char *value,
		      const char *where, struct error *err);
int options_set_expose(struct run_plan *plan, const char *key, const char *value, const char *where,
		       struct error *err);
int options_set_sweep(struct sweep_plan *sweep, const char *key, const char *value,
		      const char *where, struct error *err);
/* The sentence for a key of [sweep] that is neither an option of the sweep nor one of the run. */
int options_unknown_axis(const char *key, const char *where, struct error *err);

/*
 * Reads @value into @at, where the option lies. -EINVAL, @at unchanged, and "must be a duration
 * from 100ms to 30d, like 30s, 500ms or 2m" in @allowed.
 */
int option_parse(const struct option *o, const char *value, void *at, struct error *allowed);
/* What is allowed, in a few words: "100ms to 30d", "keep, off, on". Returns buf. */
char *option_range(const struct option *o, char *buf, size_t size);
/* NULL when there is none. */
const struct option *option_find(enum option_scope scope, const char *key);

/*
 * The option's present value as text, in the form that the parser reads. @base: the run_plan,
 * group_plan or sweep_plan, by the option's scope. Returns buf.
 */
char *option_format(const struct option *o, const void *base, char *buf, size_t size);
/* Whether it differs from the default, or was named although it does not. */
bool option_is_changed(const struct option *o, const void *base);

/* Whether the config or the command line names it; false for one that keeps no account of that. */
bool option_is_named(const struct option *o, const void *base);

/* Nearest known word by edit distance (<= 2), NULL when none is near. @words ends with NULL. */
const char *nearest_word(const char *word, const char *const *words);
/* "; did you mean 'threads'?", or "" when none is near. Returns buf. */
char *nearest_hint(const char *word, const char *const *words, char *buf, size_t size);

#endif
