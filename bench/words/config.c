/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads a config file by libinih. The library calls back with key and value but no line number, and
 * says nothing of sections; so it gets its lines from a reader (ini_line.h) that counts them, and
 * this file sees sections begin, and refuses what the library would take in silence (a NUL ends a
 * line, a second section of a name continues the first).
 */
#include "words/config.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "words/ini_line.h"
#include "words/mistakes.h"
#include "words/option_table.h"
#include "words/options.h"
#include "words/sweep_axes.h"
#include "workers/worker.h"
#include "words/shell_word.h"

/* IN_NOTHING: of a section whose line is wrong the keys are passed over. */
enum kind { IN_RUN, IN_EXPOSE, IN_GROUP, IN_SWEEP, IN_NOTHING };

struct reader {
	struct ini_line line;
	const char *path;
	struct run_plan *plan;
	struct sweep_plan *sweep; /* NULL: a sweep is not what is read */
	struct mistakes *mistakes;
	bool over; /* nothing that follows can be read */
	enum kind kind;
	struct group_plan *group;
	bool has_worker[PLAN_GROUPS_MAX]; /* its section says which, be it wrong */
	unsigned run_line, expose_line, sweep_line,
		group_line[PLAN_GROUPS_MAX]; /* of their headers */
	unsigned *key_line; /* by row of the option table; 0 not set (in this section) */
};

