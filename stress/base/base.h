/* SPDX-License-Identifier: GPL-2.0-only */
/* Small helpers that every other file may use. Nothing here allocates, prints or fails. */
#ifndef THPSTORM_BASE_BASE_H
#define THPSTORM_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b)     ((a) < (b) ? (a) : (b))
#define MAX(a, b)     ((a) > (b) ? (a) : (b))

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* Part of its caller for the sanitizers too: not instrumented where that is not. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

#define CACHE_LINE 64

#define NSEC_PER_USEC 1000ull
#define NSEC_PER_MSEC 1000000ull
#define NSEC_PER_SEC  1000000000ull

#define KIB (1ull << 10)
#define MIB (1ull << 20)
#define GIB (1ull << 30)

/* Relaxed access to words that one thread writes and others only look at. */
#define load_relaxed(p)	    __atomic_load_n((p), __ATOMIC_RELAXED)
#define store_relaxed(p, v) __atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define load_acquire(p)	    __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define store_release(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
/* Add to a counter that only the calling thread writes: no locked instruction. */
#define count_add(p, n) store_relaxed((p), load_relaxed(p) + (n))

static inline uint64_t round_up_u64(uint64_t v, uint64_t to)
{
	return (v + to - 1) / to * to;
}

#endif
