/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What must be there before a worker or a kind of memory is used: consts that it points to. Unmet
 * is a SKIP with the reason. A need that only one has is a const in its file; those of several are
 * here.
 */
#ifndef THPSTORM_CONTRACT_NEED_H
#define THPSTORM_CONTRACT_NEED_H

#include "base/error.h"
#include "contract/given.h"

/* Who asks. */
struct needer {
	const char *name; /* the worker's, or "memory = anon" */
	const struct given *given;
	const struct memory_ops *memory; /* that kind, or what the worker's arena is of */
};

struct need {
	/* 0, or -errno and one sentence that begins with who->name. Changes nothing. */
	int (*check)(const struct need *need, const struct needer *who, struct error *why);
	/* For check(): what kinds of it there are. */
	long number;
	const char *text;
};

/* .needs = NEEDS(&need_a, &need_b) */
#define NEEDS(...) ((const struct need *const[]){__VA_ARGS__, NULL})

extern const struct need need_two_nodes; /* two NUMA nodes with memory */
/* -ENOTSUP, and how to come by them; @asked: the plan's `nodes`, @there: what the machine has. */
int two_nodes_unmet(const char *who, unsigned asked, unsigned there, struct error *why);

/* This madvise(2) advice is known: &(const struct need)NEED_ADVICE(MADV_COLD). */
#define NEED_ADVICE(advice)                                                                        \
	{                                                                                          \
		.check = need_advice, .number = (advice), .text = #advice                          \
	}
int need_advice(const struct need *need, const struct needer *who, struct error *why);
/* This file can be written. */
#define NEED_WRITABLE(path)                                                                        \
	{                                                                                          \
		.check = need_writable, .text = (path)                                             \
	}
int need_writable(const struct need *need, const struct needer *who, struct error *why);

/* All of @needs (NULL: none): 0, or the first that is not met. */
int needs_check(const struct need *const *needs, const struct needer *who, struct error *why);

#endif
