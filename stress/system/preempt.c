/* SPDX-License-Identifier: GPL-2.0-only */
/* Finding the preemption model. See preempt.h for the order of the sources. */
#include "system/preempt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/utsname.h>

#include "base/textfile.h"
#include "system/choice.h"

#define LOG_BYTES    (4 * MIB)
#define CONFIG_BYTES (1 * MIB)
/* klogctl(2) */
#define SYSLOG_READ_ALL 3

static const char *const models[] = {"none", "voluntary", "full", "lazy"};

static bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at += n) {
		bool begins = at == text || strchr(" \t\n\"'", at[-1]);

		if (begins && (!at[n] || strchr(" \t\n\"'", at[n])))
			return true;
	}
	return false;
}

static bool known(const char *word, size_t n, struct preempt_facts *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(models); i++) {
		if (strlen(models[i]) == n && !memcmp(models[i], word, n)) {
			snprintf(out->model, sizeof(out->model), "%s", models[i]);
			return true;
		}
	}
	return false;
}

static bool found(struct preempt_facts *out, const char *model, const char *fmt, const char *what)
{
	if (model)
		snprintf(out->model, sizeof(out->model), "%s", model);
	snprintf(out->source, sizeof(out->source), fmt, what);
	return true;
}

/* The last of @text's words after @prefix that names a model: a boot command line may say it twice,
   and a mode that the kernel refuses ("unsupported mode: none") is none. */
static bool after(const char *text, const char *prefix, struct preempt_facts *out)
{
	bool any = false;

	for (const char *at = text; (at = strstr(at, prefix));) {
		bool begins = at == text || strchr(" \t\n]\"", at[-1]);

		at += strlen(prefix);
		any |= begins && known(at, strcspn(at, " \t\n\"\\"), out);
	}
	return any;
}

static bool config_has(const char *config, const char *option)
{
	char line[64];

	snprintf(line, sizeof(line), "CONFIG_%s=y", option);
	return has_word(config, line);
}

static const char *config_name(const struct preempt_sources *src)
{
	return src->config_name ? src->config_name : "kernel config";
}

static bool from_uname(const char *version, const char *debugfs, struct preempt_facts *out)
{
	out->dynamic = has_word(version, "PREEMPT_DYNAMIC");
	if (!has_word(version, "PREEMPT_RT"))
		return false;
	out->dynamic = debugfs && debugfs[0];
	return found(out, "rt",
		     out->dynamic ? "uname -v: PREEMPT_RT; debugfs sched/preempt: %s"
				  : "uname -v: PREEMPT_RT",
		     debugfs);
}

static bool from_debugfs(const char *text, struct preempt_facts *out)
{
	char word[16];

	if (choice_current(text, word, sizeof(word)) || !known(word, strlen(word), out))
		return false;
	out->dynamic = true;
	return found(out, NULL, "debugfs sched/preempt: %s", text);
}

/* A model that is built in and can't be chosen. The kernel's init/Makefile writes PREEMPT for a
   lazy one as well; only its config tells them apart. */
static bool from_static(const struct preempt_sources *src, struct preempt_facts *out)
{
	const char *config = src->config ? src->config : "";

	if (has_word(src->uname_version, "PREEMPT_LAZY"))
		return found(out, "lazy", "uname -v: PREEMPT_LAZY", NULL);
	if (!has_word(src->uname_version, "PREEMPT"))
		return false;
	if (config_has(config, "PREEMPT_LAZY"))
		return found(out, "lazy", "%s: CONFIG_PREEMPT_LAZY=y", config_name(src));
	return found(out, "full", "uname -v: PREEMPT", NULL);
}

/*
 * What the kernel said counts for more than what it was told: 7.0 and later refuse preempt=none and
 * preempt=voluntary on most architectures and take their default.
 */
static bool from_boot(const char *cmdline, const char *log, struct preempt_facts *out)
{
	struct preempt_facts said = {0};

	if (after(log, "Dynamic Preempt: ", &said) &&
	    (!after(cmdline, "preempt=", out) || strcmp(said.model, out->model)))
		return found(out, said.model, "kernel log: \"Dynamic Preempt: %s\"", said.model);
	return out->model[0] && found(out, NULL, "boot command line: preempt=%s", out->model);
}

static bool from_config(const char *config, const char *name, struct preempt_facts *out)
{
	static const struct {
		const char *option, *model;
	} options[] = {{"PREEMPT_RT", "rt"},
		       {"PREEMPT_NONE", "none"},
		       {"PREEMPT_VOLUNTARY", "voluntary"},
		       {"PREEMPT_LAZY", "lazy"},
		       {"PREEMPT", "full"}};

	out->dynamic |= config_has(config, "PREEMPT_DYNAMIC");
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (!config_has(config, options[i].option))
			continue;
		snprintf(out->model, sizeof(out->model), "%s", options[i].model);
		snprintf(out->source, sizeof(out->source), "%s: CONFIG_%s=y%s",
			 name ? name : "kernel config", options[i].option,
			 out->dynamic ? ", the default of a dynamic kernel" : "");
		return true;
	}
	return false;
}

void preempt_find(const struct preempt_sources *src, struct preempt_facts *out)
{
	memset(out, 0, sizeof(*out));
	if (src->uname_version && from_uname(src->uname_version, out))
		return;
	if (src->debugfs && from_debugfs(src->debugfs, out))
		return;
	if (out->dynamic && src->cmdline && from_cmdline(src->cmdline, out))
		return;
	if (src->kernel_log && from_log(src->kernel_log, out))
		return;
	if (src->config && from_config(src->config, src->config_name, out))
		return;
	found(out, "unknown", "%s", "nothing tells: no debugfs, kernel log or kernel config");
}

static void read_log(char *buf, size_t size)
{
	int n = klogctl(SYSLOG_READ_ALL, buf, (int)size - 1);

	buf[n > 0 ? n : 0] = '\0';
}

static const char *read_config(const char *release, char *buf, size_t size, char *name, size_t max)
{
	FILE *f;
	size_t n;

	snprintf(name, max, "/boot/config-%s", release);
	if (textfile_read(name, buf, size) > 0)
		return buf;
	snprintf(name, max, "/proc/config.gz");
	f = popen("zcat /proc/config.gz 2>/dev/null", "re");
	if (!f)
		return NULL;
	n = fread(buf, 1, size - 1, f);
	buf[n] = '\0';
	pclose(f);
	return n ? buf : NULL;
}

void preempt_read(struct preempt_facts *out)
{
	char debugfs[128], cmdline[4096], name[128];
	char *log = calloc(1, LOG_BYTES), *config = calloc(1, CONFIG_BYTES);
	struct preempt_sources src = {.debugfs = debugfs, .cmdline = cmdline, .kernel_log = log};
	struct utsname u;

	uname(&u);
	src.uname_version = u.version;
	textfile_read("/sys/kernel/debug/sched/preempt", debugfs, sizeof(debugfs));
	textfile_read("/proc/cmdline", cmdline, sizeof(cmdline));
	if (log)
		read_log(log, LOG_BYTES);
	preempt_find(&src, out);
	if (config && !strcmp(out->model, "unknown")) {
		src.config = read_config(u.release, config, CONFIG_BYTES, name, sizeof(name));
		src.config_name = name;
		preempt_find(&src, out);
	}
	free(log);
	free(config);
}
