/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Preloaded into thpstorm: kills it at the Nth step of writing to a file of name `journal`, the
 * sweep's ledger or the knob journal, in whichever of its processes. The steps of one line are:
 * before the write, after half of it, after all of it, after it is on the disk; and before and
 * after a file is cut. What a line announces has steps of its own: before and after a swap file is
 * swapped to, and off; before and after a cgroup is made, and removed.
 *
 *	THPSTORM_KILL_COUNT	a file of two 32-bit words, shared by all processes: the pid of the
 *				sweep, and the steps so far
 *	THPSTORM_KILL_AT	the step, from 1; 0 or unset: only count
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <unistd.h>

struct shared {
	int32_t pid;
	uint32_t steps;
};

static struct shared *shared;
static unsigned kill_at;

__attribute__((constructor)) static void begin(void)
{
	const char *file = getenv("THPSTORM_KILL_COUNT"), *at = getenv("THPSTORM_KILL_AT");
	int fd = file ? open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0644) : -1;

	kill_at = at ? (unsigned)atoi(at) : 0;
	if (fd < 0 || ftruncate(fd, sizeof(*shared)))
		return;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED)
		shared = NULL;
	else if (!shared->pid)
		shared->pid = (int32_t)getpid();
	close(fd);
}

static int is_journal(int fd)
{
	char link[32], path[512], *name;
	ssize_t n;

	if (!shared)
		return 0;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < 0)
		return 0;
	path[n] = '\0';
	name = strrchr(path, '/');
	return name && (!strcmp(name, "/journal") || !strcmp(name, "/journal.new"));
}

/* The sweep and its storm go together, as when the machine goes. */
static void step(void)
{
	if (!shared || __atomic_add_fetch(&shared->steps, 1, __ATOMIC_SEQ_CST) != kill_at)
		return;
	if (shared->pid != (int32_t)getpid())
		kill(shared->pid, SIGKILL);
	kill(getpid(), SIGKILL);
	pause();
}

ssize_t pwrite(int fd, const void *buf, size_t n, off_t at)
{
	if (!is_journal(fd))
		return syscall(SYS_pwrite64, fd, buf, n, at);
	step();
	if (syscall(SYS_pwrite64, fd, buf, n / 2, at) != (ssize_t)(n / 2))
		return -1;
	step();
	n = (size_t)syscall(SYS_pwrite64, fd, buf, n, at);
	step();
	return (ssize_t)n;
}

ssize_t pwrite64(int fd, const void *buf, size_t n, off64_t at)
{
	return pwrite(fd, buf, n, at);
}

int fdatasync(int fd)
{
	int ret = (int)syscall(SYS_fdatasync, fd);

	if (is_journal(fd))
		step();
	return ret;
}

int ftruncate(int fd, off_t size)
{
	int journal = is_journal(fd), ret;

	if (journal)
		step();
	ret = (int)syscall(SYS_ftruncate, fd, size);
	if (journal)
		step();
	return ret;
}

int ftruncate64(int fd, off64_t size)
{
	return ftruncate(fd, size);
}

/* Other directories are no leftovers. */
static int is_cgroup(const char *path)
{
	return !strncmp(path, "/sys/fs/cgroup/", strlen("/sys/fs/cgroup/"));
}

int mkdir(const char *path, mode_t mode)
{
	int ret;

	if (is_cgroup(path))
		step();
	ret = (int)syscall(SYS_mkdir, path, mode);
	if (is_cgroup(path))
		step();
	return ret;
}

int rmdir(const char *path)
{
	int ret;

	if (is_cgroup(path))
		step();
	ret = (int)syscall(SYS_rmdir, path);
	if (is_cgroup(path))
		step();
	return ret;
}

int swapon(const char *path, int flags)
{
	int ret;

	step();
	ret = (int)syscall(SYS_swapon, path, flags);
	step();
	return ret;
}

int swapoff(const char *path)
{
	int ret;

	step();
	ret = (int)syscall(SYS_swapoff, path);
	step();
	return ret;
}
