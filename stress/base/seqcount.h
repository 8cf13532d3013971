/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sequence count: one writer hands a few words to readers that never make it wait. The count is
 * odd while the words are written; a reader whose count was odd or has moved takes nothing.
 *
 *	writer					reader
 *	seqcount_write_begin(&n)		from = seqcount_read_begin(&n)
 *	seqcount_put(&word, value)		value = seqcount_get(&word)
 *	seqcount_write_end(&n)			if (seqcount_read_valid(&n, from)) use value
 *
 * The order lies on the words: each is stored with release, so the odd count is visible before it,
 * and loaded with acquire, so the count is read again after it. No fence is needed, which
 * ThreadSanitizer would not follow, and the words are atomic, so that a torn read is no race. The
 * count holds on every architecture; on x86-64 each access is a plain instruction.
 */
#ifndef THPSTORM_BASE_SEQCOUNT_H
#define THPSTORM_BASE_SEQCOUNT_H

#include "base/base.h"

#define seqcount_put(word, value) store_release((word), (value))
#define seqcount_get(word)	  load_acquire(word)

/* Only one thread writes. */
ALWAYS_INLINE void seqcount_write_begin(uint32_t *count)
{
	store_relaxed(count, load_relaxed(count) + 1);
}

ALWAYS_INLINE void seqcount_write_end(uint32_t *count)
{
	store_release(count, load_relaxed(count) + 1);
}

ALWAYS_INLINE uint32_t seqcount_read_begin(const uint32_t *count)
{
	return load_acquire(count);
}

/* Whether what was read since seqcount_read_begin() returned @from is of one writing. */
ALWAYS_INLINE bool seqcount_read_valid(const uint32_t *count, uint32_t from)
{
	return !(from & 1) && load_relaxed(count) == from;
}

#endif
