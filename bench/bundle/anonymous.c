/* SPDX-License-Identifier: GPL-2.0-only */
/* See anonymous.h. */
#include "bundle/anonymous.h"

#include <ctype.h>
#include <string.h>

#define BLANK 'x'

/* A part of the text; from == NULL: none. */
struct span {
	char *from, *to;
};

/* Where the looking is. */
struct place {
	char *text, *at, *end;
};

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '.';
}

static bool begins(const struct place *p, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(p->end - p->at) >= n && !memcmp(p->at, word, n);
}

static bool in_word(const struct place *p)
{
	return p->at > p->text && isalnum((unsigned char)p->at[-1]);
}

/* What a JSON object calls its parts is nobody's name. */
static bool is_in_key(const struct place *p, const char *after)
{
	while (after < p->end && (isalnum((unsigned char)*after) || *after == '_'))
		after++;
	return p->end - after >= 2 && after[0] == '"' && after[1] == ':';
}

/* The name that begins at @from. */
static struct span name_at(const struct place *p, char *from)
{
	struct span s = {from, from};

	while (s.to < p->end && is_name(*s.to))
		s.to++;
	return s.to > from ? s : (struct span){NULL, NULL};
}

static struct span given_name(const struct place *p, const char *const *names)
{
	if (in_word(p))
		return (struct span){NULL, NULL};
	for (unsigned i = 0; i < ANONYMOUS_NAMES; i++) {
		size_t n = names[i] ? strlen(names[i]) : 0;
		const char *after = p->at + n;

		if (n >= ANONYMOUS_NAME_MIN && begins(p, names[i]) &&
		    (after == p->end || !isalnum((unsigned char)*after)) && !is_in_key(p, after))
			return (struct span){p->at, p->at + n};
	}
	return (struct span){NULL, NULL};
}

static struct span home(const struct place *p)
{
	if (begins(p, "/home/"))
		return name_at(p, p->at + strlen("/home/"));
	if (in_word(p))
		return (struct span){NULL, NULL};
	if (begins(p, "/root/") || begins(p, "/root\""))
		return (struct span){p->at + 1, p->at + strlen("/root")};
	return (struct span){NULL, NULL};
}

static struct span builder(const struct place *p)
{
	struct span user, host;

	if (*p->at != '(')
		return (struct span){NULL, NULL};
	user = name_at(p, p->at + 1);
	if (!user.from || user.to == p->end || *user.to != '@')
		return (struct span){NULL, NULL};
	host = name_at(p, user.to + 1);
	if (!host.from || host.to == p->end || *host.to != ')')
		return (struct span){NULL, NULL};
	return (struct span){user.from, host.to};
}

static struct span boot_parameter(const struct place *p)
{
	char *at = p->at;

	if (begins(p, "hostname="))
		return name_at(p, p->at + strlen("hostname="));
	if (in_word(p) || !begins(p, "ip="))
		return (struct span){NULL, NULL};
	for (unsigned colons = 0; colons < 4; at++) {
		if (at == p->end || isspace((unsigned char)*at))
			return (struct span){NULL, NULL};
		colons += *at == ':';
	}
	return name_at(p, at);
}

static struct span log_line(const struct place *p)
{
	static const char after[] = " kernel:";
	struct span s;

	if (!begins(p, "] "))
		return (struct span){NULL, NULL};
	s = name_at(p, p->at + strlen("] "));
	if (!s.from || (size_t)(p->end - s.to) < strlen(after) ||
	    memcmp(s.to, after, strlen(after)))
		return (struct span){NULL, NULL};
	return s;
}

/* False, and nothing changed, where there is none, or none any more. */
static bool blank(struct span s)
{
	bool any = false;

	for (char *c = s.from; c && c < s.to; c++) {
		any |= isalnum((unsigned char)*c) && *c != BLANK;
		if (isalnum((unsigned char)*c))
			*c = BLANK;
	}
	return any;
}

void anonymous_blank(struct anonymous *a, char *text, size_t length)
{
	struct place p = {.text = text, .at = text, .end = text + length};

	for (; p.at < p.end; p.at++) {
		a->hosts += blank(given_name(&p, a->host));
		a->hosts += blank(boot_parameter(&p));
		a->hosts += blank(log_line(&p));
		a->users += blank(given_name(&p, a->user));
		a->users += blank(home(&p));
		a->builders += blank(builder(&p));
	}
}
