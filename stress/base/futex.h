/* SPDX-License-Identifier: GPL-2.0-only */
/* futex(2): sleeping on a word, and waking who does. */
#ifndef THPSTORM_BASE_FUTEX_H
#define THPSTORM_BASE_FUTEX_H

#include <limits.h>
#include <linux/futex.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Whose the word is. A process' own needs no look at its page, which could wait for mmap_lock. */
enum futex_scope { FUTEX_OF_PROCESSES = 0, FUTEX_OF_THREADS = FUTEX_PRIVATE_FLAG };

/* Sleeps while *word == value, at most @timeout (NULL: without limit). May return early. */
static inline void futex_wait(uint32_t *word, uint32_t value, enum futex_scope scope,
			      const struct timespec *timeout)
{
	syscall(SYS_futex, word, FUTEX_WAIT | scope, value, timeout, NULL, 0);
}

/* Wakes at most @count of those who sleep on it. */
static inline void futex_wake(uint32_t *word, enum futex_scope scope, int count)
{
	syscall(SYS_futex, word, FUTEX_WAKE | scope, count, NULL, NULL, 0);
}

#endif
