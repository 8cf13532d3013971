/* SPDX-License-Identifier: GPL-2.0-only */
/* See thread_state.h. */
#include "run/thread_state.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX 2048

static int open_of(pid_t process, pid_t tid, const char *name)
{
	char path[96], first[TEXT_MAX];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", (int)process, (int)tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && pread(fd, first, sizeof(first), 0) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

void thread_files_open(struct thread_files *f, pid_t process, pid_t tid)
{
	f->stat = open_of(process, tid, "stat");
	f->schedstat = open_of(process, tid, "schedstat");
	f->stack = open_of(process, tid, "stack");
}

void thread_files_close(struct thread_files *f)
{
	if (f->stat >= 0)
		close(f->stat);
	if (f->schedstat >= 0)
		close(f->schedstat);
	if (f->stack >= 0)
		close(f->stack);
	f->stat = f->schedstat = f->stack = -1;
}

static const char *read_text(int fd, char *buf)
{
	ssize_t n = fd < 0 ? -1 : pread(fd, buf, TEXT_MAX - 1, 0);

	buf[n > 0 ? n : 0] = '\0';
	return buf;
}

/* man 5 proc_pid_stat: state is field 3, utime 14, stime 15, processor 39. */
void thread_look_parse(const char *stat, const char *schedstat, struct thread_look *look)
{
	const char *at = strrchr(stat, ')');
	uint64_t ticks = 0;
	int field = 2;

	*look = (struct thread_look){.cpu = -1};
	if (!at)
		return;
	for (at = strchr(at, ' '); at; at = strchr(at + 1, ' ')) {
		field++;
		if (field == 3)
			look->state = at[1];
		else if (field == 14 || field == 15)
			ticks += strtoull(at + 1, NULL, 10);
		else if (field == 39)
			look->cpu = atoi(at + 1);
	}
	look->known = field >= 39;
	look->run = strtoull(schedstat, NULL, 10);
	if (!look->run)
		look->run = ticks * (NSEC_PER_SEC / (uint64_t)sysconf(_SC_CLK_TCK));
}

void thread_look(const struct thread_files *f, struct thread_look *look)
{
	char stat[TEXT_MAX], schedstat[TEXT_MAX];

	thread_look_parse(read_text(f->stat, stat), read_text(f->schedstat, schedstat), look);
}

/* Lines of "[<0>] function+0x1d/0x40". */
void thread_stack(const struct thread_files *f, char *buf, size_t size)
{
	char text[TEXT_MAX];
	size_t used = 0;

	buf[0] = '\0';
	for (const char *at = read_text(f->stack, text); (at = strstr(at, "] ")); at += 2) {
		int name = (int)strcspn(at + 2, "+\n"), n;

		n = snprintf(buf + used, size - used, "%s%.*s", used ? " < " : "", name, at + 2);
		if (n < 0 || (size_t)n >= size - used) {
			buf[used] = '\0';
			return;
		}
		used += (size_t)n;
	}
}
