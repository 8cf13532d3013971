/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finding the preemption model. See preempt.h for the order of the sources. Words are compared
 * whole: PREEMPT is part of PREEMPT_DYNAMIC, and the kernel log says "unsupported mode: none".
 */
#include "system/preempt.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/utsname.h>

#include "base/textfile.h"
#include "system/choice.h"
#include "system/kconfig.h"

#define LOG_BYTES (4 * MIB)
/* klogctl(2) */
#define SYSLOG_READ_ALL 3

#define ENDS_WORD " \t\n\"'\\"

static const char *const models[] = {"none", "voluntary", "full", "lazy"};

static bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at += n) {
		bool begins = at == text || strchr(ENDS_WORD, at[-1]);

		if (begins && (!at[n] || strchr(ENDS_WORD, at[n])))
			return true;
	}
	return false;
}

static const char *known_model(const char *word, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(models); i++) {
		if (strlen(models[i]) == n && !memcmp(models[i], word, n))
			return models[i];
	}
	return NULL;
}

/* The model that @text names after @prefix, the last one if it does so more than once. */
static const char *last_model(const char *text, const char *prefix)
{
	const char *model = NULL;

	for (const char *at = text; (at = strstr(at, prefix));) {
		bool begins = at == text || strchr(" \t\n]>\"", at[-1]);
		const char *here;

		at += strlen(prefix);
		here = known_model(at, strcspn(at, ENDS_WORD));
		if (begins && here)
			model = here;
	}
	return model;
}

static bool config_has(const char *config, const char *option)
{
	char line[64];

	snprintf(line, sizeof(line), "CONFIG_%s=y", option);
	return has_word(config, line);
}

PRINTF_LIKE(3, 4)
static void found(struct preempt_facts *out, const char *model, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(out->source, sizeof(out->source), fmt, ap);
	va_end(ap);
	snprintf(out->model, sizeof(out->model), "%s", model);
}

static bool from_debugfs(const char *text, struct preempt_facts *out)
{
	char word[16];
	const char *model;

	if (choice_current(text, word, sizeof(word)))
		return false;
	model = known_model(word, strlen(word));
	if (!model)
		return false;
	out->dynamic = true; /* there is no such file otherwise */
	found(out, model, "debugfs sched/preempt: %.*s", (int)strcspn(text, "\n"), text);
	return true;
}

/*
 * A model that is built in. The kernel's init/Makefile calls a lazy one PREEMPT too; only the
 * config tells it from full.
 */
static bool from_static(const char *version, const struct preempt_sources *src,
			struct preempt_facts *out)
{
	if (has_word(version, "PREEMPT_LAZY"))
		found(out, "lazy", "uname -v: PREEMPT_LAZY");
	else if (!has_word(version, "PREEMPT"))
		return false;
	else if (config_has(src->config, "PREEMPT_LAZY"))
		found(out, "lazy", "%s: CONFIG_PREEMPT_LAZY=y", src->config_name);
	else
		found(out, "full", "uname -v: PREEMPT");
	return true;
}

/*
 * What the kernel says it does comes before what it was told to do: from 7.0 on most kernels refuse
 * preempt=none and preempt=voluntary and go on with their default.
 */
static bool from_boot(const char *cmdline, const char *log, struct preempt_facts *out)
{
	const char *told = last_model(cmdline, "preempt=");
	const char *does = last_model(log, "Dynamic Preempt: ");

	if (does && does != told)
		found(out, does, "kernel log: \"Dynamic Preempt: %s\"", does);
	else if (told)
		found(out, told, "boot command line: preempt=%s", told);
	return does || told;
}

static bool from_config(const struct preempt_sources *src, struct preempt_facts *out)
{
	static const struct {
		const char *option, *model;
	} options[] = {{"PREEMPT_RT", "rt"},
		       {"PREEMPT_NONE", "none"},
		       {"PREEMPT_VOLUNTARY", "voluntary"},
		       {"PREEMPT_LAZY", "lazy"},
		       {"PREEMPT", "full"}};

	out->dynamic |= config_has(src->config, "PREEMPT_DYNAMIC");
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (!config_has(src->config, options[i].option))
			continue;
		found(out, options[i].model, "%s: CONFIG_%s=y%s", src->config_name,
		      options[i].option, out->dynamic ? ", the default of a dynamic kernel" : "");
		return true;
	}
	return false;
}

