/* SPDX-License-Identifier: GPL-2.0-only */
/* See cell_run.h. */
#include "sweep/cell_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "measure/clock.h"

static int note_begin(void *ctx, const struct given *given, const struct run_record *record)
{
	struct cell_page *page = ctx;

	page->run_began = clock_monotonic();
	return 0;
}

static int note_event(void *ctx, const struct event *event)
{
	struct cell_page *page = ctx;

	if (event->kind != EVENT_phase)
		return 0;
	if (event->value == PHASE_STORM)
		page->storm_began = clock_monotonic();
	else if (event->value == PHASE_STOP)
		page->storm_ended = clock_monotonic();
	return 0;
}

static int note_interval(void *ctx, const struct interval *i)
{
	struct cell_page *page = ctx;
	uint64_t since = i->when - page->interval;

	if (page->interval && since > i->seconds_ns)
		store_relaxed(&page->stood, page->stood + since - i->seconds_ns);
	page->interval = i->when;
	return 0;
}

struct run_sink cell_page_sink(struct cell_page *page)
{
	return (struct run_sink){
		.ctx = page, .begin = note_begin, .event = note_event, .interval = note_interval};
}

int cell_run_init(struct cell_run *c, struct error *err)
{
	c->pidfd = c->alive = -1;
	c->page = mmap(NULL, sizeof(*c->page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	if (c->page != MAP_FAILED)
		return 0;
	c->page = NULL;
	return error_errno(err, errno, "no memory shared with the cells");
}

void cell_run_free(struct cell_run *c)
{
	if (c->page)
		munmap(c->page, sizeof(*c->page));
	if (c->pidfd >= 0)
		close(c->pidfd);
	if (c->alive >= 0)
		close(c->alive);
	c->page = NULL;
	c->pidfd = c->alive = -1;
}

static void child(struct cell_page *page, const struct run_plan *plan, const char *dir)
{
	const struct run_sink then = cell_page_sink(page);
	char *path = NULL;

	if (directory_run(plan, dir, &then, &page->outcome, NULL, &path, &page->refused))
		_exit(VERDICT_BROKEN);
	page->run_ended = clock_monotonic();
	page->ran = true;
	_exit(run_outcome_code(&page->outcome));
}

int cell_run_start(struct cell_run *c, const struct run_plan *plan, const char *dir, int close_fd,
		   struct error *err)
{
	pid_t parent = getpid();
	int alive[2];

	memset(c->page, 0, sizeof(*c->page));
	if (c->alive >= 0)
		close(c->alive);
	c->alive = -1;
	if (pipe2(alive, O_CLOEXEC))
		return error_errno(err, errno, "cannot make a pipe for the cell");
	c->pid = fork();
	if (c->pid)
		close(alive[1]);
	c->alive = alive[0];
	if (c->pid < 0)
		return error_errno(err, errno, "cannot fork a process for the cell");
	if (!c->pid) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(VERDICT_BROKEN);
		interrupts_release();
		interrupts_catch();
		if (close_fd >= 0)
			close(close_fd);
		child(c->page, plan, dir);
	}
	setpgid(c->pid, c->pid);
	c->pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0);
	return 0;
}

bool cell_run_wait(struct cell_run *c, int ms, int *status)
{
	struct pollfd p = {.fd = c->pidfd, .events = POLLIN};

	/* A signal ends the poll early. A kernel before 5.3 has no pidfd: then it is a nap. */
	poll(&p, c->pidfd >= 0, c->pidfd >= 0 ? ms : MIN(ms, 20));
	if (waitpid(c->pid, status, WNOHANG) != c->pid)
		return false;
	if (c->pidfd >= 0)
		close(c->pidfd);
	c->pidfd = -1;
	return true;
}

bool cell_run_is_gone(struct cell_run *c, int ms)
{
	uint64_t until = clock_monotonic() + (uint64_t)ms * NSEC_PER_MSEC, now;
	struct pollfd p = {.fd = c->alive};

	do {
		now = clock_monotonic();
		ms = now < until ? (int)((until - now) / NSEC_PER_MSEC + 1) : 0;
		if (c->alive < 0 || (poll(&p, 1, ms) == 1 && p.revents & POLLHUP))
			return true;
	} while (ms);
	return false;
}

bool cell_run_await(struct cell_run *c, int ms, int *status)
{
	uint64_t until = clock_monotonic() + (uint64_t)ms * NSEC_PER_MSEC, now;

	do {
		now = clock_monotonic();
		ms = now < until ? (int)((until - now) / NSEC_PER_MSEC + 1) : 0;
		if (cell_run_wait(c, ms, status))
			return true;
	} while (ms);
	return false;
}
