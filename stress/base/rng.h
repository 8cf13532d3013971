/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A random number in a few instructions and one word of state a worker: xorshift64* (Vigna, "An
 * experimental exploration of Marsaglia's xorshift generators, scrambled", 2016), seeded through
 * splitmix64 so that neighbouring seeds give unrelated streams.
 */
#ifndef THPSTORM_BASE_RNG_H
#define THPSTORM_BASE_RNG_H

#include <stdint.h>

#include "base/base.h"

struct rng {
	uint64_t state; /* never 0 */
};

ALWAYS_INLINE uint64_t mix64(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ull;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

static inline void rng_seed(struct rng *r, uint64_t seed)
{
	r->state = mix64(seed);
	if (!r->state)
		r->state = 1;
}

static inline uint64_t rng_next(struct rng *r)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return r->state * 0x2545f4914f6cdd1dull;
}

/* Stream @number of @seed: of no other seed, nor of a neighbour of it, is it a stream. */
static inline void rng_seed_stream(struct rng *r, uint64_t seed, uint64_t number)
{
	rng_seed(r, mix64(seed) + number);
}

/* Uniform in [0, n), n >= 1, below 2^32. Bias under n / 2^32. */
static inline uint32_t rng_below(struct rng *r, uint32_t n)
{
	return (uint32_t)(((rng_next(r) >> 32) * n) >> 32);
}

#endif
