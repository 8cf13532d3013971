/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Copy-on-write: neither side of a fork sees what the other has written since. In each page two words
 * are kept for it: one that the parent writes and one that the child writes, each by its own mapping.
 * A parent's page that was taken for its own while the child still had it shows the write to both.
 *
 * At the end, a few slots at a time, a child is forked that holds them and does nothing; it is read
 * and written by process_vm_readv(2) and process_vm_writev(2), which break the copy-on-write of its
 * side as its own access would. The other slots are kept from it (MADV_DONTFORK), so that the copies
 * never take more than a few slots' memory. While the storm goes on it looks where the kind of memory
 * has children that share the slots (memory.h, sharers).
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/seqcount.h"
#include "memory/memory.h"
#include "witness/witness.h"

#define OURS   ARENA_WORDS_AT /* the parent writes */
#define THEIRS (ARENA_WORDS_AT + sizeof(uint64_t))
#define BATCH  (16 * MIB) /* bytes that a child holds at the end; one slot at least */
#define PAGES  256	  /* a system call's */
#define EVERY  64	  /* touches for one look at a child that shares the slot */

struct cow {
	pid_t child; /* at the end; 0: none */
	unsigned first, count;
	bool failed;
	uint64_t ours[PAGES], theirs[PAGES], seen[PAGES];
};

static uint64_t *word_at(const struct arena *a, unsigned slot, unsigned page, size_t word)
{
	return (uint64_t *)(arena_page(a, slot, page) + word);
}

/* What is written is never 0, and never the same twice. */
static uint64_t next_word(struct onlooker *o)
{
	return rng_next(&o->rng) | 1;
}

static pid_t fork_child(void)
{
	pid_t parent = getpid(), child = fork();

	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		pause();
	_exit(0);
}

