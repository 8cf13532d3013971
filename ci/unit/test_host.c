/* SPDX-License-Identifier: GPL-2.0-only */
/* Facts about the machine, and the dangers found below a directory that stands for /. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "checker.h"
#include "put_file.h"
#include "system/host.h"

static char root[] = "/tmp/host.XXXXXX";

static int make(void **state)
{
	strcpy(root + strlen(root) - 6, "XXXXXX");
	return !mkdtemp(root);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	return remove(path);
}

static int unmake(void **state)
{
	return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Makes the file below the root, and the directories on the way. */
static void put(const char *path, const char *text)
{
	char full[256];

	snprintf(full, sizeof(full), "%s%s", root, path);
	for (char *at = full + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		mkdir(full, 0700);
		*at = '/';
	}
	put_file(full, text);
}

static void an_empty_root_has_no_dangers(void **state)
{
	char buf[200] = "#";

	assert_int_equal(host_dangers_below(root, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "");
}

static void what_is_off_is_no_danger(void **state)
{
	char buf[200];

	put("/proc/sys/kernel/softlockup_panic", "0\n");
	put("/proc/sys/kernel/panic_on_warn", "0\n");
	put("/sys/class/watchdog/watchdog0/state", "inactive\n");
	assert_int_equal(host_dangers_below(root, buf, sizeof(buf)), 0);
}

static void every_danger_is_named(void **state)
{
	static const char *const knobs[] = {"softlockup_panic", "hung_task_panic", "panic_on_warn",
					    "panic_on_rcu_stall"};
	char buf[400], path[100];

	for (size_t i = 0; i < ARRAY_SIZE(knobs); i++) {
		snprintf(path, sizeof(path), "/proc/sys/kernel/%s", knobs[i]);
		put(path, "1\n");
		assert_int_equal(host_dangers_below(root, buf, sizeof(buf)), i + 1);
		assert_non_null(strstr(buf, knobs[i]));
	}
	put("/sys/class/watchdog/watchdog0/state", "active\n");
	put("/sys/class/watchdog/watchdog1/state", "inactive\n");
	assert_int_equal(host_dangers_below(root, buf, sizeof(buf)), 5);
	assert_non_null(strstr(buf, "; "));
	assert_non_null(strstr(buf, "watchdog0"));
	assert_null(strstr(buf, "watchdog1"));
}

static void a_small_buffer_is_not_overrun(void **state)
{
	char buf[64];

	put("/proc/sys/kernel/softlockup_panic", "1\n");
	put("/proc/sys/kernel/panic_on_warn", "1\n");
	for (size_t size = 1; size < sizeof(buf); size++) {
		memset(buf, '#', sizeof(buf));
		assert_int_equal(host_dangers_below(root, buf, size), 2);
		assert_true(strlen(buf) < size);
		assert_int_equal(buf[size], '#');
	}
}

static void hypervisors_by_signature(void **state)
{
	assert_string_equal(host_hypervisor_name("KVMKVMKVM"), "kvm");
	assert_string_equal(host_hypervisor_name("TCGTCGTCGTCG"), "tcg");
	assert_string_equal(host_hypervisor_name("VMwareVMware"), "vmware");
	assert_string_equal(host_hypervisor_name("Microsoft Hv"), "hyperv");
	assert_string_equal(host_hypervisor_name("XenVMMXenVMM"), "xen");
	assert_string_equal(host_hypervisor_name("bhyve bhyve "), "yes");
	assert_string_equal(host_hypervisor_name(""), "yes");
}

/* The notes of a kernel: another owner's, another type of GNU's, then the id; after it one more. */
static const unsigned char notes[] = {
	6, 0, 0, 0, 4, 0, 0, 0, 1, 1, 0,   0,	'L', 'i', 'n',	'u',  'x',  0,	  0,	0, 1, 2, 3,
	4, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0,   0,	0,   'G', 'N',	'U',  0,    9,	  0,	0, 0, 4, 0,
	0, 0, 5, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0,	  0xe4, 0xf1, 0x8d, 0x9d, 0x0c, 0, 0, 0,
};

static void a_build_id_is_found_among_notes(void **state)
{
	char hex[BUILD_ID_MAX];

	build_id_find(notes, sizeof(notes), hex, sizeof(hex));
	assert_string_equal(hex, "e4f18d9d0c");
	build_id_find(notes, sizeof(notes), hex, 7);
	assert_string_equal(hex, "e4f18d");
	/* Cut anywhere before its end it is not there, and nothing beyond is read. */
	for (size_t size = 0; size < sizeof(notes); size++) {
		unsigned char *cut = malloc(size + 1);

		memcpy(cut, notes, size);
		build_id_find(cut, size, hex, sizeof(hex));
		assert_string_equal(hex, "");
		free(cut);
	}
}

static void a_note_too_long_for_its_file_ends_the_search(void **state)
{
	unsigned char bad[sizeof(notes)];
	char hex[BUILD_ID_MAX];

	for (size_t at = 0; at < 8; at++) {
		memcpy(bad, notes, sizeof(bad));
		memset(bad + at, 0xff, 8 - at);
		build_id_find(bad, sizeof(bad), hex, sizeof(hex));
		assert_string_equal(hex, "");
	}
}

static void mitigations_by_name(void **state)
{
	static struct mitigations m;
	const unsigned flaws = 20;
	char path[100];

	mitigations_read(&m, root);
	assert_int_equal(m.count, 0);
	for (unsigned i = 0; i < flaws; i++) {
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/vulnerabilities/flaw_%02u",
			 i * 7 % flaws);
		put(path, i ? "Not affected\n" : "Mitigation: Retpolines\n");
	}
	put("/sys/devices/system/cpu/vulnerabilities/.hidden", "x\n");
	mitigations_read(&m, root);
	assert_int_equal(m.count, flaws);
	assert_string_equal(m.flaw[0].name, "flaw_00");
	assert_string_equal(m.flaw[0].text, "Mitigation: Retpolines");
	for (unsigned i = 1; i < flaws; i++)
		assert_true(strcmp(m.flaw[i - 1].name, m.flaw[i].name) < 0);
}

