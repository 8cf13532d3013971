/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One reader, fed with bytes: by libFuzzer (ci/fuzz/run) or, in ctest, with each file of its corpus
 * (replay.c). A reader may refuse; it must not crash, leak, or loop.
 */
#ifndef THPSTORM_CI_FUZZ_FUZZ_H
#define THPSTORM_CI_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A directory in memory, made once for the process; what is in it is written over each time. */
const char *fuzz_directory(void);
/* Writes DIRECTORY/@name; removes it where @data is NULL. */
void fuzz_file(const char *name, const uint8_t *data, size_t size);

#endif
