/* SPDX-License-Identifier: GPL-2.0-only */
/* Facts about the machine, and what would make a finding worse than a finding. See host.h. */
#include "system/host.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "base/textfile.h"
#include "system/cgroup.h"
#include "system/kconfig.h"

static int read_int(const char *path)
{
	uint64_t v;

	return textfile_read_u64(path, &v) ? -1 : (int)v;
}

static void read_line(const char *path, char *buf, size_t size)
{
	if (textfile_read(path, buf, size) < 0)
		buf[0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
}

/* The value of the first line of /proc/cpuinfo that begins with one of @keys; else @buf is kept. */
static void read_cpuinfo(const char *const *keys, char *buf, size_t size)
{
	FILE *f = fopen("/proc/cpuinfo", "re");
	bool found = false;
	char line[256];

	while (f && !found && fgets(line, sizeof(line), f)) {
		const char *colon = strchr(line, ':');

		for (size_t i = 0; colon && !found && keys[i]; i++) {
			if (strncmp(line, keys[i], strlen(keys[i])))
				continue;
			colon += 1 + strspn(colon + 1, " \t");
			snprintf(buf, size, "%.*s", (int)strcspn(colon, "\n"), colon);
			found = true;
		}
	}
	if (f)
		fclose(f);
}

void host_cpu_model(char *buf, size_t size)
{
	/* x86, arm64, powerpc */
	static const char *const model[] = {"model name", "CPU part", "cpu\t", NULL};

	read_cpuinfo(model, buf, size);
}

static void read_cpu(struct host_facts *out)
{
	static const char *const microcode[] = {"microcode", NULL};

	host_cpu_model(out->cpu_model, sizeof(out->cpu_model));
	read_cpuinfo(microcode, out->microcode, sizeof(out->microcode));
	mitigations_read(&out->mitigations, "");
}

const char *host_hypervisor_name(const char *signature)
{
	static const char *const known[][2] = {{"KVMKVMKVM", "kvm"},
					       {"TCGTCGTCGTCG", "tcg"},
					       {"VMwareVMware", "vmware"},
					       {"Microsoft Hv", "hyperv"},
					       {"XenVMMXenVMM", "xen"}};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (!strcmp(signature, known[i][0]))
			return known[i][1];
	}
	return "yes";
}

/* On x86 CPUID leaf 1 says that there is a hypervisor, leaf 0x40000000 which. */
static void read_hypervisor(char *buf, size_t size)
{
	read_line("/sys/hypervisor/type", buf, size);
#if defined(__x86_64__) || defined(__i386__)
	unsigned a, b, c, d;
	char id[13] = "";

	if (buf[0] || !__get_cpuid(1, &a, &b, &c, &d) || !(c & 1u << 31))
		return;
	__cpuid(0x40000000, a, b, c, d);
	memcpy(id, &b, 4);
	memcpy(id + 4, &c, 4);
	memcpy(id + 8, &d, 4);
	snprintf(buf, size, "%s", host_hypervisor_name(id));
#else
	char vendor[64];

	if (buf[0])
		return;
	/* "linux,kvm" */
	read_line("/proc/device-tree/hypervisor/compatible", vendor, sizeof(vendor));
	if (vendor[0])
		snprintf(buf, size, "%s", strstr(vendor, "kvm") ? "kvm" : "yes");
	read_line("/sys/class/dmi/id/sys_vendor", vendor, sizeof(vendor));
	if (!buf[0] && strstr(vendor, "QEMU"))
		snprintf(buf, size, "yes");
#endif
}

static void read_memory(struct host_facts *out)
{
	char text[8192];

	out->cgroup_room = cgroup_room();
	if (textfile_read("/proc/meminfo", text, sizeof(text)) < 0)
		return;
	textfile_field_u64(text, "MemTotal", &out->mem_total);
	textfile_field_u64(text, "MemAvailable", &out->mem_available);
	textfile_field_u64(text, "SwapTotal", &out->swap_total);
	out->mem_total *= KIB;
	out->mem_available *= KIB;
	out->swap_total *= KIB;
}

