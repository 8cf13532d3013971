/* SPDX-License-Identifier: GPL-2.0-only */
/* See outlet.h. */
#include "terminal/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/plural.h"
#include "base/base.h"

static enum outlet_kind kind_of(int fd)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return OUTLET_FILE;
	if (S_ISSOCK(st.st_mode))
		return OUTLET_SOCKET;
	if (S_ISFIFO(st.st_mode))
		return OUTLET_PIPE;
	return isatty(fd) ? OUTLET_TERMINAL : OUTLET_FILE;
}

/*
 * O_NONBLOCK on the descriptor itself would be everybody's who shares it, the shell's too. So it is
 * opened anew; where that is not allowed (a terminal of another user) it is asked before each write.
 */
void outlet_init(struct outlet *o, FILE *out)
{
	char path[40];
	int fd = fileno(out), own;

	o->out = out;
	o->kind = kind_of(fd);
	o->fd = fd;
	o->length = 0;
	o->dropped = 0;
	if (o->kind != OUTLET_PIPE && o->kind != OUTLET_TERMINAL)
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (own < 0)
		return;
	o->fd = own;
	o->kind = OUTLET_OWN;
}

static bool is_writable(int fd, int ms)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};

	return poll(&p, 1, ms) == 1;
}

/* As write(2), and EAGAIN where that would wait. */
static ssize_t put_some(const struct outlet *o, const char *text, size_t n)
{
	if (o->kind == OUTLET_OWN)
		return write(o->fd, text, n);
	if (o->kind == OUTLET_SOCKET)
		return send(o->fd, text, n, MSG_DONTWAIT);
	if (!is_writable(o->fd, 0)) {
		errno = EAGAIN;
		return -1;
	}
	/* What is free then: pipe(7), and of a terminal at least one character (poll of n_tty.c). */
	return write(o->fd, text, MIN(n, o->kind == OUTLET_PIPE ? (size_t)PIPE_BUF : 1));
}

static void put_kept(struct outlet *o)
{
	size_t done = 0;

	while (done < o->length) {
		ssize_t n = put_some(o, o->kept + done, o->length - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		/* Nobody will ever read it. */
		done = n < 0 ? o->length : done + (size_t)n;
	}
	memmove(o->kept, o->kept + done, o->length - done);
	o->length -= done;
}

void outlet_say(struct outlet *o, const char *text)
{
	size_t n = strlen(text);

	if (o->kind == OUTLET_FILE) {
		fputs(text, o->out);
		fflush(o->out);
		return;
	}
	put_kept(o);
	if (n > sizeof(o->kept) - o->length) {
		o->dropped++;
		return;
	}
	memcpy(o->kept + o->length, text, n);
	o->length += n;
	put_kept(o);
}

bool outlet_draw(struct outlet *o, const char *text)
{
	if (o->kind != OUTLET_FILE) {
		put_kept(o);
		if (o->length)
			return false;
	}
	outlet_say(o, text);
	return true;
}

static void wait_for_reader(struct outlet *o)
{
	put_kept(o);
	while (o->length && (is_writable(o->fd, -1) || errno != EINTR))
		put_kept(o);
}

void outlet_finish(struct outlet *o)
{
	char text[64];

	if (o->kind != OUTLET_FILE)
		wait_for_reader(o);
	if (o->dropped && !o->length) {
		snprintf(text, sizeof(text), "%u line%s lost\n", o->dropped,
			 plural_word(o->dropped, " was not read and is",
				     "s were not read and are"));
		o->dropped = 0;
		outlet_say(o, text);
		wait_for_reader(o);
	}
	if (o->kind == OUTLET_OWN)
		close(o->fd);
	o->kind = OUTLET_FILE;
	o->length = 0;
}