static int fail(struct reader *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
static int fail(struct reader *r, const char *fmt, ...)
{
	char text[ERROR_TEXT_MAX];
	struct error error;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	error_set(&error, EINVAL, "%s:%u: %s", r->path, r->line.number, text);
	mistakes_add(r->mistakes, r->line.number, &error);
	return -EINVAL;
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
	r->group_line[plan->groups++] = r->line.number;
	options_group_defaults(r->group, name);
	return 0;
}

static int begin_section(struct reader *r)
{
	char word[SHELL_WORD_MAX];
	char *name = r->line.text + 1, *end = strchr(name, ']');
	const struct {
		const char *name;
		enum kind kind;
		unsigned *line;
	} own[] = {{"run", IN_RUN, &r->run_line},
		   {"expose", IN_EXPOSE, &r->expose_line},
		   {"sweep", IN_SWEEP, &r->sweep_line}};
	size_t i;

	r->kind = IN_NOTHING;
	if (!end)
		return fail(r, "the section's name has no ']'");
	if (end[1] && end[1 + strspn(end + 1, " \t")] != ';')
		return fail(r, "'%.80s' after the section's name", end + 1);
	end[0] = '\0';
	if (!name_is_good(name))
		return fail(
			r,
			"[%.80s]: a section's name must be letters, digits, '_' and '-', begin with a letter and be at most %d long",
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
	if (*own[i].line)
		return fail(r, "section [%s] appears twice; the first is on line %u", name,
			    *own[i].line);
	r->kind = own[i].kind;
	*own[i].line = r->line.number;
	end[0] = ']';
	return 0;
}

/* 0: the library can have it, in @str. */
static int check_line(struct reader *r, char *str, int num)
{
	struct ini_line *line = &r->line;

	if (line->length > INI_LINE_MAX)
		return fail(r, "the line is longer than %d characters", INI_LINE_MAX);
	if (line->text[0] == '[') {
		if (begin_section(r))
			return -EINVAL;
	} else if (line->text[0] && !ini_line_is_pair(line)) {
		return fail(r, "expected 'key = value', a [section] or a comment");
	}
	if (!ini_line_hand_over(line, str, (size_t)num))
		return fail(r, "the key is longer than %d characters", num - 2);
	return 0;
}

/* libinih's reader: fgets() by contract. */
static char *read_line(char *str, int num, void *stream)
{
	struct reader *r = stream;

	if (r->over || !ini_line_next(&r->line))
		return NULL;
	r->over = r->line.foreign >= 0;
	if (r->over)
		return fail(r, "byte 0x%02x: not a text file", (unsigned)r->line.foreign), NULL;
	if (check_line(r, str, num))
		str[0] = '\0';
	return str;
}

static int take_pair(void *user, const char *section, const char *key, const char *value)
{
	static const enum option_scope scope[] = {[IN_RUN] = SCOPE_RUN,
						  [IN_EXPOSE] = SCOPE_EXPOSE,
						  [IN_GROUP] = SCOPE_GROUP,
						  [IN_SWEEP] = SCOPE_SWEEP};
	struct reader *r = user;
	const struct option *o;
	char where[ERROR_TEXT_MAX / 2];
	struct error error;
	int ret;

	if (r->kind == IN_NOTHING)
		return 1;
	o = option_find(scope[r->kind], key);
	value = r->line.value ? r->line.value : value;
	if (o && r->key_line[o - option_table])
		return fail(r, "'%s' is set twice; the first is on line %u", key,
			    r->key_line[o - option_table]),
		       0;
	if (o)
		r->key_line[o - option_table] = r->line.number;
	snprintf(where, sizeof(where), "%s:%u", r->path, r->line.number);
	if (r->kind == IN_GROUP && !strcmp(key, "worker"))
		r->has_worker[r->plan->groups - 1] = true;
	if (r->kind == IN_GROUP)
		ret = options_set_group(r->group, key, value, where, &error);
	else if (r->kind == IN_SWEEP)
		ret = sweep_set(r->sweep, key, value, where, &error);
	else if (r->kind == IN_EXPOSE)
		ret = options_set_expose(r->plan, key, value, where, &error);
	else
		ret = options_set_run(r->plan, key, value, where, &error);
	if (ret)
		mistakes_add(r->mistakes, r->line.number, &error);
	return !ret;
}

/* A worker that was named has been looked up; a section's name is seen here. */
static void check_workers(struct reader *r)
{
	for (unsigned i = 0; i < r->plan->groups; i++) {
		const struct group_plan *g = &r->plan->group[i];

		r->line.number = r->group_line[i];
		if (!r->has_worker[i] && !worker_find(g->worker))
			fail(r,
			     "[%s] has no 'worker =', and no worker has that name (see: thpstorm list workers)",
			     g->name);
	}
}

static int parse(struct reader *r, struct error *err)
{
	int wrong, e;

	errno = 0;
	wrong = ini_parse_stream(read_line, r, take_pair, r);
	e = errno ? errno : EIO;

	if (wrong < 0)
		return error_set(err, ENOMEM, "%s: not enough memory to read it", r->path);
	if (ferror(r->line.in))
		return error_errno(err, e, "cannot read %s", r->path);
	if (!r->over)
		check_workers(r);
	if (r->mistakes->count) {
		*err = r->mistakes->first[0].error;
		return -EINVAL;
	}
	if (wrong)
		return error_set(err, EINVAL, "%s:%d: cannot be read", r->path, wrong);
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

static int read_stream(FILE *in, const char *path, struct run_plan *plan, struct sweep_plan *sweep,
		       struct mistakes *mistakes, struct error *err)
{
	struct reader r = {.line = {.in = in},
			   .path = path,
			   .plan = plan,
			   .sweep = sweep,
			   .mistakes = mistakes};
	int ret;

	mistakes->count = 0;

	options_defaults(plan);
	if (sweep)
		sweep_defaults(sweep);
	if (strlen(path) >= sizeof(plan->config))
		return error_set(err, ENAMETOOLONG,
				 "the config file's path has more than %zu characters",
				 sizeof(plan->config) - 1);
	strcpy(plan->config, path);
	r.key_line = calloc(option_count, sizeof(*r.key_line));
	ret = r.key_line ? parse(&r, err)
			 : error_set(err, ENOMEM, "%s: not enough memory to read it", path);
	free(r.key_line);
	return ret;
}

int config_read_stream(FILE *in, const char *path, struct run_plan *plan, struct sweep_plan *sweep,
		       struct error *err)
{
	struct mistakes mistakes;

	return read_stream(in, path, plan, sweep, &mistakes, err);
}

int config_read_all(const char *path, struct run_plan *plan, struct sweep_plan *sweep,
		    struct mistakes *mistakes, struct error *err)
{
	FILE *in;
	int ret = open_config(path, &in, err);

	if (ret)
		return ret;
	ret = read_stream(in, path, plan, sweep, mistakes, err);
	fclose(in);
	return ret;
}

int config_read(const char *path, struct run_plan *plan, struct sweep_plan *sweep,
		struct error *err)
{
	struct mistakes mistakes;

	return config_read_all(path, plan, sweep, &mistakes, err);
}
