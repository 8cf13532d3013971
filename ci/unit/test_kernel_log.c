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

static void finds(const char *log, int kind, int cpu, const char *wanted)
{
	struct kernel_report r = kernel_report_find(log, kind, cpu);
	char *found = r.at ? strndup(r.at, r.length) : strdup("");

	if (strcmp(found, wanted))
		fail_msg("found:\n%swanted:\n%s", found, wanted);
	free(found);
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
	/* None of that kind, or of that CPU: the first finding that there is. */
	finds(log, EVENT_rcu_stall, 0, other);
	finds(log, EVENT_soft_lockup, 3, other);
	finds(log, -1, -1, other);
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

static char *printed(const char *log, unsigned lines)
{
	struct kernel_report r = kernel_report_find(log, EVENT_soft_lockup, 0);
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
	struct kernel_report r = kernel_report_find(REPORT, EVENT_soft_lockup, 0);
	char name[32] = "";

	assert_true(kernel_report_syscall(&r, name, sizeof(name)));
	assert_string_equal(name, "newfstat");
	r = kernel_report_find("[    1.000000] BUG: x\n", -1, -1);
	assert_false(kernel_report_syscall(&r, name, sizeof(name)));
	r = kernel_report_find("", -1, -1);
	assert_false(kernel_report_syscall(&r, name, sizeof(name)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_its_first_line_to_the_end_of_its_trace),
		cmocka_unit_test(the_one_that_was_asked_for),
		cmocka_unit_test(words_before_the_trace_belong_to_it),
		cmocka_unit_test(stacks_that_were_asked_for),
		cmocka_unit_test(printed_as_the_kernel_did),
		cmocka_unit_test(the_system_call_of_the_trace),
	};

	return cmocka_run_group_tests_name("kernel_log", tests, NULL, NULL);
}