static unsigned read_hz(const char *release)
{
	char name[160], *config = kconfig_read(release, name, sizeof(name));
	const char *hz = config ? strstr(config, "\nCONFIG_HZ=") : NULL;
	unsigned value = hz ? (unsigned)strtoul(hz + strlen("\nCONFIG_HZ="), NULL, 10) : 0;

	free(config);
	return value;
}

void host_knobs_read(struct host_knobs *out)
{
	out->watchdog_thresh = read_int("/proc/sys/kernel/watchdog_thresh");
	out->numa_balancing = read_int("/proc/sys/kernel/numa_balancing");
	out->khugepaged_sleep = read_int(THP_SYSFS "/khugepaged/scan_sleep_millisecs");
}

void host_read(struct host_facts *out)
{
	struct utsname u;

	memset(out, 0, sizeof(*out));
	uname(&u);
	snprintf(out->release, sizeof(out->release), "%s", u.release);
	snprintf(out->version, sizeof(out->version), "%s", u.version);
	snprintf(out->machine, sizeof(out->machine), "%.23s", u.machine);
	read_line("/proc/version", out->proc_version, sizeof(out->proc_version));
	build_id_read(out->build_id, sizeof(out->build_id));
	read_line("/proc/cmdline", out->cmdline, sizeof(out->cmdline));
	read_line("/proc/sys/kernel/random/boot_id", out->boot_id, sizeof(out->boot_id));
	read_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", out->governor,
		  sizeof(out->governor));
	read_line("/sys/devices/system/clocksource/clocksource0/current_clocksource",
		  out->clocksource, sizeof(out->clocksource));
	read_cpu(out);
	read_hypervisor(out->hypervisor, sizeof(out->hypervisor));
	read_memory(out);
	textfile_read_u64("/proc/sys/kernel/tainted", &out->tainted);
	out->cpus_online = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	out->hz = read_hz(out->release);
	if (getloadavg(&out->load1, 1) != 1)
		out->load1 = 0;
	out->watchdog = read_int("/proc/sys/kernel/watchdog");
	host_knobs_read(&out->knobs);
	out->root = !geteuid();
	may_read(&out->may);
	preempt_read(&out->preempt);
	thp_read(&out->thp);
}

struct dangers {
	char *buf;
	size_t size, have;
	unsigned count;
};

static void add(struct dangers *d, const char *fmt, const char *what)
{
	int n = snprintf(d->buf + d->have, d->size - d->have, "%s", d->count ? "; " : "");

	d->have = MIN(d->have + (size_t)n, d->size - 1);
	n = snprintf(d->buf + d->have, d->size - d->have, fmt, what);
	d->have = MIN(d->have + (size_t)n, d->size - 1);
	d->count++;
}

static void find_watchdogs(struct dangers *d, const char *root)
{
	char path[512], state[32];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/sys/class/watchdog", root);
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/sys/class/watchdog/%.64s/state", root,
			 entry->d_name);
		read_line(path, state, sizeof(state));
		if (!strcmp(state, "active"))
			add(d, "the hardware watchdog /dev/%.64s is armed", entry->d_name);
	}
	closedir(dir);
}

unsigned host_dangers_below(const char *root, char *buf, size_t size)
{
	static const char *const knobs[] = {"softlockup_panic", "hung_task_panic", "panic_on_warn",
					    "panic_on_rcu_stall"};
	struct dangers d = {.buf = buf, .size = size};

	buf[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(knobs); i++) {
		char path[512];

		snprintf(path, sizeof(path), "%s/proc/sys/kernel/%s", root, knobs[i]);
		if (read_int(path) > 0)
			add(&d, "kernel.%s is set", knobs[i]);
	}
	find_watchdogs(&d, root);
	return d.count;
}

unsigned host_dangers(char *buf, size_t size)
{
	return host_dangers_below("", buf, size);
}
