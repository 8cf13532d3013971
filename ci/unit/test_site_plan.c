/* SPDX-License-Identifier: GPL-2.0-only */
/* Which group storms in which process, of what memory, and which workers have victims. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "run/run.h"
#include "run/site_plan.h"
#include "run/wishes.h"
#include "system/thp.h"
#include "workers/worker.h"

static struct given given;
static struct error why;

static struct group_plan *group(const char *name, const char *worker)
{
	unsigned i = given.plan.groups++;
	struct group_plan *g = &given.plan.group[i];

	snprintf(g->name, sizeof(g->name), "%s", name);
	snprintf(g->worker, sizeof(g->worker), "%s", worker);
	g->threads = 1;
	given.group[i].worker = worker_find(worker);
	assert_non_null(given.group[i].worker);
	return g;
}

static int fresh(void **state)
{
	memset(&given, 0, sizeof(given));
	return 0;
}

static void one_process_for_all(void **state)
{
	group("splitter", "split_cold")->threads = 3;
	group("tails", "fault_fstat");
	assert_int_equal(site_plan_make(&given, &why), 0);
	assert_int_equal(given.sites, 1);
	assert_int_equal(given.site[0].group, -1);
	assert_ptr_equal(given.site[0].memory, &memory_anon);
	assert_ptr_equal(given_memory(&given, 1), &memory_anon);
	assert_int_equal(site_plan_owners(&given, 0), 3);
	assert_int_equal(site_plan_arenas(&given), 1);
}

static void a_process_of_its_own(void **state)
{
	struct group_plan *files;

	group("alone", "split_cold")->process = PROCESS_OWN;
	group("splitter", "split_cold");
	files = group("files", "split_cold");
	files->process = PROCESS_OWN;
	snprintf(files->memory, sizeof(files->memory), "shmem");
	group("compactor", "disturb_compact")->process = PROCESS_OWN;
	group("left_out", "move_pages")->process = PROCESS_OWN;
	given.plan.group[4].threads = 0;
	assert_int_equal(site_plan_make(&given, &why), 0);
	assert_int_equal(given.sites, 4);
	assert_int_equal(given.group[1].site, 0);
	assert_int_equal(given.group[0].site, 1);
	assert_int_equal(given.group[2].site, 2);
	assert_int_equal(given.group[3].site, 3);
	assert_int_equal(given.site[2].group, 2);
	assert_string_equal(given_memory(&given, 2)->name, "shmem");
	assert_ptr_equal(given_memory(&given, 0), &memory_anon);
	for (unsigned site = 0; site < 3; site++)
		assert_int_equal(site_plan_owners(&given, site), 1);
	/* A disturber takes no memory for slots that nobody touches. */
	assert_false(site_plan_fills(&given, 3));
	assert_int_equal(site_plan_arenas(&given), 3);
}

/* Then that of the first group is the first. */
static void no_process_for_nobody(void **state)
{
	group("alone", "split_cold")->process = PROCESS_OWN;
	assert_int_equal(site_plan_make(&given, &why), 0);
	assert_int_equal(given.sites, 1);
	assert_int_equal(given.site[0].group, 0);
	given.plan.group[0].threads = 0;
	assert_int_equal(site_plan_make(&given, &why), 0);
	assert_int_equal(given.sites, 1);
	assert_ptr_equal(given.site[0].memory, &memory_anon);
}

static void one_arena_has_one_kind_of_memory(void **state)
{
	struct group_plan *g;

	group("splitter", "split_cold");
	g = group("tails", "fault_fstat");
	snprintf(g->memory, sizeof(g->memory), "shmem");
	assert_int_equal(site_plan_make(&given, &why), -EINVAL);
	assert_string_equal(why.text,
			    "[splitter] has memory = anon and [tails] memory = shmem, but "
			    "groups of one process share its arena: give one of them "
			    "process = own");
	/* Of the run it is that of both. */
	snprintf(given.plan.memory, sizeof(given.plan.memory), "shmem");
	assert_int_equal(site_plan_make(&given, &why), 0);
	assert_string_equal(given.site[0].memory->name, "shmem");
	/* Who has no aim does not care. */
	snprintf(given.plan.memory, sizeof(given.plan.memory), "anon");
	snprintf(given.plan.group[0].memory, PLAN_NAME_MAX, "shmem");
	group("compactor", "disturb_compact");
	assert_int_equal(site_plan_make(&given, &why), 0);
	assert_string_equal(given.site[0].memory->name, "shmem");
}

