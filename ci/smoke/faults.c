/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Preloaded into thpstorm by smoke tests: THPSTORM_BREAK names one way in which a broken kernel
 * would behave, so that the detectors and checks for it are seen to fire.
 *
 *	cold_noop	MADV_COLD returns 0 and does nothing
 *	cold_corrupts	MADV_COLD changes a word in the middle of the page
 *	cold_scribbles	MADV_COLD changes a word of each page where nobody writes
 *	fork_shares	private memory at an address of its own is shared by a fork
 *	cold_drops	MADV_COLD throws the page's content away
 *	cold_never	MADV_COLD does not return
 *	cold_unmaps	MADV_COLD takes the page away: the next touch is a SIGSEGV in the arena
 *	fstat_hangs	one fstat(2) of a thread in 20 takes 4 s
 *	fstat_never	one fstat(2) of a thread in 20 does not return
 *	fstat_lost	what one fstat(2) of a thread in 20 writes goes to a page that is no longer there
 *	fstat_spins	one fstat(2) of a thread in 20 takes 20,000 faults
 *	huge_never	MADV_HUGEPAGE does not return
 *	drain_never	a write of "2", to vm.drop_caches, does not return
 *	prctl_refused	PR_SET_THP_DISABLE is refused
 *	crash		the storm dereferences a pointer that is none
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define COLD 20

static int broken(const char *how)
{
	const char *what = getenv("THPSTORM_BREAK");

	return what && !strcmp(what, how);
}

static long raw6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

static long raw(long nr, long a, long b, long c)
{
	return raw6(nr, a, b, c, 0, 0, 0);
}

static void never_return(void)
{
	for (;;)
		pause();
}

int madvise(void *addr, size_t length, int advice)
{
	long ret;

	/* Without a length it asks whether the advice is known. */
	if (!length)
		return raw(SYS_madvise, (long)addr, 0, advice) ? -1 : 0;

	if (advice == COLD && broken("cold_noop"))
		return 0;
	if (advice == COLD && broken("cold_never"))
		never_return();
	if (advice == MADV_HUGEPAGE && broken("huge_never"))
		never_return();
	if (advice == COLD && broken("crash"))
		*(volatile int *)(uintptr_t)strtoul("16", NULL, 10) = 1;
	ret = raw(SYS_madvise, (long)addr, (long)length, advice);
	if (advice == COLD && broken("cold_corrupts"))
		*(volatile uint64_t *)((char *)addr + length / 2) ^= 4;
	if (advice == COLD && broken("cold_scribbles"))
		*(volatile uint64_t *)((char *)addr + length / 4) ^= 4;
	if (advice == COLD && broken("cold_drops"))
		raw(SYS_madvise, (long)addr, (long)length, MADV_DONTNEED);
	if (advice == COLD && broken("cold_unmaps"))
		raw(SYS_mprotect, (long)addr, (long)length, PROT_NONE);
	if (ret < 0) {
		errno = (int)-ret;
		return -1;
	}
	return 0;
}

void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
	long ret;

	if (flags & MAP_FIXED && flags & MAP_NORESERVE && broken("fork_shares"))
		flags = (flags & ~MAP_PRIVATE) | MAP_SHARED;
	ret = raw6(SYS_mmap, (long)addr, (long)length, prot, flags, fd, offset);
	if (ret < 0 && ret > -4096) {
		errno = (int)-ret;
		return MAP_FAILED;
	}
	return (void *)ret;
}

ssize_t pwrite(int fd, const void *buf, size_t count, off_t offset)
{
	ssize_t ret;

	if (count == 1 && *(const char *)buf == '2' && broken("drain_never"))
		never_return();
	ret = syscall(SYS_pwrite64, (long)fd, (long)buf, (long)count, (long)offset);
	return ret;
}

int prctl(int option, ...)
{
	long a[4], ret;
	va_list ap;

	va_start(ap, option);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (option == PR_SET_THP_DISABLE && broken("prctl_refused")) {
		errno = EPERM;
		return -1;
	}
	ret = syscall(SYS_prctl, (long)option, a[0], a[1], a[2], a[3]);
	return (int)ret;
}

static void spin_on_faults(void)
{
	char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int zero = (int)raw(SYS_open, (long)"/dev/zero", 0, 0);

	for (int i = 0; i < 20000; i++) {
		raw(SYS_madvise, (long)p, 4096, MADV_DONTNEED);
		raw(SYS_read, zero, (long)p, 1);
	}
	close(zero);
	munmap(p, 4096);
}

/* An fstat(2) that wrote nothing, and returns as if it had. */
static long lose(long fd)
{
	char elsewhere[256];

	return raw(SYS_fstat, fd, (long)elsewhere, 0);
}

long syscall(long nr, ...)
{
	static long (*real)(long, long, long, long, long, long, long);
	static __thread unsigned calls;
	long a[6];
	va_list ap;

	va_start(ap, nr);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (!real)
		real = (long (*)(long, long, long, long, long, long, long))dlsym(RTLD_NEXT,
										 "syscall");
	if (nr == SYS_fstat && ++calls % 20 == 19) {
		if (broken("fstat_hangs"))
			usleep(4000000);
		if (broken("fstat_never"))
			never_return();
		if (broken("fstat_spins"))
			spin_on_faults();
		if (broken("fstat_lost"))
			return lose(a[0]);
	}
	return real(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}
