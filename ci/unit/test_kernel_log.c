/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of a kernel log that a mail has: begins and ends where the report does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contract/event.h"
#include "report/kernel_line.h"
#include "report/kernel_log.h"

#define BEFORE                                                                                     \
	"[    1.000000] hrtimer: interrupt took 44990 ns\n"                                        \
	"[    2.000000] usb 1-1: new device\n"
#define REPORT                                                                                     \
	"[   19.424953] watchdog: BUG: soft lockup - CPU#0 stuck for 12s! [thpstorm:82]\n"         \
	"[   19.425238] Modules linked in:\n"                                                      \
	"[   19.425343] CPU: 0 PID: 82 Comm: thpstorm Tainted: G        W         5.10.262 #2\n"   \
	"[   19.425796] RIP: 0010:do_user_addr_fault+0x1cb/0x4e0\n"                                \
	"[   19.426322] RSP: 0018:ffa00000008c7c80 EFLAGS: 00000202\n"                             \
	"[   19.428737] Call Trace:\n"                                                             \
	"[   19.428737]  exc_page_fault+0x62/0x120\n"                                              \
	"[   19.428737]  __do_sys_newfstat+0x71/0xa0\n"                                            \
	"[   19.428737]  __x64_sys_newfstat+0x15/0x20\n"
#define USER                                                                                       \
	"[   19.428737] RIP: 0033:0x4b34c9\n"                                                      \
	"[   19.428737] Code: ff ff c3 66\n"                                                       \
	"[   19.428737] RSP: 002b:00007fdaf2f52068 EFLAGS: 00000246\n"
#define AFTER "[   19.500000] systemd[1]: something else\n"

static const struct kernel_wanted lockup_on_0 = {.kind = EVENT_soft_lockup, .cpu = 0};
static const struct kernel_wanted anything = {.kind = -1, .cpu = -1};

static void finds_of(const char *log, int kind, int cpu, int tid, const char *wanted)
{
	const struct kernel_wanted w = {.kind = kind, .cpu = cpu, .tid = tid};
	struct kernel_report r = kernel_report_find(log, &w);
	char *found = r.at ? strndup(r.at, r.length) : strdup("");

	if (strcmp(found, wanted))
		fail_msg("found:\n%swanted:\n%s", found, wanted);
	free(found);
}

static void finds(const char *log, int kind, int cpu, const char *wanted)
{
	finds_of(log, kind, cpu, 0, wanted);
}

static void from_its_first_line_to_the_end_of_its_trace(void **state)
{
	finds(BEFORE REPORT USER AFTER, EVENT_soft_lockup, 0, REPORT USER);
	finds(REPORT, EVENT_soft_lockup, 0, REPORT);
	/* A second later is another report. */
	finds(REPORT "[   25.000000]  old_timer+0x1/0x2\n", EVENT_soft_lockup, 0, REPORT);
	finds(BEFORE, EVENT_soft_lockup, 0, "");
	finds("", EVENT_soft_lockup, 0, "");
	finds("no timestamp\nand no newline", EVENT_soft_lockup, 0, "");
}

static void the_one_that_was_asked_for(void **state)
{
	static const char other[] =
		"[   10.000000] WARNING: CPU: 1 PID: 9 at mm/rmap.c:12 f+0x1/0x2\n"
		"[   10.000001] Call Trace:\n"
		"[   10.000002]  f+0x1/0x2\n"
		"[   10.000003] ---[ end trace 0123456789abcdef ]---\n";
	char log[4096];

	snprintf(log, sizeof(log), "%s%s%s", other, BEFORE, REPORT);
	finds(log, EVENT_soft_lockup, 0, REPORT);
	finds(log, EVENT_warning, 1, other);
	/* None of that kind, or of that CPU: the first that is more than a warning. */
	finds(log, EVENT_rcu_stall, 0, REPORT);
	finds(log, EVENT_soft_lockup, 3, REPORT);
	finds(log, -1, -1, REPORT);
	snprintf(log, sizeof(log), "%s%s", other, BEFORE);
	finds(log, EVENT_soft_lockup, 3, other);
}

/* The first lines of some reports look like nothing else; without a trace they are not taken. */
static void words_before_the_trace_belong_to_it(void **state)
{
	static const char hung[] =
		"[    5.000000] INFO: task x:1 blocked for more than 120 seconds.\n"
		"[    5.000001]       Not tainted 6.1.0\n"
		"[    5.000002] \"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\" disables it.\n"
		"[    5.000003] task:x state:D stack:0 pid:1\n"
		"[    5.000004] Call Trace:\n"
		"[    5.000005]  <TASK>\n"
		"[    5.000006]  schedule+0x5d/0xe0\n"
		"[    5.000007]  </TASK>\n";
	static const char lonely[] =
		"[    5.000000] BUG: Bad rss-counter state mm:1 type:1 val:2\n";
	char log[2048];

	snprintf(log, sizeof(log), "%s%s", hung, AFTER);
	finds(log, EVENT_hung_task, -1, hung);
	snprintf(log, sizeof(log), "%s[    5.000001] eth0: link up\n%s", lonely, AFTER);
	finds(log, EVENT_bad_page, -1, lonely);
}