static const char *text_of(const char *text)
{
	return text ? text : "";
}

void preempt_find(const struct preempt_sources *from, struct preempt_facts *out)
{
	const char *version = text_of(from->uname_version);
	struct preempt_sources src = {
		.debugfs = text_of(from->debugfs),
		.cmdline = text_of(from->cmdline),
		.kernel_log = text_of(from->kernel_log),
		.config = text_of(from->config),
		.config_name = from->config_name ? from->config_name : "kernel config",
	};

	memset(out, 0, sizeof(*out));
	out->dynamic = has_word(version, "PREEMPT_DYNAMIC");
	/* With PREEMPT_RT the debugfs file tells how its ordinary tasks are treated. */
	if (has_word(version, "PREEMPT_RT")) {
		out->dynamic = src.debugfs[0];
		found(out, "rt", "uname -v: PREEMPT_RT%s%s",
		      out->dynamic ? "; debugfs sched/preempt: " : "", src.debugfs);
		return;
	}
	if (from_debugfs(src.debugfs, out) || from_static(version, &src, out))
		return;
	/* Kernels that are not dynamic have no preempt= and don't say what it is. */
	if ((out->dynamic || !version[0]) && from_boot(src.cmdline, src.kernel_log, out))
		return;
	if (from_config(&src, out))
		return;
	if (version[0] && !out->dynamic)
		found(out, "unknown",
		      "none or voluntary: uname -v has no PREEMPT, and there is no kernel config");
	else
		found(out, "unknown", "nothing tells: no debugfs, preempt=, kernel log or config");
}

int preempt_can_switch(const struct preempt_facts *now, const char *debugfs, const char *model,
		       struct error *why)
{
	if (!strcmp(now->model, model))
		return 0;
	if (!strcmp(now->model, "rt"))
		return error_set(why, ENOTSUP,
				 "preempt = %s: this kernel is PREEMPT_RT; it takes another kernel",
				 model);
	if (!now->dynamic)
		return error_set(
			why, ENOTSUP,
			"preempt = %s: this kernel is built for '%s' and can't be switched (no PREEMPT_DYNAMIC); it takes another kernel",
			model, now->model);
	if (!debugfs[0])
		return error_set(
			why, ENOTSUP,
			"preempt = %s: this kernel runs '%s' and can't be switched here (" PREEMPT_DEBUGFS
			" can't be read); boot it with preempt=%s",
			model, now->model, model);
	if (!choice_offers(debugfs, model))
		return error_set(why, ENOTSUP,
				 "preempt = %s: this kernel runs '%s' and offers only: %.80s",
				 model, now->model, debugfs);
	return 0;
}

static void read_log(char *buf, size_t size)
{
	int n = klogctl(SYSLOG_READ_ALL, buf, (int)size - 1);

	buf[n > 0 ? n : 0] = '\0';
}

/* The running kernel's own is compressed; it is read through zcat, which may be missing. */
void preempt_read(struct preempt_facts *out)
{
	char debugfs[128], cmdline[4096], name[128];
	char *log = calloc(1, LOG_BYTES), *config = NULL;
	struct preempt_sources src = {.debugfs = debugfs, .cmdline = cmdline, .kernel_log = log};
	struct utsname u;

	uname(&u);
	src.uname_version = u.version;
	textfile_read(PREEMPT_DEBUGFS, debugfs, sizeof(debugfs));
	textfile_read("/proc/cmdline", cmdline, sizeof(cmdline));
	if (log)
		read_log(log, LOG_BYTES);
	preempt_find(&src, out);
	/* "full" by uname alone may be lazy. */
	if (!strcmp(out->model, "unknown") || (!strcmp(out->model, "full") && !out->dynamic)) {
		src.config = config = kconfig_read(u.release, name, sizeof(name));
		src.config_name = name;
		preempt_find(&src, out);
	}
	free(log);
	free(config);
}