static void this_machine_agrees_with_itself(void **state)
{
	struct host_facts h;
	struct utsname u;
	FILE *f = fopen("/proc/cpuinfo", "r");
	bool guest = false;
	char line[8192];

	skip_under_checker("CPUID is the checker's");
	uname(&u);
	host_read(&h);
	assert_string_equal(h.release, u.release);
	assert_string_equal(h.version, u.version);
	assert_string_equal(h.machine, u.machine);
	assert_int_equal(strlen(h.boot_id), 36);
	assert_true(h.cmdline[0]);
	assert_int_equal(strncmp(h.proc_version, "Linux version ", 14), 0);
	assert_non_null(strstr(h.proc_version, u.release));
	assert_int_equal(strspn(h.build_id, "0123456789abcdef"), strlen(h.build_id));
	assert_int_equal(!h.mitigations.count,
			 !!access("/sys/devices/system/cpu/vulnerabilities", R_OK));
	assert_null(strchr(h.cmdline, '\n'));
	assert_int_equal(h.cpus_online, sysconf(_SC_NPROCESSORS_ONLN));
	assert_int_equal(h.root, geteuid() == 0);
	/* MemTotal is what sysconf(3) says, too. */
	assert_int_equal(h.mem_total, (uint64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE));
	assert_true(h.mem_available && h.mem_available <= h.mem_total);
	assert_true(h.load1 >= 0);
	assert_true(h.hz == 0 || (h.hz >= 24 && h.hz <= 1200));
	assert_int_equal(h.watchdog >= 0, !access("/proc/sys/kernel/watchdog", R_OK));
	assert_int_equal(h.knobs.numa_balancing >= 0,
			 !access("/proc/sys/kernel/numa_balancing", R_OK));
	while (f && fgets(line, sizeof(line), f))
		guest |= !strncmp(line, "flags", 5) && strstr(line, " hypervisor ");
	if (f)
		fclose(f);
	if (guest)
		assert_true(h.hypervisor[0]);
	assert_int_equal(h.thp.page_bytes, sysconf(_SC_PAGESIZE));
	assert_true(h.preempt.model[0]);
	print_message("%s, %s, hypervisor '%s', HZ %u\n", h.release, h.cpu_model, h.hypervisor,
		      h.hz);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_empty_root_has_no_dangers, make, unmake),
		cmocka_unit_test_setup_teardown(what_is_off_is_no_danger, make, unmake),
		cmocka_unit_test_setup_teardown(every_danger_is_named, make, unmake),
		cmocka_unit_test_setup_teardown(a_small_buffer_is_not_overrun, make, unmake),
		cmocka_unit_test(hypervisors_by_signature),
		cmocka_unit_test(a_build_id_is_found_among_notes),
		cmocka_unit_test(a_note_too_long_for_its_file_ends_the_search),
		cmocka_unit_test_setup_teardown(mitigations_by_name, make, unmake),
		cmocka_unit_test(this_machine_agrees_with_itself),
	};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