static void stacks_that_were_asked_for(void **state)
{
	static const char head[] = "[    5.593185] sysrq: Show backtrace of all active CPUs\n";
	static const char on_3[] = "[    5.593795] NMI backtrace for cpu 3\n"
				   "[    5.593964] CPU: 3 PID: 61 Comm: thpstorm\n"
				   "[    5.594266] Call Trace:\n"
				   "[    5.594401]  dump_stack+0x5e/0x74\n";
	static const char on_0[] = "[    5.616840] NMI backtrace for cpu 0\n"
				   "[    5.616840] CPU: 0 PID: 82 Comm: thpstorm\n"
				   "[    5.616840] Call Trace:\n"
				   "[    5.616840]  cp_new_stat+0x112/0x120\n";
	char log[2048];

	snprintf(log, sizeof(log), "%s%s%s%s", head, on_3, on_0, AFTER);
	finds(log, EVENT_livelock, 0, on_0);
	finds(log, EVENT_livelock, 3, on_3);
	finds(log, EVENT_livelock, 7, on_3);
}

#define ASKER                                                                                      \
	"[    5.593185] sysrq: Show backtrace of all active CPUs\n"                                \
	"[    5.593795] NMI backtrace for cpu 3\n"                                                 \
	"[    5.593964] CPU: 3 UID: 0 PID: 61 Comm: thpstorm Not tainted 6.12.0 #1\n"              \
	"[    5.594266] Call Trace:\n"                                                             \
	"[    5.594401]  dump_stack_lvl+0x5e/0x74\n"                                               \
	"[    5.594402]  sysrq_handle_showallcpus+0x13/0x20\n"                                     \
	"[    5.594403]  write_sysrq_trigger+0x62/0x70\n"
#define IDLE                                                                                       \
	"[    5.594500] NMI backtrace for cpu 1\n"                                                 \
	"[    5.594501] CPU: 1 UID: 0 PID: 0 Comm: swapper/1 Not tainted 6.12.0 #1\n"              \
	"[    5.594502] RIP: 0010:pv_native_safe_halt+0xf/0x20\n"                                  \
	"[    5.594503] Call Trace:\n"                                                             \
	"[    5.594504]  default_idle+0x9/0x20\n"                                                  \
	"[    5.594505]  do_idle+0x1e3/0x240\n"
#define SKIPPED "[    5.594510] NMI backtrace for cpu 2 skipped: idling at default_idle+0xb/0x10\n"
#define STUCK                                                                                      \
	"[    5.616840] NMI backtrace for cpu 0\n"                                                 \
	"[    5.616841] CPU: 0 UID: 0 PID: 82 Comm: thpstorm Not tainted 6.12.0 #1\n"              \
	"[    5.616842] RIP: 0010:__migration_entry_wait+0x1b/0x60\n"                              \
	"[    5.616843] Call Trace:\n"                                                             \
	"[    5.616844]  cp_new_stat+0x112/0x120\n"

/* Whoever has nothing to do is not stuck, whatever CPU was asked for. */
static void not_of_an_idle_cpu(void **state)
{
	finds(ASKER IDLE SKIPPED STUCK AFTER, EVENT_livelock, -1, STUCK);
	finds(ASKER IDLE SKIPPED STUCK AFTER, -1, -1, STUCK);
	finds(ASKER IDLE SKIPPED STUCK AFTER, EVENT_livelock, 1, STUCK);
	finds(ASKER IDLE SKIPPED STUCK AFTER, EVENT_livelock, 2, STUCK);
	finds(IDLE SKIPPED, EVENT_livelock, 1, "");
	finds(SKIPPED, EVENT_livelock, 2, "");
	finds(IDLE STUCK IDLE, EVENT_livelock, -1, STUCK);
	/* A warning of the boot is not what a thread spins for. */
	finds("[    0.100000] WARNING: CPU: 1 PID: 1 at smpboot.c:427 f+0x1/0x2\n" IDLE STUCK,
	      EVENT_livelock, 0, STUCK);
}

/* It may have moved to another CPU since. */
static void of_the_thread(void **state)
{
	static const char other[] = "[    5.630000] NMI backtrace for cpu 5\n"
				    "[    5.630001] CPU: 5 PID: 83 Comm: thpstorm\n"
				    "[    5.630002] RIP: 0010:do_user_addr_fault+0x1/0x2\n"
				    "[    5.630003] Call Trace:\n"
				    "[    5.630004]  exc_page_fault+0x1/0x2\n";
	char log[4096];

	snprintf(log, sizeof(log), "%s%s%s", ASKER IDLE, STUCK, other);
	finds_of(log, EVENT_livelock, 0, 83, other);
	finds_of(log, EVENT_livelock, 5, 82, STUCK);
	finds_of(log, EVENT_livelock, 5, 99, other);
}

