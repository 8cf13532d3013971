/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The knob journal, put back. A knob that no longer holds what thpstorm set was changed by somebody
 * else, who knows why: it is left, and told of. See journal.h.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/textfile.h"
#include "system/choice.h"
#include "system/journal.h"
#include "system/journal_parts.h"

/* The knob's value in the form that can be written back. */
int journal_read_value(const char *path, char *value, size_t size)
{
	char text[VALUE_MAX];
	long n = textfile_read(path, text, sizeof(text));
	int ret;

	if (n < 0)
		return (int)n;
	ret = choice_current(text, value, size);
	if (ret != -ENOENT)
		return ret;
	while (n && strchr(" \t\n", text[n - 1]))
		text[--n] = '\0';
	snprintf(value, size, "%s", text + strspn(text, " \t"));
	return 0;
}

int journal_write_value(const char *path, const char *value, struct error *err)
{
	char now[VALUE_MAX];
	/* A write of no bytes changes nothing. */
	int ret = textfile_write(path, value[0] ? value : "\n");

	if (ret)
		return error_errno(err, -ret, "cannot write '%s' to %s", value, path);
	ret = journal_read_value(path, now, sizeof(now));
	if (ret)
		return error_errno(err, -ret, "cannot read %s back", path);
	if (strcmp(now, value))
		return error_set(err, EIO, "wrote '%s' to %s, but it reads back as '%s'", value,
				 path, now);
	return 0;
}

static void remember_change(struct journal *j, const struct knob *k, const char *now)
{
	struct journal_change *c = &j->change[j->changes];

	if (j->changes == JOURNAL_CHANGES_MAX)
		return;
	j->changes++;
	snprintf(c->path, sizeof(c->path), "%s", k->path);
	snprintf(c->set, sizeof(c->set), "%s", k->set);
	snprintf(c->found, sizeof(c->found), "%s", now);
}

/* mm/huge_memory.c: start_stop_khugepaged(), which calls set_recommended_min_free_kbytes(). */
static bool moves_min_free(const char *path)
{
	const char *name = strrchr(path, '/');

	return strstr(path, "transparent_hugepage/") && name && !strcmp(name, "/enabled");
}

/*
 * A knob that holds its old value is not written: the kernel takes a write of min_free_kbytes as
 * the administrator's wish from then on, even of the same value.
 */
static int put_back_knob(struct journal *j, const struct knob *k, struct error *err)
{
	char now[VALUE_MAX];

	if (journal_read_value(k->path, now, sizeof(now)))
		return journal_write_value(k->path, k->old, err);
	if (!strcmp(now, k->old))
		return 0;
	/* An empty value was not chosen by anybody. */
	if (k->told && now[0] && strcmp(now, k->set)) {
		remember_change(j, k, now);
		/* What min_free_kbytes follows from, the one side effect there is. */
		j->left |= moves_min_free(k->path);
		return 0;
	}
	return journal_write_value(k->path, k->old, err);
}

/*
 * A side effect was judged before its cause was put back (judge_side_effects()), which may have
 * changed it again.
 */
static int put_back_side_effect(struct journal *j, const struct knob *k, struct error *err)
{
	const char *wanted = k->found[0] ? k->found : k->old;
	char now[VALUE_MAX];

	/* Whoever changed its cause gets its effect as well. */
	if (j->left)
		return 0;
	if (k->found[0])
		remember_change(j, k, k->found);
	if (!journal_read_value(k->path, now, sizeof(now)) && !strcmp(now, wanted))
		return 0;
	return journal_write_value(k->path, wanted, err);
}

int journal_put_back(struct journal *j, unsigned i, struct error *err)
{
	const struct knob *k = &j->knob[i];
	int ret;

	if (k->made)
		ret = k->made->remove(k->path, err);
	else if (k->side)
		ret = put_back_side_effect(j, k, err);
	else
		ret = put_back_knob(j, k, err);
	if (ret)
		return ret;
	/* Without this line the knob is put back once more by the next run: no harm. */
	journal_append(j, NULL, "back %s\n", k->path);
	journal_forget(j, i);
	return 0;
}

/* Those that hold neither what they held before nor what they held once the knobs were set. */
static void judge_side_effects(struct journal *j)
{
	for (unsigned i = 0; i < j->count; i++) {
		struct knob *k = &j->knob[i];
		char now[VALUE_MAX];

		k->found[0] = '\0';
		if (k->side && k->told && !journal_read_value(k->path, now, sizeof(now)) &&
		    strcmp(now, k->old) && strcmp(now, k->set))
			snprintf(k->found, sizeof(k->found), "%s", now);
	}
}

int journal_restore(struct journal *j, struct error *err)
{
	unsigned had = j->count;
	struct error first = {""};

	j->left = false;
	judge_side_effects(j);
	for (unsigned i = j->count; i-- > 0;) {
		struct error why;

		if (journal_put_back(j, i, &why) && !first.text[0])
			first = why;
	}
	if (j->count)
		error_set(err, EIO, "%u of %u knobs could not be put back: %.300s", j->count, had,
			  first.text);
	else if (had)
		journal_begin(j, NULL);
	return (int)j->count;
}

void journal_change_format(const struct journal_change *c, char *buf, size_t size)
{
	snprintf(buf, size,
		 "%s was changed by somebody else during the run (from '%.*s' to '%.*s'): left",
		 c->path, JOURNAL_VALUE_SHOWN, c->set, JOURNAL_VALUE_SHOWN, c->found);
}
