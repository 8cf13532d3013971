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

#include "base/filecopy.h"
#include "base/rng.h"

#define SHOWN 60 /* characters of a line in a message */

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

static int copy_original(struct sweep *s, struct error *err)
{
	char to[PATH_MAX];
	int ret;

	snprintf(to, sizeof(to), "%s/" SWEEP_ORIGINAL, s->dir);
	ret = s->plan.config[0] ? file_copy(s->plan.config, to, 0, true) : 0;
	return ret ? error_errno(err, -ret, "cannot copy %s to %s", s->plan.config, to) : 0;
}

int identity_record(struct sweep *s, struct error *err)
{
	char binary[128], kernel[400];
	int ret = describe_binary(binary, sizeof(binary), err);

	describe_kernel(kernel, sizeof(kernel));
	if (!ret)
		ret = sweep_journal_fact_add(&s->journal, "binary", binary, err);
	if (!ret)
		ret = sweep_journal_fact_add(&s->journal, "kernel", kernel, err);
	if (!ret)
		ret = sweep_journal_fact_add(&s->journal, "config", s->plan.config, err);
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

static int refuse(struct sweep *s, const char *what, const char *sentence, struct error *err)
{
	return error_set(
		err, EPERM,
		"%s; its cells would not compare: begin a new sweep, or go on all the same "
		"with `thpstorm sweep --resume %s --accept %s`",
		sentence, s->dir, what);
}

static int check_fact(struct sweep *s, const char *what, const char *now, const char *accept,
		      struct error *err)
{
	const char *then = sweep_journal_fact(&s->journal, what);
	char sentence[ERROR_TEXT_MAX];

	if (then && !strcmp(then, now))
		return 0;
	snprintf(sentence, sizeof(sentence),
		 "%s: the sweep began with another %s, '%.120s', this is '%.120s'", s->dir, what,
		 then ? then : "unknown", now);
	if (!identity_accepted(accept, what))
		return refuse(s, what, sentence, err);
	return sweep_journal_fact_add(&s->journal, what, now, err);
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
	char was[1024], is[1024], sentence[ERROR_TEXT_MAX];
	unsigned line = then && now ? first_difference(then, now, was, is, sizeof(was)) : 0;

	if (then)
		fclose(then);
	if (now)
		fclose(now);
	/* What was edited there has no effect: the plan is the journal's. */
	if (!line || identity_accepted(accept, "config"))
		return 0;
	snprintf(sentence, sizeof(sentence),
		 "%s:%u was edited since the sweep began: '%.*s', it was '%.*s'", path, line, SHOWN,
		 is, SHOWN, was);
	return refuse(s, "config", sentence, err);
}

/* DIR/sweep.conf against the journal, and the config file against its copy. */
static int check_config(struct sweep *s, const char *accept, struct error *err)
{
	char path[PATH_MAX], *text = NULL;
	int ret;

	snprintf(path, sizeof(path), "%s/sweep.conf", s->dir);
	ret = compare(s, sweep_journal_conf(&s->journal, &text), fopen(path, "re"), path, accept,
		      err);
	free(text);
	if (ret || !s->plan.config[0])
		return ret;
	snprintf(path, sizeof(path), "%s/" SWEEP_ORIGINAL, s->dir);
	return compare(s, fopen(path, "re"), fopen(s->plan.config, "re"), s->plan.config, accept,
		       err);
}

int identity_check(struct sweep *s, const char *accept, struct error *err)
{
	char binary[128], kernel[400];
	int ret = describe_binary(binary, sizeof(binary), err);

	describe_kernel(kernel, sizeof(kernel));
	if (!ret)
		ret = check_fact(s, "binary", binary, accept, err);
	if (!ret)
		ret = check_fact(s, "kernel", kernel, accept, err);
	return ret ? ret : check_config(s, accept, err);
}
