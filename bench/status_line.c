/* SPDX-License-Identifier: GPL-2.0-only */
/* See status_line.h. */
#include "status_line.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/base.h"

#define COLUMNS_GUESS 80u

void status_line_init(struct status_line *s, FILE *out)
{
	int fd = fileno(out);

	*s = (struct status_line){.out = out, .tty = fd >= 0 && isatty(fd)};
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

	fprintf(s->out, "\r%s%*s", text, n < s->drawn ? (int)(s->drawn - n) : 0, "");
	s->drawn = n;
	fflush(s->out);
}

void status_line_clear(struct status_line *s)
{
	if (!s->drawn)
		return;
	status_line_draw(s, "");
	putc('\r', s->out);
	fflush(s->out);
}
