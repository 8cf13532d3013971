/* SPDX-License-Identifier: GPL-2.0-only */
/* The knob journal, read. See journal.h for its lines. */
#include <stdio.h>
#include <string.h>

#include "system/journal_parts.h"
#include "system/state.h"

void journal_forget(struct journal *j, unsigned i)
{
	memmove(&j->knob[i], &j->knob[i + 1], (--j->count - i) * sizeof(j->knob[0]));
}

int journal_find(const struct journal *j, const char *path)
{
	for (unsigned i = 0; i < j->count; i++) {
		if (!strcmp(j->knob[i].path, path))
			return (int)i;
	}
	return -1;
}

void journal_remember(struct journal *j, const char *path, size_t length, const char *old,
		      const struct made_kind *made)
{
	struct knob *k = &j->knob[j->count++];

	snprintf(k->path, PATH_BYTES, "%.*s", (int)length, path);
	snprintf(k->old, VALUE_MAX, "%s", old);
	k->made = made;
	k->side = k->told = false;
}

void journal_tell(struct journal *j, const char *path, bool side, const char *value)
{
	int i = journal_find(j, path);

	if (i < 0 || j->knob[i].made)
		return;
	j->knob[i].side = side;
	j->knob[i].told = !side || value[0];
	snprintf(j->knob[i].set, VALUE_MAX, "%s", value);
}

/* "now PATH<TAB>VALUE" or "side PATH<TAB>VALUE", cut at the tab. */
static void parse_value(struct journal *j, char *line, char *tab)
{
	bool side = !strncmp(line, "side ", 5);

	if (!tab || (!side && strncmp(line, "now ", 4)))
		return;
	*tab = '\0';
	journal_tell(j, strchr(line, ' ') + 1, side, tab + 1);
}

static void parse_line(struct journal *j, char *line)
{
	char *tab = strchr(line, '\t'), *space = strchr(line, ' ');
	const struct made_kind *made =
		!strncmp(line, "made ", 5) && tab ? made_find(tab + 1) : NULL;
	int i = -1;

	if (!strncmp(line, "back ", 5))
		i = journal_find(j, line + 5);
	if (i >= 0)
		journal_forget(j, (unsigned)i);
	if ((made || !strncmp(line, "set ", 4)) && tab && j->count < KNOBS_MAX)
		journal_remember(j, space + 1, (size_t)(tab - space - 1), tab + 1, made);
	else
		parse_value(j, line, tab);
}

/* Values are gone with the boot that they were of, and so is much of what was made. */
static void drop_values(struct journal *j)
{
	for (unsigned i = j->count; i-- > 0;) {
		const struct made_kind *made = j->knob[i].made;

		if (!made || !made->survives_reboot)
			journal_forget(j, i);
	}
}

void journal_parse(struct journal *j, char *text)
{
	char boot[64] = "", *line = text, *end;
	bool same = false;

	if (strncmp(text, HEADER, strlen(HEADER)))
		return;
	state_boot_id(boot, sizeof(boot), NULL);
	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (!strncmp(line, "boot ", 5))
			same = !strcmp(line + 5, boot);
		parse_line(j, line);
	}
	j->file.size = line - text;
	if (!same)
		drop_values(j);
}
