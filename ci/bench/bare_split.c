/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bare loop that limit_split is measured against: threads that do the system calls of
 * split_cold and nothing else. Each thread has its own slots, splits one after the other by
 * MADV_COLD on a page, then maps them anew in one go and writes one word in each page. No clock, no
 * counters, no arena, no supervisor. Prints folio splits per second by vmstat's thp_split_page.
 *
 *	bare_split THREADS SECONDS MEGABYTES [FIRST-CPU]
 */
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#ifndef MADV_COLD
#define MADV_COLD 20
#endif

static volatile bool stop;
static size_t huge, page;

struct range {
	char *base;
	size_t slots;
	int cpu;
};

static uint64_t folio_splits(void)
{
	FILE *f = fopen("/proc/vmstat", "re");
	unsigned long long n = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "thp_split_page %llu", &n);
	if (f)
		fclose(f);
	return n;
}

static void *split(void *arg)
{
	struct range *r = arg;
	unsigned at = 1;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(r->cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	while (!stop) {
		mmap(r->base, r->slots * huge, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
		madvise(r->base, r->slots * huge, MADV_HUGEPAGE);
		for (size_t i = page / 2; i < r->slots * huge; i += page)
			*(volatile uint64_t *)(r->base + i) = i;
		for (size_t i = 0; i < r->slots && !stop; i++) {
			at = at * 1103515245 + 12345;
			madvise(r->base + i * huge + (at >> 16) % (huge / page) * page, page,
				MADV_COLD);
		}
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int threads = argc > 1 ? atoi(argv[1]) : 2, seconds = argc > 2 ? atoi(argv[2]) : 5;
	size_t bytes = (argc > 3 ? (size_t)atoi(argv[3]) : 128) << 20;
	int cpu = argc > 4 ? atoi(argv[4]) : 0;
	FILE *f = fopen("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", "re");
	struct timespec began, ended;
	uint64_t before, after;
	pthread_t id[64];
	struct range range[64];
	double took;
	char *base;

	page = (size_t)sysconf(_SC_PAGESIZE);
	if (!f || fscanf(f, "%zu", &huge) != 1 || threads < 1 || threads > 64 || seconds < 1 ||
	    bytes / threads < huge) {
		fprintf(stderr, "usage: bare_split THREADS SECONDS MEGABYTES [FIRST-CPU]\n");
		return 2;
	}
	fclose(f);
	base = mmap(NULL, bytes + huge, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
		    0);
	if (base == MAP_FAILED)
		return 2;
	base = (char *)(((uintptr_t)base + huge - 1) / huge * huge);

	for (int i = 0; i < threads; i++) {
		range[i] = (struct range){base + bytes / threads / huge * huge * i,
					  bytes / threads / huge, cpu + i};
		pthread_create(&id[i], NULL, split, &range[i]);
	}
	usleep(500000);
	before = folio_splits();
	clock_gettime(CLOCK_MONOTONIC, &began);
	sleep((unsigned)seconds);
	after = folio_splits();
	clock_gettime(CLOCK_MONOTONIC, &ended);
	stop = true;
	for (int i = 0; i < threads; i++)
		pthread_join(id[i], NULL);
	took = (double)(ended.tv_sec - began.tv_sec) +
	       (double)(ended.tv_nsec - began.tv_nsec) / 1e9;
	printf("%.1f folio splits/s\n", (double)(after - before) / took);
	return 0;
}
