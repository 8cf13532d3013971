/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Nobody reads: a terminal that is stopped, a pipe and a socket that are full. Nothing waits, what
 * was said comes when somebody reads, in order, and what could not be kept is counted. A wait would
 * be for ever: the alarm ends it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/base.h"
#include "terminal/status_line.h"

#define PATIENCE_S 60

static struct status_line status;
static int reader;
static FILE *writer;

static int set_up(void **state)
{
	alarm(PATIENCE_S);
	return 0;
}

static int tear_down(void **state)
{
	alarm(0);
	if (writer)
		fclose(writer);
	writer = NULL;
	close(reader);
	return 0;
}

static void open_pipe(void)
{
	int fd[2];

	assert_int_equal(pipe(fd), 0);
	reader = fd[0];
	writer = fdopen(fd[1], "w");
	setvbuf(writer, NULL, _IONBF, 0);
}

/* Without the right to open it anew: as of a terminal of another user. */
static void share(enum outlet_kind kind)
{
	close(status.outlet.fd);
	status.outlet.fd = fileno(writer);
	status.outlet.kind = kind;
}

/* Until the other side has all that was written, @end at its end. */
static char *read_to(const char *end)
{
	static char text[1 << 20];
	size_t n = 0;

	for (;;) {
		ssize_t more = read(reader, text + n, sizeof(text) - 1 - n);

		assert_true(more > 0);
		n += (size_t)more;
		text[n] = '\0';
		if (n >= strlen(end) && !strcmp(text + n - strlen(end), end))
			return text;
	}
}

/* In a child, for it waits; the parent reads. */
static char *finish(const char *end)
{
	pid_t pid = fork();
	char *text;

	if (!pid) {
		status_line_end(&status, false);
		_exit(0);
	}
	text = read_to(end);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	return text;
}

static unsigned count(const char *text, const char *word)
{
	unsigned n = 0;

	while ((text = strstr(text, word))) {
		n++;
		text += strlen(word);
	}
	return n;
}

/* More than any buffer takes: some lines are dropped, and those that are not come whole. */
static void say_until_full(void)
{
	for (unsigned i = 0; !status.outlet.dropped; i++)
		status_line_say(&status, "line %u of those that nobody reads, and that fill it", i);
}

static void expect_whole(char *text)
{
	char want[80], *line = text;
	unsigned lines = count(text, "\n");

	for (unsigned i = 0; i + 1 < lines; i++) {
		char *end = strchr(line, '\n');

		*end = '\0';
		if (end > line && end[-1] == '\r')
			end[-1] = '\0';
		snprintf(want, sizeof(want), "line %u of those that nobody reads, and that fill it",
			 i);
		assert_string_equal(line, want);
		line = end + 1;
	}
	assert_non_null(strstr(line, "1 line was not read and is lost"));
}

static void a_full_pipe_does_not_wait(void **state)
{
	open_pipe();
	status_line_init(&status, writer);
	assert_int_equal(status.outlet.kind, OUTLET_OWN);
	say_until_full();
	expect_whole(finish("lost\n"));
	/* The descriptor itself is as it was. */
	assert_false(fcntl(fileno(writer), F_GETFL) & O_NONBLOCK);
}

static void a_full_pipe_of_others_does_not_wait(void **state)
{
	open_pipe();
	status_line_init(&status, writer);
	share(OUTLET_PIPE);
	say_until_full();
	expect_whole(finish("lost\n"));
}

static void a_full_socket_does_not_wait(void **state)
{
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	reader = fd[0];
	writer = fdopen(fd[1], "w");
	status_line_init(&status, writer);
	assert_int_equal(status.outlet.kind, OUTLET_SOCKET);
	say_until_full();
	expect_whole(finish("lost\n"));
}

static void open_terminal(void)
{
	int slave;

	reader = posix_openpt(O_RDWR | O_NOCTTY);
	if (reader < 0 || grantpt(reader) || unlockpt(reader))
		skip();
	slave = open(ptsname(reader), O_RDWR | O_NOCTTY);
	if (slave < 0)
		skip();
	writer = fdopen(slave, "w");
	setvbuf(writer, NULL, _IONBF, 0);
	status_line_init(&status, writer);
	assert_true(status.tty);
}

/* Ctrl-S. The line that is drawn is left out meanwhile, the finding is not. */
static void stop_and_say(void)
{
	tcflow(fileno(writer), TCOOFF);
	status_line_say(&status, "FINDING: one");
	for (unsigned i = 0; i < 100; i++)
		status_line_draw(&status, "drawn in vain");
	status_line_say(&status, "FINDING: two");
	tcflow(fileno(writer), TCOON);
	assert_string_equal(finish("two\r\n"), "FINDING: one\r\nFINDING: two\r\n");
}

static void a_stopped_terminal_does_not_wait(void **state)
{
	open_terminal();
	assert_int_equal(status.outlet.kind, OUTLET_OWN);
	stop_and_say();
}

static void a_stopped_terminal_of_others_does_not_wait(void **state)
{
	open_terminal();
	share(OUTLET_TERMINAL);
	stop_and_say();
}

static void a_terminal_that_nobody_reads_does_not_wait(void **state)
{
	open_terminal();
	say_until_full();
	expect_whole(finish("lost\r\n"));
}

static void a_reader_that_left_is_not_waited_for(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	open_pipe();
	status_line_init(&status, writer);
	close(reader);
	reader = -1;
	status_line_say(&status, "to nobody");
	status_line_end(&status, false);
}

#define OUTLET_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OUTLET_TEST(a_full_pipe_does_not_wait),
		OUTLET_TEST(a_full_pipe_of_others_does_not_wait),
		OUTLET_TEST(a_full_socket_does_not_wait),
		OUTLET_TEST(a_stopped_terminal_does_not_wait),
		OUTLET_TEST(a_stopped_terminal_of_others_does_not_wait),
		OUTLET_TEST(a_terminal_that_nobody_reads_does_not_wait),
		OUTLET_TEST(a_reader_that_left_is_not_waited_for),
	};

	return cmocka_run_group_tests_name("outlet", tests, NULL, NULL);
}
