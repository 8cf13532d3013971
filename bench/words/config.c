/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads a config file by libinih. The library calls back with key and value but no line number, and
 * says nothing of sections; so it gets its lines from a reader in this file that counts them, sees
 * sections begin, and refuses what the library would take in silence (long lines are split there,
 * a NUL ends a line, a second section of a name continues the first).
 *
 * A comment is a line that begins with ';' or '#', or ends a line after a blank and ';'.
 */
#include "words/config.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "words/option_table.h"
#include "words/options.h"
#include "words/sweep_axes.h"
#include "workers/worker.h"
#include "words/shell_word.h"

#define LINE_MAX_CHARS 198 /* what libinih's buffer of 200 can hold */

enum kind { IN_RUN, IN_EXPOSE, IN_GROUP, IN_SWEEP };

struct reader {
	FILE *in;
	const char *path;
	struct run_plan *plan;
	struct sweep_plan *sweep; /* NULL: a sweep is not what is read */
	struct error *err;
	int failed; /* -errno; err is set */
	unsigned failed_at;
	unsigned line;
	char text[LINE_MAX_CHARS + 2];
	size_t length; /* of the line; may be more than text holds */
	enum kind kind;
	struct group_plan *group;
	unsigned run_line, expose_line, sweep_line,
		group_line[PLAN_GROUPS_MAX]; /* of their headers */
	unsigned *key_line; /* by row of the option table; 0 not set (in this section) */
};

