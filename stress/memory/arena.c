/* SPDX-License-Identifier: GPL-2.0-only */
/* The arena: making slots, aiming at them, and knowing what must stand in them. See arena.h. */
#include "memory/arena.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/futex.h"
#include "base/missing.h"
#include "base/seqcount.h"
#include "measure/clock.h"
#include "memory/memory.h"

/* Slots that are tried for one that is not just being made. */
#define RANDOM_TRIES 4

static void *zeroed_lines(size_t lines)
{
	void *p = NULL;

	if (posix_memalign(&p, CACHE_LINE, lines * CACHE_LINE))
		return NULL;
	memset(p, 0, lines * CACHE_LINE);
	return p;
}

int arena_create(struct arena *a, const struct memory_ops *memory, size_t slot_bytes,
		 size_t page_bytes, unsigned slots, unsigned owners, struct error *err)
{
	size_t bytes = slot_bytes * (slots + 1);
	char *at;
	int ret;

	memset(a, 0, sizeof(*a));
	if (!slots || slot_bytes < 2 * page_bytes || slot_bytes % page_bytes)
		return error_set(err, EINVAL, "an arena of %u slots of %zu bytes is impossible",
				 slots, slot_bytes);
	a->memory = memory;
	a->slot_bytes = slot_bytes;
	a->page_bytes = page_bytes;
	a->pages = (unsigned)(slot_bytes / page_bytes);
	a->slots = slots;
	a->owners = owners;
	a->slot = zeroed_lines(slots);
	a->hot = zeroed_lines(MAX(owners, 1u));
	if (!a->slot || !a->hot) {
		arena_destroy(a);
		return error_set(err, ENOMEM, "no memory for the books of %u slots", slots);
	}

	/* One slot more than needed, for the alignment; the rest stays unreadable on both sides. */
	at = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (at == MAP_FAILED) {
		int e = errno;

		arena_destroy(a);
		return error_errno(err, e, "cannot map %zu bytes for the arena", bytes);
	}
	a->base = (char *)round_up_u64((uintptr_t)at, slot_bytes);
	if (a->base != at)
		munmap(at, (size_t)(a->base - at));
	at += bytes;
	if (at != a->base + slot_bytes * slots)
		munmap(a->base + slot_bytes * slots, (size_t)(at - a->base) - slot_bytes * slots);
	ret = memory->open ? memory->open(a, err) : 0;
	if (ret)
		arena_destroy(a);
	return ret;
}

void arena_destroy(struct arena *a)
{
	if (a->memory && a->memory->close)
		a->memory->close(a);
	if (a->base)
		munmap(a->base, a->slot_bytes * a->slots);
	free(a->slot);
	free(a->hot);
	memset(a, 0, sizeof(*a));
}

void arena_writer_begin(struct arena *a)
{
	__atomic_add_fetch(&a->writers_started, 1, __ATOMIC_SEQ_CST);
}

void arena_writer_end(struct arena *a)
{
	__atomic_add_fetch(&a->writers_done, 1, __ATOMIC_SEQ_CST);
}

/*
 * Neither this nor fill() is for ThreadSanitizer, whose own memory would fault as well: the system
 * call goes past its wrapper of getrusage(2), too.
 */
__attribute__((no_sanitize("thread"))) static uint64_t thread_faults(void)
{
	struct rusage u;

	syscall(SYS_getrusage, RUSAGE_THREAD, &u);
	return (uint64_t)u.ru_minflt;
}

/* Writes the patterns; returns the faults that took. */
__attribute__((no_sanitize("thread"))) static uint64_t fill(const struct arena *a, unsigned slot,
							    uint64_t generation)
{
	uint64_t before = thread_faults();

	for (unsigned page = 0; page < a->pages; page++)
		seqcount_put(arena_pattern_at(a, slot, page),
			     arena_pattern(a, slot, page, generation));
	return thread_faults() - before;
}

/* A page may have to come back from a swap to be looked at, so each slot is a sign of life. */
static void look_before(const struct arena *a, unsigned first, unsigned count,
			const struct arena_made *made)
{
	for (unsigned i = first; made->hooks.before && i < first + count; i++) {
		made->hooks.before(made->hooks.of, i);
		if (made->since)
			store_relaxed(made->since, clock_now());
	}
}

int arena_remake(struct arena *a, unsigned first, unsigned count, struct arena_made *made)
{
	int err;

	look_before(a, first, count, made);
	for (unsigned i = first; i < first + count; i++) {
		store_relaxed(&a->slot[i].generation, a->slot[i].generation | 1);
		store_release(&a->slot[i].state, SLOT_EMPTY);
		seqcount_put(&a->slot[i].dropped, 0);
	}

	arena_writer_begin(a);
	err = a->memory->make(a, first, count);
	arena_writer_end(a);
	if (err)
		return err;

	for (unsigned i = first; i < first + count; i++) {
		uint64_t generation = (a->slot[i].generation | 1) + 1;
		bool huge = a->memory->is_huge(a, i, fill(a, i, generation));

		if (huge)
			made->huge++;
		else
			made->small++;
		if (made->hooks.made)
			made->hooks.made(made->hooks.of, i, generation);
		store_relaxed(&a->slot[i].state, huge ? SLOT_WHOLE : SLOT_SPLIT);
		store_release(&a->slot[i].generation, generation);
		if (a->made)
			__atomic_add_fetch(a->made, 1, __ATOMIC_RELAXED);
		if (made->so_far)
			store_relaxed(made->so_far, i - first + 1);
		if (made->since)
			store_relaxed(made->since, clock_now());
	}
	return 0;
}

