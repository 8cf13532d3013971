/* SPDX-License-Identifier: GPL-2.0-only */
/* See identity.h. */
#include "sweep/identity.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "base/filecopy.h"
#include "base/rng.h"
#include "base/textfile.h"
#include "sweep/ledger_write.h"
#include "system/host.h"
#include "system/topology.h"
#include "words/ini_line.h"
#include "words/shell_word.h"

#define SHOWN 60 /* characters of a line in a message */

struct identity {
	char binary[128], kernel[400], machine[160], host[24];
};

/* The program's own file: version, and a sum of its bytes. */
static int describe_binary(char *buf, size_t size, struct error *err)
{
	FILE *in = fopen("/proc/self/exe", "re");
	uint64_t sum = 0, word;
	size_t n;

	if (!in)
		return error_errno(err, errno, "cannot read this program's own file");
	for (word = 0; (n = fread(&word, 1, sizeof(word), in)); word = 0)
		sum = mix64(sum ^ word) + n;
	fclose(in);
	snprintf(buf, size, "thpstorm " THPSTORM_VERSION " %016llx", (unsigned long long)sum);
	return 0;
}

static void describe_kernel(char *buf, size_t size)
{
	struct utsname u;

	uname(&u);
	snprintf(buf, size, "%s %s %s", u.release, u.version, u.machine);
}

/* What its numbers depend on, so far as another machine of the same kind has the same. */
static int describe_machine(char *buf, size_t size, struct error *err)
{
	char model[96] = "unknown CPU";
	struct topology t;
	int ret = topology_read(&t, err);

	host_cpu_model(model, sizeof(model));
	if (!ret)
		snprintf(buf, size, "%s, %u CPUs, %u nodes with memory", model, t.cpus, t.nodes);
	return ret;
}

/*
 * Tells one machine from another, and nothing of it to a reader of the result. The board's id comes
 * first: nodes of a cluster may be of one image and share their machine-id(5), and one without a
 * disk may make a new one at each boot.
 */
static void describe_host(char *buf, size_t size)
{
	char id[HOST_NAME_MAX + 1] = "";
	uint64_t sum = 0;

	if (textfile_read("/sys/class/dmi/id/product_uuid", id, sizeof(id)) <= 0 &&
	    textfile_read("/etc/machine-id", id, sizeof(id)) <= 0)
		gethostname(id, sizeof(id) - 1);
	for (const char *c = id; *c; c++)
		sum = mix64(sum ^ (unsigned char)*c);
	snprintf(buf, size, "%016llx", (unsigned long long)sum);
}

static int copy_original(struct sweep *s, struct error *err)
{
	char to[PATH_MAX];
	int ret;

	snprintf(to, sizeof(to), "%s/" SWEEP_ORIGINAL, s->dir);
	ret = s->plan.config[0] ? file_copy(s->plan.config, to, 0, true) : 0;
	return ret ? error_errno(err, -ret, "cannot copy %s to %s", s->plan.config, to) : 0;
}

static int describe(struct identity *id, struct error *err)
{
	int ret = describe_binary(id->binary, sizeof(id->binary), err);

	describe_kernel(id->kernel, sizeof(id->kernel));
	describe_host(id->host, sizeof(id->host));
	return ret ? ret : describe_machine(id->machine, sizeof(id->machine), err);
}

int identity_record(struct sweep *s, struct error *err)
{
	struct ledger *l = &s->ledger;
	struct identity id;
	int ret = describe(&id, err);

	if (!ret)
		ret = ledger_fact_add(l, "binary", id.binary, err);
	if (!ret)
		ret = ledger_fact_add(l, "kernel", id.kernel, err);
	if (!ret)
		ret = ledger_fact_add(l, "machine", id.machine, err);
	if (!ret)
		ret = ledger_fact_add(l, "host", id.host, err);
	if (!ret)
		ret = ledger_fact_add(l, "config", s->plan.config, err);
	return ret ? ret : copy_original(s, err);
}

bool identity_accepted(const char *accept, const char *what)
{
	size_t n = strlen(what);

	for (const char *at = accept; at && (at = strstr(at, what)); at += n) {
		if ((at == accept || at[-1] == ',') && (!at[n] || at[n] == ','))
			return true;
	}
	return false;
}

