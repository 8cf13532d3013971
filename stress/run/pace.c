/* SPDX-License-Identifier: GPL-2.0-only */
/* See pace.h. */
#include "run/pace.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "measure/clock.h"

uint64_t pace_after(struct pace *p, bool met)
{
	if (p->rule == PACE_FIXED)
		return p->nap;
	if (met) {
		p->vain = 0;
		p->level -= MIN(p->level, PACE_RECOVERY);
	} else if (p->vain < PACE_PATIENCE) {
		p->vain++;
	} else {
		p->level = MIN(p->level + 1, PACE_LEVELS);
	}
	return p->nap || !p->level ? p->nap << p->level : PACE_STEP << p->level;
}

int owner_pace_nice(int nice, int plan, double waited, double storm_used)
{
	if (waited > 0.8 && storm_used < 0.5)
		return MAX(0, nice - PACE_NICE_STEP);
	if (waited < 0.5)
		return MIN(plan, nice + PACE_NICE_STEP);
	return nice;
}

void owner_pace_begin(struct owner_pace *p, enum pace_rule rule, int nice, unsigned cpus)
{
	*p = (struct owner_pace){.schedstat = -1, .nice = nice, .cpus = MAX(cpus, 1u)};
	if (rule == PACE_STEADY && nice > 0)
		p->schedstat = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
}

void owner_pace_end(struct owner_pace *p)
{
	if (p->schedstat >= 0)
		close(p->schedstat);
	p->schedstat = -1;
}

/* Time that the thread waited for a CPU, ns: kernel/sched/stats.h, sched_info_arrive(). */
static bool read_waited(int schedstat, uint64_t *waited)
{
	char text[96];
	ssize_t n = pread(schedstat, text, sizeof(text) - 1, 0);
	unsigned long long run, wait;

	if (n <= 0)
		return false;
	text[n] = '\0';
	if (sscanf(text, "%llu %llu", &run, &wait) != 2)
		return false;
	*waited = wait;
	return true;
}

int owner_pace_look(struct owner_pace *p, int plan, uint64_t now)
{
	struct owner_pace before = *p;
	struct timespec cpu;
	double wall;
	int nice;

	if (p->schedstat < 0 || now - p->wall < PACE_WINDOW)
		return p->nice;
	if (!read_waited(p->schedstat, &p->waited) ||
	    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu)) {
		owner_pace_end(p);
		return p->nice;
	}
	p->storm_cpu = timespec_to_ns(cpu);
	p->wall = now;
	if (!before.wall)
		return p->nice;
	wall = (double)(now - before.wall);
	nice = owner_pace_nice(p->nice, plan, (double)(p->waited - before.waited) / wall,
			       (double)(p->storm_cpu - before.storm_cpu) / (wall * p->cpus));
	/* Lowering it needs CAP_SYS_NICE or RLIMIT_NICE. */
	if (nice != p->nice && !setpriority(PRIO_PROCESS, 0, nice))
		p->nice = nice;
	return p->nice;
}