void arena_slot_begin(struct arena *a, unsigned owner, unsigned slot)
{
	uint32_t *hot = &a->hot[owner].slot_plus_1;
	bool first = !load_relaxed(hot);

	store_release(&a->slot[slot].state, SLOT_BUSY);
	store_release(hot, slot + 1);
	if (first && !__atomic_fetch_add(&a->hot_owners, 1, __ATOMIC_SEQ_CST))
		futex_wake(&a->hot_owners, FUTEX_OF_THREADS, INT_MAX);
}

void arena_slot_end(struct arena *a, unsigned slot, enum slot_state state)
{
	store_release(&a->slot[slot].state, state);
}

void arena_cool(struct arena *a, unsigned owner)
{
	uint32_t *hot = &a->hot[owner].slot_plus_1;

	if (!load_relaxed(hot))
		return;
	store_release(hot, 0);
	__atomic_fetch_sub(&a->hot_owners, 1, __ATOMIC_SEQ_CST);
}

void arena_await_hot(struct arena *a, uint64_t ns)
{
	const struct timespec limit = {.tv_sec = (time_t)(ns / NSEC_PER_SEC),
				       .tv_nsec = (long)(ns % NSEC_PER_SEC)};

	futex_wait(&a->hot_owners, 0, FUTEX_OF_THREADS, &limit);
}

static bool hot_slot(const struct arena *a, struct rng *rng, uint32_t *slot)
{
	unsigned from = a->owners > 1 ? rng_below(rng, a->owners) : 0;

	for (unsigned i = 0; i < a->owners; i++) {
		uint32_t hot = load_acquire(&a->hot[(from + i) % a->owners].slot_plus_1);

		if (hot) {
			*slot = hot - 1;
			return true;
		}
	}
	return false;
}

/*
 * Not one that is being made: a read that comes before the fill maps the huge zero page, of which
 * kernels before 6.13 make 512 small pages when it is written to (mm/huge_memory.c:
 * do_huge_pmd_wp_page()).
 */
static bool made_slot(const struct arena *a, struct rng *rng, uint32_t *slot)
{
	for (int i = 0; i < RANDOM_TRIES; i++) {
		*slot = rng_below(rng, a->slots);
		if (!(load_acquire(&a->slot[*slot].generation) & 1))
			return true;
	}
	return false;
}

bool arena_aim(const struct arena *a, const struct group_plan *g, struct rng *rng,
	       struct aim_point *at)
{
	if (g->target == TARGET_RANDOM ? !made_slot(a, rng, &at->slot)
				       : !hot_slot(a, rng, &at->slot))
		return false;

	switch (g->target) {
	case TARGET_HOT_HEAD:
		at->page = 0;
		break;
	case TARGET_HOT_TAIL:
		at->page = 1 + rng_below(rng, a->pages - 1);
		break;
	default:
		at->page = rng_below(rng, a->pages);
	}

	at->generation = load_acquire(&a->slot[at->slot].generation);
	/* Before its first fill a slot is not mapped readable; later "odd" is only a short while.
	 */
	if (at->generation < 2)
		return false;
	at->addr = arena_page(a, at->slot, at->page);
	if (g->offset == OFFSET_CROSS && at->addr != a->base)
		at->addr -= ARENA_CROSS_BYTES;
	at->hot = load_acquire(&a->slot[at->slot].state) == SLOT_BUSY;
	return true;
}

enum page_content arena_check(const struct arena *a, unsigned slot, unsigned page,
			      struct arena_mismatch *what)
{
	const struct slot *s = &a->slot[slot];
	uint64_t generation = load_acquire(&s->generation), found;
	uint32_t dropped;

	if (!generation)
		return CONTENT_EMPTY;
	if (generation & 1)
		return CONTENT_UNKNOWN;
	/* A page that was dropped was announced before. */
	found = seqcount_get(arena_pattern_at(a, slot, page));
	dropped = seqcount_get(&s->dropped);
	if (found == arena_pattern(a, slot, page, generation) || dropped == UINT32_MAX)
		return CONTENT_RIGHT;
	if (dropped == page + 1 && !found)
		return CONTENT_RIGHT;
	/* The slot may have been taken away under the read: then the answer means nothing. */
	if (load_relaxed(&s->generation) != generation)
		return CONTENT_UNKNOWN;
	*what = (struct arena_mismatch){
		.slot = slot,
		.page = page,
		.offset = (unsigned)a->page_bytes / 2,
		.found = found,
		.expected = arena_pattern(a, slot, page, generation),
	};
	return CONTENT_WRONG;
}