int identity_check_words(const char *accept, const char *words, struct error *err)
{
	char word[32];

	for (const char *at = accept; at; at = strchr(at, ','), at += at != NULL) {
		size_t n = strcspn(at, ",");

		snprintf(word, sizeof(word), "%.*s", (int)n, at);
		if (!n || n >= sizeof(word) || !identity_accepted(words, word))
			return error_set(err, EINVAL,
					 "command line: --accept %.80s: must be one or more of %s",
					 accept, words);
	}
	return 0;
}

static int refuse(struct sweep *s, const char *what, const char *sentence, struct error *err)
{
	char dir[SHELL_WORD_MAX];

	return error_set(
		err, EPERM,
		"%s; its cells would not be comparable: begin a new sweep, or go on anyway with `thpstorm sweep --resume %s --accept %s`",
		sentence, shell_word(s->dir, dir, sizeof(dir)), what);
}

static int check_fact(struct sweep *s, const char *what, const char *now, const char *accept,
		      struct error *err)
{
	const char *then = ledger_fact(&s->ledger, what);
	char sentence[ERROR_TEXT_MAX];

	if (then && !strcmp(then, now))
		return 0;
	snprintf(sentence, sizeof(sentence),
		 "%s: the sweep began with another %s, '%.120s', this is '%.120s'", s->dir, what,
		 then ? then : "unknown", now);
	if (!identity_accepted(accept, what))
		return refuse(s, what, sentence, err);
	return ledger_fact_add(&s->ledger, what, now, err);
}

/* The first line in which two texts differ, without blanks at its ends; 0: none. */
static unsigned first_difference(FILE *a, FILE *b, char *line_a, char *line_b, size_t size)
{
	for (unsigned number = 1;; number++) {
		char *got_a = fgets(line_a, (int)size, a), *got_b = fgets(line_b, (int)size, b);

		if (!got_a && !got_b)
			return 0;
		if (!got_a)
			strcpy(line_a, "nothing");
		if (!got_b)
			strcpy(line_b, "nothing");
		line_a[strcspn(line_a, "\n")] = line_b[strcspn(line_b, "\n")] = '\0';
		if (!got_a || !got_b || strcmp(line_a, line_b))
			return number;
	}
}

/* Closes both. One that is gone was not edited. */
static int compare(struct sweep *s, FILE *then, FILE *now, const char *path, const char *accept,
		   struct error *err)
{
	char was[INI_LINE_MAX], is[INI_LINE_MAX], sentence[ERROR_TEXT_MAX];
	unsigned line = then && now ? first_difference(then, now, was, is, sizeof(was)) : 0;

	if (then)
		fclose(then);
	if (now)
		fclose(now);
	/* What was edited there has no effect: the plan is the ledger's. */
	if (!line || identity_accepted(accept, "config"))
		return 0;
	snprintf(sentence, sizeof(sentence),
		 "%s:%u was edited since the sweep began: '%.*s', it was '%.*s'", path, line, SHOWN,
		 is, SHOWN, was);
	return refuse(s, "config", sentence, err);
}

/* DIR/sweep.conf against the ledger, and the config file against its copy. */
static int check_config(struct sweep *s, const char *accept, struct error *err)
{
	char path[PATH_MAX], *text = NULL;
	int ret;

	snprintf(path, sizeof(path), "%s/sweep.conf", s->dir);
	ret = compare(s, ledger_conf(&s->ledger, &text), file_open_regular(path, NULL), path,
		      accept, err);
	free(text);
	if (ret || !s->plan.config[0])
		return ret;
	snprintf(path, sizeof(path), "%s/" SWEEP_ORIGINAL, s->dir);
	return compare(s, file_open_regular(path, NULL), fopen(s->plan.config, "re"),
		       s->plan.config, accept, err);
}

/* Another machine of the same kind is no reason to refuse; but it can't know what became of this
 * one. */
static int check_host(struct sweep *s, const char *now, struct error *err)
{
	const char *then = ledger_fact(&s->ledger, "host");

	s->moved = !then || strcmp(then, now);
	return s->moved ? ledger_fact_add(&s->ledger, "host", now, err) : 0;
}

int identity_check(struct sweep *s, const char *accept, struct error *err)
{
	struct identity id;
	int ret = describe(&id, err);

	if (!ret)
		ret = check_fact(s, "binary", id.binary, accept, err);
	if (!ret)
		ret = check_fact(s, "kernel", id.kernel, accept, err);
	if (!ret)
		ret = check_fact(s, "machine", id.machine, accept, err);
	if (!ret)
		ret = check_config(s, accept, err);
	return ret ? ret : check_host(s, id.host, err);
}
