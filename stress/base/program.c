/* SPDX-License-Identifier: GPL-2.0-only */
/* See program.h. */
#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"

#define NAP_MS 10 /* a kernel before 5.3 has no pidfd */

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / NSEC_PER_MSEC;
}

/* Where a program and its parts are. Nothing here changes what it does. */
static const char *const kept[] = {
	"PATH",
	"HOME",
	"TMPDIR",
	"LD_LIBRARY_PATH",
	"GNUPLOT_DRIVER_DIR",
	"GNUPLOT_LIB",
	"FONTCONFIG_FILE",
	"FONTCONFIG_PATH",
	"XDG_CACHE_HOME",
};

/* Only between fork() and exec: the process has one thread and ends. */
static void set_environment(void)
{
	char *value[ARRAY_SIZE(kept)];

	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		const char *was = getenv(kept[i]);

		value[i] = was ? strdup(was) : NULL;
	}
	clearenv();
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		if (value[i])
			setenv(kept[i], value[i], 1);
	}
	setenv("LC_ALL", "C", 1);
}

static void redirect(int fd, int to)
{
	if (fd < 0)
		fd = open("/dev/null", O_RDWR);
	if (fd < 0 || dup2(fd, to) < 0)
		_exit(127);
}

static void execute(const struct program *p, int failed)
{
	sigset_t none;
	int e;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	redirect(p->in, STDIN_FILENO);
	redirect(p->out, STDOUT_FILENO);
	redirect(p->err, STDERR_FILENO);
	set_environment();
	execvp(p->argv[0], (char *const *)(uintptr_t)p->argv);
	e = errno;
	if (write(failed, &e, sizeof(e)) != sizeof(e))
		_exit(126);
	_exit(127);
}

/* Until it has ended, or the time is over. */
static bool wait_until(pid_t pid, uint64_t until_ms, int *status)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	bool ended;

	for (;;) {
		uint64_t now = now_ms();
		int left = now < until_ms ? (int)(until_ms - now) : 0;

		ended = waitpid(pid, status, WNOHANG) == pid;
		if (ended || !left)
			break;
		poll(&p, fd >= 0, fd >= 0 ? left : MIN(left, NAP_MS));
	}
	if (fd >= 0)
		close(fd);
	return ended;
}

static int wait_for(pid_t pid, unsigned limit_ms)
{
	int status = 0;
	bool killed = false;

	if (limit_ms && !wait_until(pid, now_ms() + limit_ms, &status)) {
		kill(pid, SIGKILL);
		killed = true;
	}
	if (killed || !limit_ms) {
		while (waitpid(pid, &status, 0) < 0) {
			if (errno != EINTR)
				return -errno;
		}
	}
	if (killed)
		return -ETIMEDOUT;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int program_run(const struct program *p)
{
	int failed[2], e = 0, ret;
	pid_t pid;

	if (pipe2(failed, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid)
		execute(p, failed[1]);
	e = errno;
	close(failed[1]);
	if (pid < 0) {
		close(failed[0]);
		return -e;
	}
	/* Nothing comes when it was executed. */
	while ((ret = (int)read(failed[0], &e, sizeof(e))) < 0 && errno == EINTR)
		;
	close(failed[0]);
	if (ret == sizeof(e)) {
		wait_for(pid, 0);
		return -e;
	}
	return wait_for(pid, p->limit_ms);
}