static void kinds_are_each_told_once(void **state)
{
	group("splitter", "split_cold");
	for (int i = 0; i < 2; i++) {
		struct group_plan *g = group(i ? "more" : "files", "split_cold");

		g->process = PROCESS_OWN;
		snprintf(g->memory, sizeof(g->memory), "shmem");
	}
	assert_int_equal(site_plan_make(&given, &why), 0);
	assert_int_equal(given.sites, 3);
	assert_ptr_equal(given_memory_once(&given, 0), &memory_anon);
	assert_ptr_equal(given_memory_once(&given, 1), memory_find("shmem"));
	assert_null(given_memory_once(&given, 2));
}

/* Both kinds of memory follow one knob: it is set once, and so are those of both kinds' workers. */
static void a_knob_is_wished_for_once(void **state)
{
	struct wishes w;
	unsigned n = 0;

	given.plan.thp_enabled = THP_MADVISE;
	for (int i = 0; i < 2; i++) {
		struct group_plan *g = group(i ? "b" : "a", "split_cold");

		g->process = PROCESS_OWN;
		snprintf(g->memory, sizeof(g->memory), "%s", i ? "memfd" : "shmem");
	}
	assert_int_equal(site_plan_make(&given, &why), 0);
	assert_int_equal(wishes_make(&w, &given, &why), 0);
	for (unsigned i = 0; i < w.count; i++)
		n += !strcmp(w.wish[i].path, THP_SYSFS "/shmem_enabled");
	wishes_free(&w);
	if (access(THP_SYSFS "/shmem_enabled", F_OK))
		skip();
	assert_int_equal(n, 1);
}

static void victims_follow_the_workers(void **state)
{
	struct placement *p = &given.geometry.placement;

	group("splitter", "split_cold");
	group("gup", "fault_gup")->threads = 2;
	p->threads = 3;
	p->thread[1] = (struct thread_place){.group = 1, .member = 0, .cpu = 1, .node = 0};
	p->thread[2] = (struct thread_place){.group = 1, .member = 1, .cpu = 0, .node = 0};
	assert_int_equal(site_plan_victims(&given, &why), 0);
	assert_int_equal(p->threads, 3);
	assert_int_equal(p->victims, 2);
	for (unsigned i = 3; i < 5; i++) {
		assert_true(p->thread[i].victim);
		assert_int_equal(p->thread[i].group, 1);
		assert_int_equal(p->thread[i].of, i - 2);
	}
	assert_false(p->thread[2].victim);
	/* With those of the workers they are too many. */
	p->threads = PLAN_THREADS_MAX - 1;
	for (unsigned i = 3; i < p->threads; i++)
		p->thread[i] = (struct thread_place){.group = 0};
	assert_int_equal(site_plan_victims(&given, &why), -EINVAL);
	assert_non_null(strstr(why.text, "255 threads are planned, and fault_gup forks 1 more"));
}

/* What a victim sees of private memory is not what the storm does to it. */
static void victims_need_memory_that_lasts(void **state)
{
	const struct worker_ops *gup = worker_find("fault_gup");
	struct needer who = {.name = "fault_gup", .given = &given, .memory = &memory_anon};

	assert_int_equal(needs_check(gup->needs, &who, &why), -ENOTSUP);
	assert_string_equal(
		why.text,
		"fault_gup needs memory that another process goes on to share when it is made anew; "
		"memory = memfd is, memory = anon is not");
	/* Anonymous, and a new file with each mapping. */
	who.memory = memory_find("shmem");
	assert_int_equal(needs_check(gup->needs, &who, &why), -ENOTSUP);
	who.memory = memory_find("memfd");
	assert_int_equal(needs_check(gup->needs, &who, &why), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(one_process_for_all, fresh),
		cmocka_unit_test_setup(a_process_of_its_own, fresh),
		cmocka_unit_test_setup(no_process_for_nobody, fresh),
		cmocka_unit_test_setup(one_arena_has_one_kind_of_memory, fresh),
		cmocka_unit_test_setup(kinds_are_each_told_once, fresh),
		cmocka_unit_test_setup(a_knob_is_wished_for_once, fresh),
		cmocka_unit_test_setup(victims_follow_the_workers, fresh),
		cmocka_unit_test_setup(victims_need_memory_that_lasts, fresh),
	};

	return cmocka_run_group_tests_name("site_plan", tests, NULL, NULL);
}
