/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The values of options: from text to the plan and back. All numbers are read by one function that
 * takes nothing but decimal digits and sees an overflow, so nothing wraps and no junk is skipped.
 */
#include "words/option_value.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "words/nearest.h"
#include "words/option_check.h"

struct unit {
	const char *name;
	long long worth;
};

/* Greatest first: the form that is printed is the greatest unit of which it is a multiple. */
static const struct unit durations[] = {
	{"d", 86400 * (long long)NSEC_PER_SEC},
	{"h", 3600 * (long long)NSEC_PER_SEC},
	{"m", 60 * (long long)NSEC_PER_SEC},
	{"s", NSEC_PER_SEC},
	{"ms", NSEC_PER_MSEC},
	{"us", NSEC_PER_USEC},
	{"ns", 1},
	{NULL, 0},
};

static const struct unit sizes[] = {
	{"T", 1ll << 40}, {"G", GIB}, {"M", MIB}, {"K", KIB}, {"", 1}, {NULL, 0},
};

/* Digits of @text into @value; what follows them, or NULL without digits or beyond LLONG_MAX. */
static const char *read_digits(const char *text, long long *value)
{
	const char *at = text;

	*value = 0;
	for (; *at >= '0' && *at <= '9'; at++) {
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, *at - '0', value))
			return NULL;
	}
	return at == text ? NULL : at;
}

static bool read_plain(const char *text, bool negative_too, long long *value)
{
	bool minus = negative_too && *text == '-';
	const char *rest = read_digits(text + minus, value);

	if (minus)
		*value = -*value;
	return rest && !*rest;
}

static bool read_with_unit(const char *text, const struct unit *units, long long *value)
{
	const char *rest = read_digits(text, value);

	if (!rest)
		return false;
	if (!*rest && !*value)
		return true;
	for (const struct unit *u = units; u->name; u++) {
		if (!strcmp(rest, u->name))
			return !__builtin_mul_overflow(*value, u->worth, value);
	}
	return false;
}

static void print_with_unit(char *buf, size_t size, const struct unit *units, long long value)
{
	const struct unit *u = units;

	if (!value) {
		snprintf(buf, size, "0");
		return;
	}
	while (value % u->worth)
		u++;
	snprintf(buf, size, "%lld%s", value / u->worth, u->name);
}

static bool read_number(const struct option *o, const char *text, long long *value)
{
	bool read;

	if (o->type == TYPE_DURATION)
		read = read_with_unit(text, durations, value);
	else if (o->type == TYPE_SIZE)
		read = read_with_unit(text, sizes, value);
	else
		read = read_plain(text, o->type == TYPE_INT, value);
	return read && *value >= o->min && *value <= o->max;
}

static void print_number(const struct option *o, char *buf, size_t size, long long value)
{
	if (o->type == TYPE_DURATION)
		print_with_unit(buf, size, durations, value);
	else if (o->type == TYPE_SIZE)
		print_with_unit(buf, size, sizes, value);
	else
		snprintf(buf, size, "%lld", value);
}

char *option_format_number(const struct option *o, long long value, char *buf, size_t size)
{
	print_number(o, buf, size, value);
	return buf;
}

/* "keep, madvise or always" */
static char *list_words(const char *const *words, const char *last, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (unsigned i = 0; words[i] && n < size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%s%s",
				      !i	     ? ""
				      : words[i + 1] ? ", "
						     : last,
				      words[i]);
	return buf;
}

char *option_range(const struct option *o, char *buf, size_t size)
{
	char from[32], to[32];

	switch (o->type) {
	case TYPE_BOOL:
		snprintf(buf, size, "yes, no");
		break;
	case TYPE_CHOICE:
		list_words(o->choices, ", ", buf, size);
		break;
	case TYPE_TEXT:
		snprintf(buf, size, "text");
		break;
	default:
		print_number(o, from, sizeof(from), o->min);
		print_number(o, to, sizeof(to), o->max);
		snprintf(buf, size, "%s to %s", from, to);
	}
	return buf;
}

