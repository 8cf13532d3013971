/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Other programs that thpstorm runs: gnuplot, tar, journalctl, zcat. They get an environment of ours and
 * not the user's, whose GNUTERM, TAR_OPTIONS, XZ_OPT, GZIP or LC_ALL would change what they do and say.
 */
#ifndef THPSTORM_BASE_PROGRAM_H
#define THPSTORM_BASE_PROGRAM_H

#include "base/base.h"

struct program {
	const char *const *argv; /* argv[0] is looked for in PATH; ends in NULL */
	int in, out, err;	 /* descriptors, of the caller; -1: /dev/null */
	unsigned limit_ms;	 /* then it is killed; 0: waits as long as it takes */
};

/*
 * Runs it to its end. Its exit code, 128 + N when signal N ended it, or -errno: -ENOENT it is not
 * installed, -ETIMEDOUT it was killed after limit_ms.
 */
int program_run(const struct program *p);

#endif
