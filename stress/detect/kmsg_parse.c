/* SPDX-License-Identifier: GPL-2.0-only */
/* Records of the kernel log and what they announce. See kmsg_parse.h. */
#include "detect/kmsg_parse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/event.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* \xNN escapes of non-printable bytes and of the backslash itself, in place. */
static void decode(char *text)
{
	char *to = text;

	for (const char *at = text; *at; at++) {
		if (at[0] == '\\' && at[1] == 'x' && hex(at[2]) >= 0 && hex(at[3]) >= 0) {
			*to++ = (char)(hex(at[2]) << 4 | hex(at[3]));
			at += 3;
		} else {
			*to++ = *at;
		}
	}
	*to = '\0';
}

int kmsg_parse(char *buf, struct kmsg_record *r)
{
	unsigned priority;
	unsigned long long sequence, usec;
	char *text = strchr(buf, ';');

	if (!text || sscanf(buf, "%u,%llu,%llu,", &priority, &sequence, &usec) != 3)
		return -EINVAL;
	r->facility = priority >> 3;
	r->level = priority & 7;
	r->sequence = sequence;
	r->usec = usec;
	r->text = text + 1;
	/* The dictionary follows the first newline; newlines of the text itself are escaped. */
	r->text[strcspn(r->text, "\n")] = '\0';
	decode(r->text);
	return 0;
}

enum where { AT_START, ANYWHERE };

/*
 * The kernel's own format strings, 5.10 to 7.x: kernel/watchdog.c, kernel/watchdog_perf.c (5.10:
 * watchdog_hld.c), kernel/rcu/tree_stall.h, kernel/hung_task.c, kernel/workqueue.c, kernel/panic.c,
 * arch/x86/mm/fault.c, arch/x86/kernel/dumpstack.c, mm/page_alloc.c, mm/memory.c, mm/debug.c,
 * mm/oom_kill.c, lib/list_debug.c, mm/kasan/report.c. In order; the first that matches counts.
 */
static const struct pattern {
	enum event_kind kind;
	enum where where;
	const char *text;
	const char *also; /* must be there too, after it; NULL: nothing */
} patterns[] = {
	{EVENT_soft_lockup, ANYWHERE, "BUG: soft lockup - CPU#", "stuck for"},
	{EVENT_hard_lockup, ANYWHERE, "Watchdog detected hard LOCKUP", NULL},
	{EVENT_hard_lockup, ANYWHERE, "hard LOCKUP on cpu", NULL},
	{EVENT_rcu_stall, AT_START, "rcu: INFO: ", "self-detected stall on CPU"},
	{EVENT_rcu_stall, AT_START, "rcu: INFO: ", "detected stalls on CPUs/tasks"},
	{EVENT_rcu_stall, AT_START, "rcu: INFO: ", "detected expedited stalls on CPUs/tasks"},
	{EVENT_hung_task, AT_START, "INFO: task ", "blocked for more than"},
	{EVENT_hung_task, AT_START, "INFO: task ", "blocked in I/O wait for more than"},
	{EVENT_workqueue_lockup, AT_START, "BUG: workqueue lockup", NULL},
	{EVENT_bad_page, AT_START, "BUG: Bad page state in process", NULL},
	{EVENT_bad_page, AT_START, "BUG: Bad page map in process", NULL},
	{EVENT_bad_page, AT_START, "BUG: Bad rss-counter state", NULL},
	{EVENT_bad_page, AT_START, "BUG: non-zero pgtables_bytes", NULL},
	{EVENT_bad_page, AT_START, "page dumped because:", NULL},
	{EVENT_warning, AT_START, "WARNING: CPU: ", NULL},
	{EVENT_warning, AT_START, "WARNING: ", ", CPU#"},
	{EVENT_warning, AT_START, "WARNING: at ", NULL},
	{EVENT_warning, AT_START, "WARNING: possible ", NULL},
	{EVENT_warning, AT_START, "WARNING: suspicious RCU usage", NULL},
	{EVENT_warning, AT_START, "WARNING: inconsistent lock state", NULL},
	{EVENT_bug, AT_START, "kernel BUG at ", NULL},
	{EVENT_bug, AT_START, "BUG: ", NULL},
	{EVENT_bug, AT_START, "Oops: ", NULL},
	{EVENT_bug, AT_START, "general protection fault", NULL},
	{EVENT_bug, AT_START, "Unable to handle kernel ", NULL},
	{EVENT_bug, AT_START, "Internal error: ", NULL},
	{EVENT_bug, AT_START, "UBSAN: ", NULL},
	{EVENT_bug, AT_START, "list_add corruption", NULL},
	{EVENT_bug, AT_START, "list_del corruption", NULL},
	{EVENT_bug, AT_START, "Kernel panic - not syncing", NULL},
	{EVENT_oom, AT_START, "Out of memory: Killed process", NULL},
	{EVENT_oom, AT_START, "Memory cgroup out of memory: Killed process", NULL},
};

/* Prefixes that printk's users put before some of them. */
static const char *skip_prefix(const char *text)
{
	static const char *const prefixes[] = {"watchdog: ", "workqueue: "};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (!strncmp(text, prefixes[i], strlen(prefixes[i])))
			return text + strlen(prefixes[i]);
	}
	return text;
}

static int find_cpu(const char *text)
{
	static const char *const marks[] = {"CPU#", "WARNING: CPU: ", "LOCKUP on cpu ", "CPU"};

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		const char *at = strstr(text, marks[i]);

		unsigned cpu;

		/* No machine has more digits of them. */
		at = at ? at + strlen(marks[i]) : "";
		if (*at >= '0' && *at <= '9' && sscanf(at, "%5u", &cpu) == 1)
			return (int)cpu;
	}
	return -1;
}

/* The number at the end of @text, @n long, behind a ':'. */
static int number_behind_colon(const char *text, size_t n)
{
	size_t at = n;
	int tid;

	while (at && text[at - 1] >= '0' && text[at - 1] <= '9')
		at--;
	if (!at || at == n || text[at - 1] != ':' || sscanf(text + at, "%9d", &tid) != 1)
		return 0;
	return tid;
}

int kmsg_thread(const char *text, int kind)
{
	static const char pid[] = " PID: ";
	const char *end = NULL;
	int tid;

	if (kind == EVENT_soft_lockup)
		end = strrchr(text, ']');
	else if (kind == EVENT_hung_task)
		end = strstr(text, " blocked ");
	if (end)
		return number_behind_colon(text, (size_t)(end - text));
	end = kind == EVENT_warning ? strstr(text, pid) : NULL;
	return end && sscanf(end + strlen(pid), "%9d", &tid) == 1 && tid > 0 ? tid : 0;
}

int kmsg_classify(const char *text, int *cpu)
{
	const char *start = skip_prefix(text);

	*cpu = -1;
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		const struct pattern *p = &patterns[i];
		const char *at = strstr(start, p->text);

		if (!at || (p->where == AT_START && at != start))
			continue;
		if (p->also && !strstr(at + strlen(p->text), p->also))
			continue;
		*cpu = find_cpu(text);
		return (int)p->kind;
	}
	return -1;
}
