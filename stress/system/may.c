/* SPDX-License-Identifier: GPL-2.0-only */
/* See may.h. */
#include "system/may.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/preempt.h"
#include "system/state.h"
#include "system/thp.h"

/* Documentation/admin-guide/devices.txt */
#define KMSG_DEVICE makedev(1, 11)

static bool has_sys_admin(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{0}};

	return !syscall(SYS_capget, &head, data) &&
	       data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective & CAP_TO_MASK(CAP_SYS_ADMIN);
}

const char *may_remedy(int refused)
{
	switch (-refused) {
	case EPERM:
	case EACCES:
		return "run it as root (sudo)";
	case EROFS:
		return "run it where that is not read-only, as it mostly is in a container";
	default:
		return "THPSTORM_STATE names another state directory";
	}
}

/* Documentation/admin-guide/sysctl/kernel.rst, dmesg_restrict */
const char *may_kmsg_remedy(int refused)
{
	switch (-refused) {
	case EPERM:
		return "run it as root (sudo), or set kernel.dmesg_restrict=0";
	case EACCES:
		return "run it as root (sudo)";
	default:
		return "run it where /dev/kmsg is the kernel's";
	}
}

int may_write(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	close(fd);
	return strstr(path, "/numa_balancing") && !has_sys_admin() ? -EPERM : 0;
}

int may_make_in(const char *dir)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s", dir) >= sizeof(path))
		return -ENAMETOOLONG;
	for (;;) {
		char *slash;

		if (!faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS))
			return 0;
		slash = strrchr(path, '/');
		if (errno != ENOENT || !strcmp(path, "."))
			return -errno;
		if (slash)
			*(slash == path ? slash + 1 : slash) = '\0';
		else
			snprintf(path, sizeof(path), ".");
	}
}

int may_open_kmsg(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC), err = 0;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISCHR(st.st_mode) || st.st_rdev != KMSG_DEVICE)
		err = -ENOTTY;
	else if (lseek(fd, 0, SEEK_END) < 0)
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* The first of @first, @first + @step, ... that is allowed, at last @last; tried in a child. */
static int first_allowed(int first, int last, int step, bool (*try)(int value))
{
	pid_t pid = fork();
	int status = 0, steps = 0;

	if (!pid) {
		while (first + steps * step != last && !try(first + steps * step))
			steps++;
		_exit(steps);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return last;
	return first + WEXITSTATUS(status) * step;
}

static bool try_nice(int value)
{
	return !setpriority(PRIO_PROCESS, 0, value);
}

static bool try_priority(int value)
{
	const struct sched_param param = {.sched_priority = value};

	return !sched_setscheduler(0, SCHED_FIFO, &param);
}

/* In a child, whose memory it is about. */
static int may_allow_thp(void)
{
	int status = 0;
	pid_t pid;

	if (thp_process_read() != THP_PROCESS_NONE)
		return 0;
	pid = fork();
	if (!pid)
		_exit(-thp_process_allow());
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPERM;
}

void may_read(struct may *m)
{
	char state[PATH_MAX];
	int fd = may_open_kmsg();

	m->journal = may_make_in(state_directory(state, sizeof(state)));
	m->thp = may_write(THP_SYSFS "/enabled");
	m->own_thp = may_allow_thp();
	m->model = may_write(PREEMPT_DEBUGFS);
	/* Without the right it is refused before the name is looked at. */
	m->swap = swapoff("") && errno == EPERM ? -EPERM : 0;
	m->kmsg = fd < 0 ? fd : 0;
	if (fd >= 0)
		close(fd);
	/* Who was started by nice(1) may not even go back to 0. */
	m->nice = first_allowed(-20, MAX(0, getpriority(PRIO_PROCESS, 0)), 1, try_nice);
	m->rt_priority = first_allowed(sched_get_priority_max(SCHED_FIFO), 0, -1, try_priority);
}
