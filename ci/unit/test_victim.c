/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Victims: they park as workers do, hold what their process had, end when the storm does and never
 * outlive the process that forked them. The test is the supervisor, its child the storm.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "told_given.h"
#include "run/segment.h"
#include "run/supervisor.h"
#include "run/victim.h"

#define WORKERS 3 /* a worker with two victims */

static struct supervisor s;
static struct given given;
static struct run_record record;

static struct worker_share *share_of(unsigned i)
{
	return share_worker(&s.share, i);
}

static int start(void **state)
{
	struct placement *p = &given.geometry.placement;
	struct clock_facts facts;
	struct error err;

	clock_setup(&facts);
	memset(&s, 0, sizeof(s));
	memset(&given, 0, sizeof(given));
	s.given = &given;
	s.plan = &given.plan;
	s.placement = p;
	s.record = &record;
	given.plan.groups = 1;
	given.plan.group[0].threads = 1;
	strcpy(given.plan.group[0].name, "gup");
	strcpy(given.plan.group[0].worker, "fault_gup");
	told_given(&given);
	p->threads = 1;
	p->victims = 2;
	sched_getaffinity(0, sizeof(p->group_cpus[0]), &p->group_cpus[0]);
	for (unsigned i = 1; i < WORKERS; i++)
		p->thread[i] = (struct thread_place){.member = i - 1, .victim = true, .cpu = -1};
	return share_create(&s.share, 1, WORKERS, (const short[]){-1, -1, -1}, &err);
}

static int end(void **state)
{
	share_destroy(&s.share);
	return 0;
}

/* The storm, whose one worker only parks; its exit status says what became of the victims. */
static int storm(void)
{
	const struct victims v = {.given = &given, .share = &s.share};
	struct worker_share *w = share_of(0);
	pid_t pid[VICTIMS_MAX];
	struct error err;
	uint32_t word;
	int ret;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (victims_fork(&v, &err) || victims_of(&v, 0, pid, VICTIMS_MAX) != 2 ||
	    pid[0] != share_of(1)->tid || pid[1] != share_of(2)->tid)
		return 2;
	while (phase_of(word = load_acquire(&s.share.head->phase)) != PHASE_STOP)
		share_park(&s.share, w, word);
	ret = victims_end(&v, &err);
	if (ret)
		strcpy(share_site(&s.share, 0)->failure, err.text);
	return ret ? 3 : 0;
}

static void begin(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(storm());
	s.site[0].pid = pid;
	/* All three. */
	while (!share_all_parked(&s.share, NSEC_PER_SEC))
		;
}

static int status_of_storm(void)
{
	assert_int_equal(waitpid(s.site[0].pid, &s.site[0].status, 0), s.site[0].pid);
	s.site[0].reaped = true;
	return s.site[0].status;
}

static void victims_park_in_each_phase_and_end_with_the_storm(void **state)
{
	pid_t victim[2];
	int status;

	begin();
	for (unsigned i = 0; i < 2; i++) {
		victim[i] = share_of(i + 1)->tid;
		assert_int_equal(kill(victim[i], 0), 0);
		assert_int_equal(site_process(&s, i + 1), victim[i]);
	}
	assert_int_equal(site_process(&s, 0), s.site[0].pid);
	share_set_phase(&s.share, PHASE_PARK, 0);
	while (!share_all_parked(&s.share, NSEC_PER_SEC))
		;
	share_set_phase(&s.share, PHASE_STOP, 0);
	status = status_of_storm();
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(share_of(i + 1)->life, LIFE_DONE);
		assert_int_equal(kill(victim[i], 0), -1);
	}
}

static void a_victim_that_somebody_killed_is_told(void **state)
{
	int status;

	begin();
	kill(share_of(2)->tid, SIGTERM);
	share_set_phase(&s.share, PHASE_STOP, 0);
	status = status_of_storm();
	assert_int_equal(WEXITSTATUS(status), 3);
	assert_non_null(
		strstr(share_site(&s.share, 0)->failure,
		       "signal 15 (Terminated) ended a process that held memory for [gup]"));
}

/* Whatever ends their process: they die with it, and are reaped. */
static void no_victim_outlives_its_process(void **state)
{
	pid_t victim[2];

	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	begin();
	for (unsigned i = 0; i < 2; i++)
		victim[i] = share_of(i + 1)->tid;
	kill(s.site[0].pid, SIGKILL);
	status_of_storm();
	sites_end_victims(&s);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(kill(victim[i], 0), -1);
		assert_int_equal(errno, ESRCH);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(victims_park_in_each_phase_and_end_with_the_storm,
						start, end),
		cmocka_unit_test_setup_teardown(a_victim_that_somebody_killed_is_told, start, end),
		cmocka_unit_test_setup_teardown(no_victim_outlives_its_process, start, end),
	};

	return cmocka_run_group_tests_name("victim", tests, NULL, NULL);
}
