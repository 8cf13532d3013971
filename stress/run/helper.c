/* SPDX-License-Identifier: GPL-2.0-only */
/* See helper.h. */
#include "run/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/futex.h"
#include "base/interrupt.h"
#include "base/missing.h"
#include "base/priority.h"
#include "measure/clock.h"

#define REHEARSAL_LIMIT (2 * NSEC_PER_SEC)
#define FILES_MAX	1024 /* before Linux 5.9 */

#define TRACE -1

struct helper_order {
	uint32_t number; /* futex; the supervisor counts it up */
	pid_t tid;	 /* 0: the helper itself, for the rehearsal; TRACE */
	uint32_t served __attribute__((aligned(CACHE_LINE)));
	int result;
	int unlocked; /* errno of its mlockall(2) */
} __attribute__((aligned(CACHE_LINE)));

static int obey(const struct helper_order *order, const cpu_set_t *where, int sysrq)
{
	if (order->tid == TRACE)
		return write(sysrq, "l", 1) == 1 ? 0 : -errno;
	return sched_setaffinity(order->tid, sizeof(*where), where) ? -errno : 0;
}

static void serve(struct helper_order *order, const cpu_set_t *where, int sysrq)
{
	for (uint32_t served = 0;;) {
		uint32_t number = load_acquire(&order->number);

		if (number == served) {
			futex_wait(&order->number, number, FUTEX_OF_PROCESSES, NULL);
			continue;
		}
		order->result = obey(order, where, sysrq);
		served = number;
		store_release(&order->served, served);
	}
}

/* A hung helper must not pin any fd, nor the journal's lock. */
static void let_go_of_files(void)
{
	int null = open("/dev/null", O_RDWR);

	for (int fd = 0; fd < 3 && null >= 0; fd++)
		dup2(null, fd);
#ifdef SYS_close_range
	if (!syscall(SYS_close_range, 3u, ~0u, 0u))
		return;
#endif
	for (int fd = 3; fd < FILES_MAX; fd++)
		close(fd);
}

__attribute__((noreturn)) static void helper_main(struct helper_order *order, int cpu)
{
	struct sched_param param = {.sched_priority = PRIORITY_HELPER};
	cpu_set_t set;
	int sysrq;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	interrupts_leave();
	let_go_of_files();
	sysrq = open("/proc/sysrq-trigger", O_WRONLY);
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	sched_setscheduler(0, SCHED_FIFO, &param);
	/* What it uses it has touched in the rehearsal; locking all it inherited would copy it. */
	if (mlockall(MCL_CURRENT | MCL_ONFAULT))
		store_relaxed(&order->unlocked, errno);
	serve(order, &set, sysrq);
	_exit(0);
}

static int give(struct helpers *h, int helper, pid_t tid)
{
	struct helper_order *o = &h->order[helper];

	o->tid = tid;
	store_release(&o->number, ++h->asked[helper]);
	futex_wake(&o->number, FUTEX_OF_PROCESSES, 1);
	return helper;
}

bool helpers_answered(const struct helpers *h, int helper, int *result)
{
	if (load_acquire(&h->order[helper].served) != h->asked[helper])
		return false;
	*result = h->order[helper].result;
	return true;
}

static int rehearse(struct helpers *h, struct error *err)
{
	uint64_t until = clock_now() + REHEARSAL_LIMIT;

	for (int i = 0; i < HELPERS; i++)
		give(h, i, 0);
	for (int i = 0; i < HELPERS; i++) {
		int result = 0;

		while (!helpers_answered(h, i, &result) && clock_now() < until)
			clock_sleep(NSEC_PER_MSEC);
		if (!helpers_answered(h, i, &result))
			return error_set(err, ETIMEDOUT, "a helper of the rescue does not answer");
		if (result)
			return error_errno(err, -result, "sched_setaffinity to CPU %d", h->cpu);
	}
	return 0;
}

int helpers_start(struct helpers *h, int cpu, struct error *err)
{
	size_t bytes = HELPERS * sizeof(*h->order);

	memset(h, 0, sizeof(*h));
	h->cpu = cpu;
	h->order = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (h->order == MAP_FAILED) {
		h->order = NULL;
		return error_errno(err, errno, "cannot map %zu bytes", bytes);
	}
	if (mlock(h->order, bytes))
		h->order[0].unlocked = errno;
	for (int i = 0; i < HELPERS; i++) {
		h->pid[i] = fork();
		if (h->pid[i] < 0) {
			h->pid[i] = 0;
			return error_errno(err, errno, "cannot fork a helper of the rescue");
		}
		if (!h->pid[i])
			helper_main(&h->order[i], cpu);
	}
	return rehearse(h, err);
}

static int give_to_free(struct helpers *h, pid_t tid)
{
	int ignored;

	for (int i = 0; i < HELPERS; i++) {
		if (h->pid[i] && helpers_answered(h, i, &ignored))
			return give(h, i, tid);
	}
	return -EAGAIN;
}

int helpers_send(struct helpers *h, pid_t tid)
{
	return give_to_free(h, tid);
}

int helpers_trace(struct helpers *h)
{
	return h->order ? give_to_free(h, TRACE) : -EAGAIN;
}

int helpers_unlocked(const struct helpers *h)
{
	for (int i = 0; i < HELPERS && h->order; i++) {
		int e = load_relaxed(&h->order[i].unlocked);

		if (e)
			return e;
	}
	return 0;
}

void helpers_stop(struct helpers *h)
{
	int ignored;

	for (int i = 0; i < HELPERS && h->order; i++) {
		bool hangs = !helpers_answered(h, i, &ignored);

		if (!h->pid[i])
			continue;
		kill(h->pid[i], SIGKILL);
		waitpid(h->pid[i], NULL, hangs ? WNOHANG : 0);
	}
	if (h->order)
		munmap(h->order, HELPERS * sizeof(*h->order));
	memset(h, 0, sizeof(*h));
}
