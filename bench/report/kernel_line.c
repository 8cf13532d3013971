/* SPDX-License-Identifier: GPL-2.0-only */
/* See kernel_line.h. */
#include "report/kernel_line.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "detect/kmsg_parse.h"

#define HOST_MAX 80

/* Behind "HOST kernel: ", where @text begins so. */
static size_t behind_host(const char *text, size_t n)
{
	static const char mark[] = " kernel: ";
	const char *blank = memchr(text, ' ', MIN(n, (size_t)HOST_MAX));
	size_t host = blank ? (size_t)(blank - text) : 0;

	return host && n - host >= strlen(mark) && !memcmp(blank, mark, strlen(mark))
		       ? host + strlen(mark)
		       : 0;
}

bool kernel_line_at(const char *at, struct kernel_line *l)
{
	size_t n = strcspn(at, "\n"), head = 0;
	unsigned long long seconds, usec;
	char stamp[64];
	int used = 0;

	if (!*at)
		return false;
	*l = (struct kernel_line){
		.at = at, .length = n + (at[n] == '\n'), .text = at, .text_length = n};
	if (at[0] == '<' && isdigit((unsigned char)at[1]) && n > 3 && at[2] == '>')
		head = 3;
	/* A copy: sscanf(3) looks for the end of all that it is given, which is the whole log. */
	snprintf(stamp, sizeof(stamp), "%.*s", (int)MIN(n - head, sizeof(stamp) - 1), at + head);
	if (sscanf(stamp, "[ %12llu.%6llu] %n", &seconds, &usec, &used) != 2 || !used)
		return true;
	/* %n went over blanks that belong to the text: a call trace is indented. */
	head += strcspn(at + head, "]") + 1;
	if (at[head] == '[' &&
	    (isspace((unsigned char)at[head + 1]) || at[head + 1] == 'T' || at[head + 1] == 'C'))
		head += strcspn(at + head, "]\n") + 1;
	head = MIN(head + (at[head] == ' '), n);
	head += behind_host(at + head, n - head);
	l->usec = seconds * 1000000 + usec;
	l->text = at + head;
	l->text_length = n - head;
	return true;
}

bool kernel_line_begins(const struct kernel_line *l, const char *word)
{
	size_t n = strlen(word);

	return l->text_length >= n && !memcmp(l->text, word, n);
}

static bool any_begins(const struct kernel_line *l, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (kernel_line_begins(l, words[i]))
			return true;
	}
	return false;
}

int kernel_line_classify(const struct kernel_line *l, int *cpu)
{
	char text[1024];

	snprintf(text, sizeof(text), "%.*s", (int)l->text_length, l->text);
	return kmsg_classify(text, cpu);
}

/* lib/nmi_backtrace.c; drivers/tty/sysrq.c, where there is no NMI. */
bool kernel_line_heads_stack(const struct kernel_line *l, int cpu)
{
	static const char *const marks[] = {"NMI backtrace for cpu ", "sysrq: CPU"};

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		size_t n = strlen(marks[i]);

		if (kernel_line_begins(l, marks[i]) && l->text_length > n &&
		    isdigit((unsigned char)l->text[n]))
			return cpu < 0 || atoi(l->text + n) == cpu;
	}
	return false;
}

/*
 * arch/x86/kernel/dumpstack.c, arch/x86/kernel/process_64.c, arch/arm64/kernel/process.c,
 * lib/dump_stack.c: a name of two or three characters and a colon is a register.
 */
bool kernel_line_is_register(const struct kernel_line *l)
{
	const char *colon = memchr(l->text, ':', MIN(l->text_length, (size_t)5));
	size_t n = colon ? (size_t)(colon - l->text) : 0;

	while (n && l->text[n - 1] == ' ')
		n--;
	return n >= 2 && (l->text[0] == 'R' || l->text[0] == 'E' || l->text[0] == 'x' ||
			  l->text[0] == 'C' || l->text[0] == 'D' || l->text[0] == 'F' ||
			  l->text[0] == 'p' || l->text[0] == 'l' || l->text[0] == 's');
}

bool kernel_line_is_trace(const struct kernel_line *l)
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

	return !l->text_length || kernel_line_is_register(l) ||
	       any_begins(l, words, ARRAY_SIZE(words)) || kernel_line_classify(l, &cpu) >= 0;
}

bool kernel_line_begins_trace(const struct kernel_line *l)
{
	return kernel_line_begins(l, "Call Trace") || kernel_line_begins(l, "Call trace");
}
