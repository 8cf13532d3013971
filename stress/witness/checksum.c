/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The whole page: all of it that no worker writes and that is not the pattern is looked at word by
 * word, and what faulters write is known to have been written.
 *
 * One page in FILLED is filled as its slot is made, each word by its place, so that words that changed
 * places show as well; the others hold zeros there.
 *
 * A store that was lost: the first word of each page begins as a mark that no worker can write. A
 * touch that wrote says so in a ledger once it has returned; a page of which the ledger says that and
 * which still holds its mark took the store into a page that is no longer there, as one does that
 * was let through while the page was copied. The mark is set when the slot is made, so it is the
 * first store to each page since then that is judged.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/seqcount.h"
#include "witness/witness.h"

#define FILLED 8		     /* one page in so many */
#define STEP   0x9e3779b97f4a7c15ull /* from one word of a filled page to the next */
#define AT     (ARENA_WORDS_AT + ARENA_WORDS_BYTES)

struct checksum {
	uint32_t *stored; /* of each page: the generation in which a touch wrote to it, 0 none */
	unsigned words, skip; /* that are looked at, and the place of the pattern among them */
};

static uint64_t *word_at(const struct arena *a, unsigned slot, unsigned page, unsigned place)
{
	return (uint64_t *)(arena_page(a, slot, page) + AT) + place;
}

static uint64_t *mark_at(const struct arena *a, unsigned slot, unsigned page)
{
	return (uint64_t *)arena_page(a, slot, page);
}

/*
 * Bit 31 is set: a word of an address, of a struct stat and of zeros has it not, nor has the end of
 * one that lies across the page's beginning.
 */
static uint64_t mark_of(const struct arena *a, unsigned slot, unsigned page, uint64_t generation)
{
	return mix64(arena_pattern(a, slot, page, generation)) | 1ull << 31;
}

static bool is_filled(uint64_t mark)
{
	return !(mark >> 32 & (FILLED - 1));
}

static uint64_t content_of(uint64_t mark, unsigned place)
{
	return is_filled(mark) ? mark + place * STEP : 0;
}

static int checksum_open(struct witness *w, struct error *why)
{
	const struct arena *a = w->arena;
	size_t pages = (size_t)a->slots * a->pages;
	struct checksum *c = calloc(1, sizeof(*c));

	if (c)
		c->stored = malloc(pages * sizeof(*c->stored));
	if (!c || !c->stored) {
		free(c);
		return error_set(why, ENOMEM, "no memory for the books of %zu pages", pages);
	}
	/* Written, so that no touch of the storm faults on it. */
	for (size_t i = 0; i < pages; i++)
		c->stored[i] = 0;
	c->words = (unsigned)((a->page_bytes - AT) / sizeof(uint64_t)) - 1;
	c->skip = (unsigned)((a->page_bytes / 2 - AT) / sizeof(uint64_t));
	w->state = c;
	return 0;
}

static void checksum_close(struct witness *w)
{
	struct checksum *c = w->state;

	if (c)
		free(c->stored);
	free(c);
	w->state = NULL;
}

/* The last word of a page is left out: a buffer that lies across the next one begins in it. */
static void checksum_made(const struct witness *w, unsigned slot, uint64_t generation)
{
	const struct checksum *c = w->state;
	const struct arena *a = w->arena;

	for (unsigned page = 0; page < a->pages; page++) {
		uint64_t mark = mark_of(a, slot, page, generation);

		seqcount_put(mark_at(a, slot, page), mark);
		for (unsigned i = 0; is_filled(mark) && i < c->words; i++) {
			if (i != c->skip)
				seqcount_put(word_at(a, slot, page, i), content_of(mark, i));
		}
	}
}

static void checksum_touched(const struct witness *w, struct onlooker *o,
			     const struct aim_point *at, size_t stored)
{
	const struct checksum *c = w->state;

	if (stored)
		store_release(&c->stored[(size_t)at->slot * w->arena->pages + at->page],
			      (uint32_t)at->generation);
}

/* What of a page that its owner gave away is left is nobody's word; nor is what is being made anew. */
static bool is_settled(const struct witness *w, unsigned slot, unsigned page, uint64_t generation)
{
	const struct slot *s = &w->arena->slot[slot];
	uint32_t dropped = seqcount_get(&s->dropped);

	return dropped != UINT32_MAX && dropped != page + 1 &&
	       load_relaxed(&s->generation) == generation;
}

static bool lost_store(const struct witness *w, struct onlooker *o, unsigned slot, unsigned page,
		       uint64_t generation)
{
	const struct checksum *c = w->state;
	const struct arena *a = w->arena;
	struct arena_mismatch m = {.slot = slot, .page = page};

	/* Before the page: what the ledger says was written before that. */
	if (load_acquire(&c->stored[(size_t)slot * a->pages + page]) != (uint32_t)generation)
		return false;
	m.found = seqcount_get(mark_at(a, slot, page));
	if (m.found != mark_of(a, slot, page, generation) || !is_settled(w, slot, page, generation))
		return false;
	witness_tell(o, EVENT_store_lost, &m);
	return true;
}

/* The first word that is wrong, into @m. */
static bool find_wrong(const struct witness *w, uint64_t mark, struct arena_mismatch *m)
{
	const struct checksum *c = w->state;

	for (unsigned i = 0; i < c->words; i++) {
		m->found = seqcount_get(word_at(w->arena, m->slot, m->page, i));
		m->expected = content_of(mark, i);
		m->offset = AT + i * (unsigned)sizeof(uint64_t);
		if (i != c->skip && m->found != m->expected)
			return true;
	}
	return false;
}

static enum page_content checksum_look(const struct witness *w, struct onlooker *o, unsigned slot,
				       unsigned page)
{
	uint64_t generation = load_acquire(&w->arena->slot[slot].generation), mark;
	struct arena_mismatch m = {.slot = slot, .page = page};

	if (!generation)
		return CONTENT_EMPTY;
	if (generation & 1)
		return CONTENT_UNKNOWN;
	if (lost_store(w, o, slot, page, generation))
		return CONTENT_WRONG;
	mark = mark_of(w->arena, slot, page, generation);
	if (!find_wrong(w, mark, &m))
		return CONTENT_RIGHT;
	if (!is_settled(w, slot, page, generation))
		return load_relaxed(&w->arena->slot[slot].generation) == generation
			       ? CONTENT_RIGHT
			       : CONTENT_UNKNOWN;
	witness_tell(o, EVENT_data_lost, &m);
	return CONTENT_WRONG;
}

/* Each page that the ledger says was written, not a sample: few are, between two rounds. */
static void checksum_before(const struct witness *w, struct onlooker *o, unsigned slot)
{
	uint64_t generation = load_acquire(&w->arena->slot[slot].generation);

	for (unsigned page = 0; generation && page < w->arena->pages; page++)
		lost_store(w, o, slot, page, generation);
}

const struct witness_ops witness_checksum = {
	.name = "checksum",
	.help = "whole pages: content that changed where nobody writes, and stores of faulters that were lost",
	.every = 32,
	.open = checksum_open,
	.made = checksum_made,
	.touched = checksum_touched,
	.look = checksum_look,
	.before = checksum_before,
	.close = checksum_close,
};