/* The idle CPU that noticed the stall is not the one that is stalled. */
static void harm_that_an_idle_cpu_tells_of(void **state)
{
#define STALL                                                                                      \
	"[    5.500000] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\n"                   \
	"[    5.500001] rcu: \t0-...0: (1 GPs behind)\n"                                           \
	"[    5.500002] Sending NMI from CPU 1 to CPUs 0-1:\n" IDLE STUCK
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	const struct kernel_wanted stall = {.kind = EVENT_rcu_stall, .cpu = -1};
	struct kernel_report r = kernel_report_find(STALL AFTER, &stall);

	assert_int_equal(r.rank, KERNEL_REPORT_EXACT);
	kernel_report_print(out, &r, 100);
	fclose(out);
	assert_null(strstr(text, "safe_halt"));
	assert_non_null(strstr(text, "cp_new_stat"));
	assert_non_null(strstr(text, "(left out: the stacks of 1 idle CPU)\n"));
	free(text);
	finds(STALL AFTER, EVENT_livelock, 0, STUCK);
}

/* A console says who called printk() and ends lines its own way, pstore has priorities, journalctl a host. */
static void lines_of_other_logs(void **state)
{
	static const struct {
		const char *line, *text;
		unsigned long long usec;
	} lines[] = {
		{"[   19.424953] a b\n", "a b", 19424953},
		{"[   19.424953]  indented\n", " indented", 19424953},
		{"[   19.424953][   T82] a b\n", "a b", 19424953},
		{"[   19.424953][    C0]  x\n", " x", 19424953},
		{"<4>[   19.424953] a b\n", "a b", 19424953},
		{"[   19.424953] host kernel: a b\n", "a b", 19424953},
		{"[   19.424953] host kernel:  x\n", " x", 19424953},
		{"[   19.424953] Unable to handle kernel: x\n", "Unable to handle kernel: x",
		 19424953},
		{"[   19.424953] [x] y\n", "[x] y", 19424953},
		{"[   19.424953]", "", 19424953},
		{"[   19.424953][", "[", 19424953},
		{"no time\n", "no time", 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct kernel_line l;

		assert_true(kernel_line_at(lines[i].line, &l));
		if (l.text_length != strlen(lines[i].text) ||
		    memcmp(l.text, lines[i].text, l.text_length))
			fail_msg("'%.*s' of %s", (int)l.text_length, l.text, lines[i].line);
		assert_int_equal(l.usec, lines[i].usec);
		assert_int_equal(l.length, strlen(lines[i].line));
	}
}

static char *printed(const char *log, unsigned lines)
{
	struct kernel_report r = kernel_report_find(log, &lockup_on_0);
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	kernel_report_print(out, &r, lines);
	fclose(out);
	return text;
}

static void printed_as_the_kernel_did(void **state)
{
	char *text = printed(BEFORE REPORT USER AFTER, 100);

	assert_string_equal(text, REPORT "(left out: 3 lines of user-mode registers)\n");
	free(text);
	text = printed(REPORT, 2);
	assert_non_null(strstr(text, "Modules linked in:\n(and 7 more lines)\n"));
	free(text);
	text = printed("[    1.000000] BUG: \x1b[31m\xe9\t.\n", 5);
	assert_string_equal(text, "[    1.000000] BUG: ?[31m? .\n");
	free(text);
	text = printed("", 5);
	assert_string_equal(text, "");
	free(text);
}

static void the_system_call_of_the_trace(void **state)
{
	struct kernel_report r = kernel_report_find(REPORT, &lockup_on_0);
	char name[32] = "";

	assert_true(kernel_report_syscall(&r, name, sizeof(name)));
	assert_string_equal(name, "newfstat");
	r = kernel_report_find("[    1.000000] BUG: x\n", &anything);
	assert_false(kernel_report_syscall(&r, name, sizeof(name)));
	r = kernel_report_find("", &anything);
	assert_false(kernel_report_syscall(&r, name, sizeof(name)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_its_first_line_to_the_end_of_its_trace),
		cmocka_unit_test(the_one_that_was_asked_for),
		cmocka_unit_test(words_before_the_trace_belong_to_it),
		cmocka_unit_test(stacks_that_were_asked_for),
		cmocka_unit_test(not_of_an_idle_cpu),
		cmocka_unit_test(of_the_thread),
		cmocka_unit_test(harm_that_an_idle_cpu_tells_of),
		cmocka_unit_test(lines_of_other_logs),
		cmocka_unit_test(printed_as_the_kernel_did),
		cmocka_unit_test(the_system_call_of_the_trace),
	};

	return cmocka_run_group_tests_name("kernel_log", tests, NULL, NULL);
}
