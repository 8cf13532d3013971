/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * See kernel_log.h. Reports of several CPUs may be mixed line by line; nothing in the log tells
 * them apart, so they stay together.
 */
#include "report/kernel_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/plural.h"
#include "contract/event.h"
#include "report/kernel_line.h"

#define HEAD_LINES 30 /* within so many lines of a report its trace begins */
#define GAP_US	   1000000

/* From @first on: up to where no line of a trace follows, or the trace says that it ends. */
static struct kernel_report report_from(const struct kernel_line *first)
{
	struct kernel_line l = *first;
	const char *end = l.at + l.length;
	unsigned long long last = l.usec;
	bool traced = false, whole = true;

	for (unsigned n = 0; kernel_line_next(&l); n++) {
		bool of_trace;

		if (l.usec > last + GAP_US ||
		    (kernel_line_heads_stack(first, -1) && kernel_line_heads_stack(&l, -1)))
			break;
		last = l.usec;
		of_trace = kernel_line_is_trace(&l);
		whole &= of_trace;
		traced |= kernel_line_begins_trace(&l);
		/* Its own words come before the trace. Without one, only what looks like it is its. */
		if (!of_trace && (traced || n >= HEAD_LINES))
			break;
		if (traced || whole)
			end = l.at + l.length;
		if (kernel_line_begins(&l, "---[ end trace"))
			break;
	}
	return (struct kernel_report){.at = first->at, .length = (size_t)(end - first->at)};
}

static bool in_report(const struct kernel_report *r, const struct kernel_line *l)
{
	return l->at < r->at + r->length;
}

/* Comm and PID stand in one line of each trace's header; PID: 0 runs where nobody else wants to. */
static bool has_pid(const struct kernel_report *r, int pid)
{
	static const char mark[] = " PID: ";
	struct kernel_line l;

	for (bool more = kernel_line_at(r->at, &l); more && in_report(r, &l);
	     more = kernel_line_next(&l)) {
		const char *at = kernel_line_begins(&l, "CPU: ")
					 ? memmem(l.text, l.text_length, mark, strlen(mark))
					 : NULL;

		if (at)
			return atoi(at + strlen(mark)) == pid;
	}
	return false;
}

/*
 * The CPU had nothing to do: by the function that it was in, where that stands there, else by the
 * thread, else as nmi_cpu_backtrace() says so.
 */
static bool is_idle(const struct kernel_report *r)
{
	static const char *const places[] = {"RIP: 0010:", "pc : "};
	static const char *const idle[] = {"default_idle",     "pv_native_safe_halt",
					   "native_safe_halt", "safe_halt",
					   "acpi_idle",	       "acpi_safe_halt",
					   "intel_idle",       "mwait_idle",
					   "cpuidle_",	       "poll_idle",
					   "cpu_do_idle",      "arch_cpu_idle",
					   "do_idle",	       "haltpoll",
					   "xen_safe_halt",    "tdx_safe_halt"};
	struct kernel_line l;

	for (bool more = kernel_line_at(r->at, &l); more && in_report(r, &l);
	     more = kernel_line_next(&l)) {
		if (kernel_line_heads_stack(&l, -1) &&
		    memmem(l.text, l.text_length, "skipped: idling", strlen("skipped: idling")))
			return true;
		for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
			size_t n = strlen(places[i]);

			if (!kernel_line_begins(&l, places[i]))
				continue;
			for (size_t k = 0; k < ARRAY_SIZE(idle); k++) {
				if (l.text_length - n > strlen(idle[k]) &&
				    !memcmp(l.text + n, idle[k], strlen(idle[k])))
					return true;
			}
			return false;
		}
	}
	return has_pid(r, 0);
}

static bool holds(const struct kernel_report *r, const char *text)
{
	return memmem(r->at, r->length, text, strlen(text));
}

