/* SPDX-License-Identifier: GPL-2.0-only */
/* Manual pages: what the program's own tables hold is put into a template. */
#ifndef THPSTORM_BENCH_MANUAL_MANPAGE_H
#define THPSTORM_BENCH_MANUAL_MANPAGE_H

#include <stdio.h>

#include "base/error.h"

/* A command, as its section tells of it. */
struct manual_command {
	const char *name, *help;
	void (*usage)(FILE *out);
};

/*
 * Copies @template, in man(7)'s language, to @out with each line "@NAME@" replaced by the table of
 * that name (manpage.c lists them) and "@VERSION@" within a line by the version. -EINVAL with the
 * sentence for a name that is none, -EIO when one of the two can't be read or written.
 */
int manpage_write(FILE *template, FILE *out, const struct manual_command *commands, unsigned count,
		  struct error *err);

#endif