static int fail(struct reader *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
static int fail(struct reader *r, const char *fmt, ...)
{
	char text[ERROR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->failed_at = r->line;
	r->failed = error_set(r->err, EINVAL, "%s:%u: %s", r->path, r->line, text);
	return r->failed;
}

/*
 * The next line without blanks at its ends into r->text. Bounded, whatever the file is. False at
 * the file's end and on an error.
 */
static bool next_line(struct reader *r)
{
	int c = getc(r->in);

	if (c == EOF)
		return false;
	r->line++;
	r->length = 0;
	for (; c != EOF && c != '\n'; c = getc(r->in)) {
		if (!r->length && isspace(c))
			continue;
		if (c < ' ' && !isspace(c)) {
			fail(r, "byte 0x%02x: not a text file", (unsigned)c);
			return false;
		}
		if (r->length < sizeof(r->text) - 1)
			r->text[r->length] = (char)c;
		r->length++;
	}
	if (r->length <= LINE_MAX_CHARS)
		while (r->length && isspace((unsigned char)r->text[r->length - 1]))
			r->length--;
	r->text[MIN(r->length, sizeof(r->text) - 1)] = '\0';
	return true;
}

static bool name_is_good(const char *name)
{
	size_t n = strlen(name);

	return n && n < PLAN_NAME_MAX && isalpha((unsigned char)name[0]) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
		       n;
}

static int begin_group(struct reader *r, const char *name)
{
	struct run_plan *plan = r->plan;

	for (unsigned i = 0; i < plan->groups; i++)
		if (!strcmp(plan->group[i].name, name))
			return fail(r, "section [%s] appears twice; the first is on line %u", name,
				    r->group_line[i]);
	if (plan->groups == PLAN_GROUPS_MAX)
		return fail(r, "[%s] is one group too many; at most %d are possible", name,
			    PLAN_GROUPS_MAX);
	for (unsigned i = 0; i < option_count; i++)
		if (option_table[i].scope == SCOPE_GROUP)
			r->key_line[i] = 0;
	r->kind = IN_GROUP;
	r->group = &plan->group[plan->groups];
	r->group_line[plan->groups++] = r->line;
	options_group_defaults(r->group, name);
	return 0;
}

static int begin_section(struct reader *r)
{
	char word[SHELL_WORD_MAX];
	char *name = r->text + 1, *end = strchr(name, ']');
	const struct {
		const char *name;
		enum kind kind;
		unsigned *line;
	} own[] = {{"run", IN_RUN, &r->run_line},
		   {"expose", IN_EXPOSE, &r->expose_line},
		   {"sweep", IN_SWEEP, &r->sweep_line}};
	size_t i;

	if (!end)
		return fail(r, "the section's name has no ']'");
	if (end[1] && end[1 + strspn(end + 1, " \t")] != ';')
		return fail(r, "'%s' after the section's name", end + 1);
	end[0] = '\0';
	if (!name_is_good(name))
		return fail(
			r,
			"[%s]: a section's name must be letters, digits, '_' and '-', begin with a letter and be at most %d long",
			name, PLAN_NAME_MAX - 1);
	for (i = 0; i < ARRAY_SIZE(own) && strcmp(name, own[i].name); i++)
		;
	if (i == ARRAY_SIZE(own)) {
		int ret = begin_group(r, name);

		end[0] = ']';
		return ret;
	}
	if (own[i].kind == IN_SWEEP && !r->sweep)
		return fail(r, "[sweep] defines several runs; use `thpstorm sweep %s`",
			    shell_word(r->path, word, sizeof(word)));
	r->kind = own[i].kind;
	if (*own[i].line)
		return fail(r, "section [%s] appears twice; the first is on line %u", name,
			    *own[i].line);
	*own[i].line = r->line;
	end[0] = ']';
	return 0;
}

/* libinih's reader: fgets() by contract. */
static char *read_line(char *str, int num, void *stream)
{
	struct reader *r = stream;
	size_t limit = MIN((size_t)num - 1, (size_t)LINE_MAX_CHARS);

	if (r->failed || !next_line(r))
		return NULL;
	if (r->line == 1 && !strncmp(r->text, "\xef\xbb\xbf", 3)) /* a UTF-8 BOM */
		memmove(r->text, r->text + 3, strlen(r->text + 3) + 1);
	if (strchr(";#", r->text[0]))
		r->text[0] = '\0';
	else if (r->length > limit)
		return fail(r, "the line is longer than %zu characters", limit), NULL;
	if (r->text[0] == '[' && begin_section(r))
		return NULL;
	strcpy(str, r->text);
	return str;
}

static int take_pair(void *user, const char *section, const char *key, const char *value)
{
	static const enum option_scope scope[] = {[IN_RUN] = SCOPE_RUN,
						  [IN_EXPOSE] = SCOPE_EXPOSE,
						  [IN_GROUP] = SCOPE_GROUP,
						  [IN_SWEEP] = SCOPE_SWEEP};
	struct reader *r = user;
	const struct option *o = option_find(scope[r->kind], key);
	char where[ERROR_TEXT_MAX / 2];
	int ret;

	if (r->failed)
		return 0;
	if (o && r->key_line[o - option_table])
		return fail(r, "'%s' is set twice; the first is on line %u", key,
			    r->key_line[o - option_table]),
		       0;
	if (o)
		r->key_line[o - option_table] = r->line;
	snprintf(where, sizeof(where), "%s:%u", r->path, r->line);
	if (r->kind == IN_GROUP)
		ret = options_set_group(r->group, key, value, where, r->err);
	else if (r->kind == IN_SWEEP)
		ret = sweep_set(r->sweep, key, value, where, r->err);
	else if (r->kind == IN_EXPOSE)
		ret = options_set_expose(r->plan, key, value, where, r->err);
	else
		ret = options_set_run(r->plan, key, value, where, r->err);
	if (ret) {
		r->failed = ret;
		r->failed_at = r->line;
	}
	return !ret;
}

static int parse(struct reader *r)
{
	int wrong, e;

	errno = 0;
	wrong = ini_parse_stream(read_line, r, take_pair, r);
	e = errno ? errno : EIO;

	if (wrong < 0)
		return error_set(r->err, ENOMEM, "%s: not enough memory to read it", r->path);
	if (wrong && (!r->failed || (unsigned)wrong < r->failed_at))
		return error_set(r->err, EINVAL,
				 "%s:%d: expected 'key = value', a [section] or a comment", r->path,
				 wrong);
	if (r->failed)
		return r->failed;
	if (ferror(r->in))
		return error_errno(r->err, e, "cannot read %s", r->path);
	for (unsigned i = 0; i < r->plan->groups; i++) {
		const struct group_plan *g = &r->plan->group[i];

		/* A worker that was named has been looked up; a section's name is seen here. */
		r->line = r->group_line[i];
		if (!worker_find(g->worker))
			return fail(
				r,
				"[%s] has no 'worker =', and no worker has that name (see: thpstorm list workers)",
				g->name);
	}
	return 0;
}

static int open_config(const char *path, FILE **in, struct error *err)
{
	struct stat st;

	*in = fopen(path, "re");
	if (!*in) {
		int ret = error_errno(err, errno, "cannot open config file %s", path);

		if (!strchr(path, '/')) {
			size_t n = strlen(err->text);

			snprintf(err->text + n, sizeof(err->text) - n,
				 " (a config is given as a path, like configs/tail_fault.conf)");
		}
		return ret;
	}
	if (!fstat(fileno(*in), &st) && S_ISDIR(st.st_mode)) {
		fclose(*in);
		return error_set(err, EISDIR, "%s is a directory: name a config file in it", path);
	}
	return 0;
}

int config_read(const char *path, struct run_plan *plan, struct sweep_plan *sweep,
		struct error *err)
{
	FILE *in;
	int ret = open_config(path, &in, err);
	if (ret)
		return ret;
	ret = config_read_stream(in, path, plan, sweep, err);
	fclose(in);
	return ret;
}

int config_read_stream(FILE *in, const char *path, struct run_plan *plan, struct sweep_plan *sweep,
		       struct error *err)
{
	struct reader r = {.in = in, .path = path, .plan = plan, .sweep = sweep, .err = err};
	int ret;

	options_defaults(plan);
	if (sweep)
		sweep_defaults(sweep);
	if (strlen(path) >= sizeof(plan->config))
		return error_set(err, ENAMETOOLONG,
				 "the config file's path has more than %zu characters",
				 sizeof(plan->config) - 1);
	strcpy(plan->config, path);
	r.key_line = calloc(option_count, sizeof(*r.key_line));
	ret = r.key_line ? parse(&r)
			 : error_set(err, ENOMEM, "%s: not enough memory to read it", path);
	free(r.key_line);
	return ret;
}
