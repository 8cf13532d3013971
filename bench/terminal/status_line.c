/* SPDX-License-Identifier: GPL-2.0-only */
/* See status_line.h. */
#include "terminal/status_line.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_GUESS 80u

void status_line_init(struct status_line *s, FILE *out)
{
	int fd = fileno(out);

	s->out = out;
	s->tty = fd >= 0 && isatty(fd);
	s->drawn = 0;
	outlet_init(&s->outlet, out);
}

unsigned status_line_columns(const struct status_line *s, unsigned max)
{
	struct winsize size;

	if (!s->tty)
		return max;
	if (ioctl(fileno(s->out), TIOCGWINSZ, &size) || !size.ws_col)
		size.ws_col = COLUMNS_GUESS;
	return MIN((unsigned)size.ws_col - 1, max);
}

/* Blanks over what is left of the line before: no escape sequence that a terminal may lack. */
void status_line_draw(struct status_line *s, const char *text)
{
	unsigned n = (unsigned)strlen(text);
	char *line;

	if (asprintf(&line, "\r%s%*s", text, n < s->drawn ? (int)(s->drawn - n) : 0, "") < 0)
		return;
	if (outlet_draw(&s->outlet, line))
		s->drawn = n;
	free(line);
}

static void clear_line(struct status_line *s)
{
	char *blank;

	if (!s->drawn || asprintf(&blank, "\r%*s\r", (int)s->drawn, "") < 0)
		return;
	outlet_say(&s->outlet, blank);
	free(blank);
	s->drawn = 0;
}

void status_line_say(struct status_line *s, const char *fmt, ...)
{
	char *text, *line;
	va_list ap;
	int n;

	clear_line(s);
	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if (asprintf(&line, "%s\n", text) >= 0) {
		outlet_say(&s->outlet, line);
		free(line);
	}
	free(text);
}

void status_line_end(struct status_line *s, bool clear)
{
	if (clear)
		clear_line(s);
	else if (s->drawn)
		outlet_say(&s->outlet, "\n");
	s->drawn = 0;
	outlet_finish(&s->outlet);
}