/* How well it is what is wanted. */
static enum kernel_report_rank rank(const struct kernel_report *r, const struct kernel_line *head,
				    const struct kernel_wanted *w)
{
	int cpu, kind = kernel_line_classify(head, &cpu);

	if (kind >= 0 && event_weights[kind] == WEIGHT_FINDING) {
		if (kind == w->kind && (w->cpu < 0 || cpu == w->cpu))
			return KERNEL_REPORT_EXACT;
		if (is_idle(r))
			return KERNEL_REPORT_HARM_IDLE;
		return kind == EVENT_warning ? KERNEL_REPORT_WARNING : KERNEL_REPORT_HARM;
	}
	if (!kernel_line_heads_stack(head, -1) || is_idle(r))
		return KERNEL_REPORT_NONE;
	if (w->tid > 0 && has_pid(r, w->tid))
		return KERNEL_REPORT_THREAD;
	/* Who asked for the stacks is not the one who is stuck. */
	if (holds(r, "sysrq_handle_showallcpus") || holds(r, "write_sysrq_trigger"))
		return KERNEL_REPORT_STACK_OF_ASKER;
	if (w->cpu >= 0 && kernel_line_heads_stack(head, w->cpu))
		return KERNEL_REPORT_STACK_OF_CPU;
	return holds(r, "Comm: thpstorm") ? KERNEL_REPORT_STACK_OF_STORM : KERNEL_REPORT_STACK;
}

struct kernel_report kernel_report_find(const char *log, const struct kernel_wanted *wanted)
{
	struct kernel_report best = {.rank = KERNEL_REPORT_NONE};
	struct kernel_line l;

	for (bool more = kernel_line_at(log, &l); more && best.rank != KERNEL_REPORT_EXACT;
	     more = kernel_line_next(&l)) {
		struct kernel_report r;
		int cpu;

		if (!kernel_line_heads_stack(&l, -1) && kernel_line_classify(&l, &cpu) < 0)
			continue;
		r = report_from(&l);
		r.rank = rank(&r, &l, wanted);
		if (r.rank < best.rank)
			best = r;
	}
	return best;
}

static bool is_user_rip(const struct kernel_line *l)
{
	return kernel_line_begins(l, "RIP: 0033:") || kernel_line_begins(l, "RIP: 002b:");
}

static void print_line(FILE *out, const struct kernel_line *l)
{
	for (const char *c = l->at; c < l->at + l->length && *c != '\n'; c++)
		putc(*c >= ' ' && *c <= '~' ? *c : *c == '\t' ? ' ' : '?', out);
	putc('\n', out);
}

void kernel_report_print(FILE *out, const struct kernel_report *report, unsigned lines)
{
	unsigned printed = 0, user = 0, more = 0, idle = 0;
	const char *idle_until = report->at;
	bool in_user = false;
	struct kernel_line l;

	if (!report->at)
		return;
	for (bool any = kernel_line_at(report->at, &l); any && in_report(report, &l);
	     any = kernel_line_next(&l)) {
		struct kernel_report stack = {.at = NULL};

		if (l.at >= idle_until && kernel_line_heads_stack(&l, -1))
			stack = report_from(&l);
		if (stack.at && is_idle(&stack)) {
			idle_until = stack.at + stack.length;
			idle++;
		}
		in_user = is_user_rip(&l) || (in_user && (kernel_line_begins(&l, "Code:") ||
							  kernel_line_is_register(&l)));
		if (l.at < idle_until)
			continue;
		if (in_user) {
			user++;
		} else if (printed < lines) {
			print_line(out, &l);
			printed++;
		} else {
			more++;
		}
	}
	if (user)
		fprintf(out, "(left out: %u line%s of user-mode registers)\n", user, plural(user));
	if (idle)
		fprintf(out, "(left out: the stacks of %u idle CPU%s)\n", idle, plural(idle));
	if (more)
		fprintf(out, "(and %u more line%s)\n", more, plural(more));
}

bool kernel_report_syscall(const struct kernel_report *report, char *buf, size_t size)
{
	static const char *const marks[] = {"__x64_sys_", "__arm64_sys_", "__do_sys_", "__se_sys_"};
	const char *first = NULL;

	for (size_t i = 0; report->at && i < ARRAY_SIZE(marks); i++) {
		const char *at = memmem(report->at, report->length, marks[i], strlen(marks[i]));

		if (at && (!first || at < first)) {
			first = at;
			at += strlen(marks[i]);
			snprintf(buf, size, "%.*s",
				 (int)strspn(at, "abcdefghijklmnopqrstuvwxyz_0123456789"), at);
		}
	}
	return first;
}
