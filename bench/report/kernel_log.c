/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * See kernel_log.h. Reports of several CPUs may be mixed line by line; nothing in the log tells
 * them apart, so they stay together.
 */
#include "report/kernel_log.h"

#include <stdlib.h>
#include <string.h>

#include "contract/event.h"
#include "detect/kmsg_parse.h"

#define HEAD_LINES 30 /* within so many lines of a report its trace begins */
#define GAP_US	   1000000

struct line {
	const char *at; /* with its timestamp */
	size_t length;	/* with its newline */
	const char *text;
	size_t text_length;
	unsigned long long usec;
};

/* The line at @at; false at the log's end. */
static bool line_at(const char *at, struct line *l)
{
	size_t n = strcspn(at, "\n");
	unsigned long long seconds, usec;
	int used = 0;

	if (!*at)
		return false;
	*l = (struct line){.at = at, .length = n + (at[n] == '\n'), .text = at, .text_length = n};
	if (sscanf(at, "[ %12llu.%6llu] %n", &seconds, &usec, &used) != 2 || !used)
		return true;
	/* %n went over blanks that belong to the text: a call trace is indented. */
	used = (int)strcspn(at, "]") + 2;
	if ((size_t)used > n)
		used = (int)n;
	l->usec = seconds * 1000000 + usec;
	l->text = at + used;
	l->text_length = n - (size_t)used;
	return true;
}

static bool next_line(struct line *l)
{
	return line_at(l->at + l->length, l);
}

static bool begins(const struct line *l, const char *word)
{
	size_t n = strlen(word);

	return l->text_length >= n && !memcmp(l->text, word, n);
}

static bool any_begins(const struct line *l, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (begins(l, words[i]))
			return true;
	}
	return false;
}

static int classify(const struct line *l, int *cpu)
{
	char text[1024];

	snprintf(text, sizeof(text), "%.*s", (int)l->text_length, l->text);
	return kmsg_classify(text, cpu);
}

static bool is_stack_of(const struct line *l, int cpu)
{
	static const char mark[] = "NMI backtrace for cpu ";

	return begins(l, mark) && (cpu < 0 || atoi(l->text + strlen(mark)) == cpu);
}

/*
 * arch/x86/kernel/dumpstack.c, arch/x86/kernel/process_64.c, arch/arm64/kernel/process.c,
 * lib/dump_stack.c: a name of two or three characters and a colon is a register.
 */
static bool is_register(const struct line *l)
{
	const char *colon = memchr(l->text, ':', MIN(l->text_length, (size_t)5));
	size_t n = colon ? (size_t)(colon - l->text) : 0;

	while (n && l->text[n - 1] == ' ')
		n--;
	return n >= 2 && (l->text[0] == 'R' || l->text[0] == 'E' || l->text[0] == 'x' ||
			  l->text[0] == 'C' || l->text[0] == 'D' || l->text[0] == 'F' ||
			  l->text[0] == 'p' || l->text[0] == 'l' || l->text[0] == 's');
}

/* Part of a trace, or of the header of one. */
static bool is_trace(const struct line *l)
{
	static const char *const words[] = {
		" ",
		"Call Trace",
		"Call trace",
		"Code:",
		"CPU:",
		"PKRU:",
		"Modules",
		"Hardware name:",
		"Tainted:",
		"Workqueue:",
		"task:",
		"Kernel ",
		"NMI backtrace",
		"irq event",
		"hardirqs last",
		"ORIG_",
		"softirqs",
		"---[ ",
		"Sending NMI",
		"Stack:",
		"CS:",
		"ES:",
		"EFLAGS:",
		"pstate:",
		"rcu: ",
		"INFO: NMI handler",
	};
	int cpu;

	return !l->text_length || is_register(l) || any_begins(l, words, ARRAY_SIZE(words)) ||
	       classify(l, &cpu) >= 0;
}

static bool is_call_trace(const struct line *l)
{
	return begins(l, "Call Trace") || begins(l, "Call trace");
}

/* From @first on: up to where no line of a trace follows, or the trace says that it ends. */
static struct kernel_report report_from(const struct line *first)
{
	struct line l = *first;
	const char *end = l.at + l.length;
	unsigned long long last = l.usec;
	bool traced = false, whole = true;

	for (unsigned n = 0; next_line(&l); n++) {
		if (l.usec > last + GAP_US || (traced && begins(first, "NMI") && begins(&l, "NMI")))
			break;
		last = l.usec;
		whole &= is_trace(&l);
		traced |= is_call_trace(&l);
		/* Its own words come before the trace. Without one, only what looks like it is its.
		 */
		if (!is_trace(&l) && (traced || n >= HEAD_LINES))
			break;
		if (traced || whole)
			end = l.at + l.length;
		if (begins(&l, "---[ end trace"))
			break;
	}
	return (struct kernel_report){.at = first->at, .length = (size_t)(end - first->at)};
}

static bool announces(const struct line *l, int kind, int cpu)
{
	int named, found = classify(l, &named);

	if (found < 0 || event_weights[found] != WEIGHT_FINDING)
		return false;
	return kind < 0 || (found == kind && (cpu < 0 || named == cpu));
}

struct kernel_report kernel_report_find(const char *log, int kind, int cpu)
{
	/* The more exact first. */
	const int kinds[] = {kind, -1}, cpus[] = {cpu, -1};
	struct line l;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		for (bool more = line_at(log, &l); more; more = next_line(&l)) {
			if (announces(&l, kinds[i], cpu))
				return report_from(&l);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(cpus); i++) {
		for (bool more = line_at(log, &l); more; more = next_line(&l)) {
			if (is_stack_of(&l, cpus[i]))
				return report_from(&l);
		}
	}
	return (struct kernel_report){.at = NULL};
}

static bool is_user_rip(const struct line *l)
{
	return begins(l, "RIP: 0033:") || begins(l, "RIP: 002b:");
}

static bool in_report(const struct kernel_report *r, const struct line *l)
{
	return l->at < r->at + r->length;
}

static void print_line(FILE *out, const struct line *l)
{
	for (const char *c = l->at; c < l->at + l->length && *c != '\n'; c++)
		putc(*c >= ' ' && *c <= '~' ? *c : *c == '\t' ? ' ' : '?', out);
	putc('\n', out);
}

void kernel_report_print(FILE *out, const struct kernel_report *report, unsigned lines)
{
	unsigned printed = 0, user = 0, more = 0;
	bool in_user = false;
	struct line l;

	if (!report->at)
		return;
	for (bool any = line_at(report->at, &l); any && in_report(report, &l);
	     any = next_line(&l)) {
		in_user = is_user_rip(&l) || (in_user && (begins(&l, "Code:") || is_register(&l)));
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
		fprintf(out, "(left out: %u lines of user-mode registers)\n", user);
	if (more)
		fprintf(out, "(and %u more lines)\n", more);
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
