/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a sweep's cells have in common besides the plan: the program, the kernel and the kind of
 * machine that ran them, and the config that somebody reads and edits. Who resumes with another one
 * is told what differs.
 */
#ifndef THPSTORM_BENCH_SWEEP_IDENTITY_H
#define THPSTORM_BENCH_SWEEP_IDENTITY_H

#include "sweep/sweep.h"

/* Adds them to a new ledger, and copies the config file to DIR/config.orig. 0 or -errno. */
int identity_record(struct sweep *s, struct error *err);
/*
 * Holds the ledger's against this program, this kernel and the files as they are. 0, or -EPERM
 * with what differs and how to go on all the same. What @accept ("binary,kernel,machine,config")
 * names may differ; the ledger then says so.
 */
int identity_check(struct sweep *s, const char *accept, struct error *err);

#define IDENTITY_OF_SWEEP "binary,kernel,machine,config"
#define IDENTITY_OF_PARTS "binary,kernel,machine"
/* -EINVAL with the sentence when a word of @accept, which may be NULL, is none of @words. */
int identity_check_words(const char *accept, const char *words, struct error *err);
/* Whether @what is among the words of @accept, which may be NULL. */
bool identity_accepted(const char *accept, const char *what);

#endif