static void end_child(pid_t child)
{
	if (child <= 0)
		return;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/* The word of @count pages from @page on, in the child. 0 or -errno. */
static int child_words(const struct arena *a, pid_t child, unsigned slot, unsigned page,
		       unsigned count, size_t word, uint64_t *value, bool write)
{
	struct iovec remote[PAGES], local = {value, count * sizeof(*value)};
	ssize_t n;

	for (unsigned i = 0; i < count; i++)
		remote[i] = (struct iovec){word_at(a, slot, page + i, word), sizeof(*value)};
	n = write ? process_vm_writev(child, &local, 1, remote, count, 0)
		  : process_vm_readv(child, &local, 1, remote, count, 0);
	return n == (ssize_t)local.iov_len ? 0 : n < 0 ? -errno : -EFAULT;
}

/* Where a sandbox or a kernel refuses it, that is known before the storm. */
static int cow_open(struct witness *w, struct error *why)
{
	uint64_t word = 1, copy = 0;
	struct iovec to = {&copy, sizeof(copy)}, from = {&word, sizeof(word)};
	struct cow *c;
	pid_t child;
	int err;

	if (w->arena->memory->shared)
		return error_set(why, ENOTSUP,
				 "memory = %s: both sides of a fork share what they write",
				 w->arena->memory->name);
	child = fork_child();
	if (child < 0)
		return error_errno(why, errno, "cannot fork");
	err = process_vm_readv(child, &to, 1, &from, 1, 0) == sizeof(copy) ? 0 : errno;
	end_child(child);
	if (err)
		return error_errno(why, err, "cannot read a child's memory (process_vm_readv)");
	c = calloc(1, sizeof(*c));
	if (!c)
		return error_set(why, ENOMEM, "no memory for its books");
	w->state = c;
	return 0;
}

static void cow_close(struct witness *w)
{
	struct cow *c = w->state;

	if (c)
		end_child(c->child);
	free(c);
	w->state = NULL;
}

static void tell(struct onlooker *o, unsigned slot, unsigned page, size_t word, uint64_t found,
		 uint64_t expected)
{
	witness_tell(o, EVENT_cow_leak,
		     &(struct arena_mismatch){.slot = slot,
					      .page = page,
					      .offset = (unsigned)word,
					      .found = found,
					      .expected = expected});
}

/* A page of a slot that @child has shared since it was made: neither word was written before that. */
static void look_at_sharer(const struct witness *w, struct onlooker *o, const struct aim_point *at,
			   pid_t child)
{
	const struct arena *a = w->arena;
	uint64_t word = next_word(o), seen = 0, ours;

	seqcount_put(word_at(a, at->slot, at->page, OURS), word);
	if (child_words(a, child, at->slot, at->page, 1, THEIRS, &word, true) ||
	    child_words(a, child, at->slot, at->page, 1, OURS, &seen, false))
		return;
	ours = seqcount_get(word_at(a, at->slot, at->page, THEIRS));
	if (load_relaxed(&a->slot[at->slot].generation) != at->generation)
		return;
	if (seen)
		tell(o, at->slot, at->page, OURS, seen, 0);
	if (ours)
		tell(o, at->slot, at->page, THEIRS, ours, 0);
}

static void cow_touched(const struct witness *w, struct onlooker *o, const struct aim_point *at,
			size_t stored)
{
	const struct memory_ops *memory = w->arena->memory;
	pid_t child;

	if (!memory->sharers || o->touches % EVERY)
		return;
	if (memory->sharers(w->arena, at->slot, &child, 1)) {
		onlooker_looked(o, w, 1);
		look_at_sharer(w, o, at, child);
	}
}

/* One that holds these slots and no others. */
static int fork_with(const struct arena *a, struct cow *c, unsigned first)
{
	char *all = arena_page(a, 0, 0), *held = arena_page(a, first, 0);

	end_child(c->child);
	c->child = 0;
	c->first = first;
	c->count = (unsigned)MAX(BATCH / a->slot_bytes, 1u);
	c->count = MIN(c->count, a->slots - first);
	if (madvise(all, a->slots * a->slot_bytes, MADV_DONTFORK) ||
	    madvise(held, c->count * a->slot_bytes, MADV_DOFORK))
		return -errno;
	c->child = fork_child();
	return c->child < 0 ? -errno : 0;
}

/* Both sides write, then each is looked at. 0, or -errno: the child is gone. */
static int check_pages(const struct witness *w, struct onlooker *o, unsigned slot, unsigned page,
		       unsigned count)
{
	const struct arena *a = w->arena;
	struct cow *c = w->state;
	int ret;

	for (unsigned i = 0; i < count; i++) {
		c->ours[i] = seqcount_get(word_at(a, slot, page + i, OURS));
		c->theirs[i] = seqcount_get(word_at(a, slot, page + i, THEIRS));
		c->seen[i] = next_word(o);
		seqcount_put(word_at(a, slot, page + i, OURS), c->seen[i]);
	}
	ret = child_words(a, c->child, slot, page, count, THEIRS, c->seen, true);
	if (!ret)
		ret = child_words(a, c->child, slot, page, count, OURS, c->seen, false);
	for (unsigned i = 0; !ret && i < count; i++) {
		uint64_t ours = seqcount_get(word_at(a, slot, page + i, THEIRS));

		/* A page that was given away may have been taken: zero. */
		if (c->seen[i] && c->seen[i] != c->ours[i])
			tell(o, slot, page + i, OURS, c->seen[i], c->ours[i]);
		if (ours && ours != c->theirs[i])
			tell(o, slot, page + i, THEIRS, ours, c->theirs[i]);
	}
	return ret;
}

static unsigned cow_end(const struct witness *w, struct onlooker *o, unsigned slot)
{
	const struct arena *a = w->arena;
	struct cow *c = w->state;
	int ret = 0;

	if (c->failed)
		return 0;
	if (!c->child || slot >= c->first + c->count)
		ret = fork_with(a, c, slot);
	for (unsigned page = 0; !ret && page < a->pages; page += PAGES)
		ret = check_pages(w, o, slot, page, MIN(a->pages - page, PAGES));
	if (ret) {
		c->failed = true;
		onlooker_fails(w, "its child could not be used at the end: %s", strerror(-ret));
		return 0;
	}
	onlooker_looked(o, w, a->pages);
	return a->pages;
}

const struct witness_ops witness_cow = {
	.name = "cow",
	.help = "copy-on-write: whether one side of a fork sees what the other wrote (at the end, and where the memory has children)",
	.open = cow_open,
	.touched = cow_touched,
	.end = cow_end,
	.close = cow_close,
};