static int refuse_number(const struct option *o, struct error *allowed)
{
	static const char *const what[] = {
		[TYPE_DURATION] = "duration", [TYPE_SIZE] = "size", [TYPE_TEXT] = NULL};
	static const char *const like[] = {[TYPE_DURATION] = ", like 30s, 500ms or 2m",
					   [TYPE_SIZE] = ", like 2M, 128M or 1G",
					   [TYPE_TEXT] = NULL};
	char range[72];

	return error_set(allowed, EINVAL, "must be a %s from %s%s",
			 what[o->type] ? what[o->type] : "number",
			 option_range(o, range, sizeof(range)), like[o->type] ? like[o->type] : "");
}

static int parse_number(const struct option *o, const char *value, void *at, struct error *allowed)
{
	long long number;

	if (!read_number(o, value, &number))
		return refuse_number(o, allowed);
	if (o->type == TYPE_UINT)
		*(unsigned *)at = (unsigned)number;
	else if (o->type == TYPE_INT)
		*(int *)at = (int)number;
	else
		*(uint64_t *)at = (uint64_t)number;
	return 0;
}

/* Of an option with a bit, what tries a value instead of demanding it stands behind the values. */
static int parse_choice(const struct option *o, const char *value, void *base,
			struct error *allowed)
{
	char words[160], hint[64];

	for (int i = 0; o->choices[i]; i++) {
		struct run_plan *plan = o->must ? base : NULL;
		bool tries = i > o->max;

		if (strcmp(value, o->choices[i]))
			continue;
		*(int *)((char *)base + o->offset) = tries ? i - (int)o->max : i;
		if (plan)
			plan->must = tries ? plan->must & ~o->must : plan->must | o->must;
		return 0;
	}
	return error_set(allowed, EINVAL, "must be %s%s",
			 list_words(o->choices, " or ", words, sizeof(words)),
			 nearest_hint(value, o->choices, hint, sizeof(hint)));
}

static int parse_text(const struct option *o, const char *value, void *at, struct error *allowed)
{
	int ret;

	if (strlen(value) >= o->size)
		return error_set(allowed, EINVAL, "must be at most %zu characters long",
				 o->size - 1);
	ret = o->names	 ? option_check_name(o->names, value, allowed)
	      : o->check ? o->check(value, allowed)
			 : 0;
	if (!ret)
		strcpy(at, value);
	return ret;
}

int option_parse(const struct option *o, const char *value, void *base, struct error *allowed)
{
	void *at = (char *)base + o->offset;

	switch (o->type) {
	case TYPE_BOOL:
		if (strcmp(value, "yes") && strcmp(value, "no"))
			return error_set(allowed, EINVAL, "must be yes or no");
		*(bool *)at = *value == 'y';
		return 0;
	case TYPE_CHOICE:
		return parse_choice(o, value, base, allowed);
	case TYPE_TEXT:
		return parse_text(o, value, at, allowed);
	default:
		return parse_number(o, value, at, allowed);
	}
}

/* Of a value among the choices. */
static int place_of(const struct option *o, const void *base, int value)
{
	const struct run_plan *plan = o->must ? base : NULL;

	return plan && value && !(plan->must & o->must) ? value + (int)o->max : value;
}

char *option_format(const struct option *o, const void *base, char *buf, size_t size)
{
	const void *at = (const char *)base + o->offset;

	switch (o->type) {
	case TYPE_BOOL:
		snprintf(buf, size, "%s", *(const bool *)at ? "yes" : "no");
		break;
	case TYPE_CHOICE:
		snprintf(buf, size, "%s", o->choices[place_of(o, base, *(const int *)at)]);
		break;
	case TYPE_TEXT:
		snprintf(buf, size, "%s", (const char *)at);
		break;
	case TYPE_UINT:
		print_number(o, buf, size, *(const unsigned *)at);
		break;
	case TYPE_INT:
		print_number(o, buf, size, *(const int *)at);
		break;
	default:
		print_number(o, buf, size, (long long)*(const uint64_t *)at);
	}
	return buf;
}
