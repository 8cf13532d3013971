/* SPDX-License-Identifier: GPL-2.0-only */
/* What a plan needs of the huge pages of a machine, on machines that are told, not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "contract/effect.h"
#include "run/run.h"
#include "run/weakness.h"
#include "workers/worker.h"

/* The plan that is asked for, and the machine as it is told. */
static struct run_plan plan;
static struct given given;

/* A kernel of 6.12 on x86, root, and a splitter. */
static int fresh(void **state)
{
	struct error err;

	memset(&plan, 0, sizeof(plan));
	memset(&given, 0, sizeof(given));
	plan.accept_panic = true;
	plan.thp_enabled = THP_MADVISE;
	plan.arena_size = 16 * MIB;
	plan.groups = 1;
	plan.group[0].threads = 1;
	snprintf(plan.group[0].name, sizeof(plan.group[0].name), "splitter");
	snprintf(plan.group[0].worker, sizeof(plan.group[0].worker), "split_cold");
	if (run_read_facts(&plan, &given, &err))
		return -1;
	given.machine.host.mem_available = 4 * GIB;
	given.machine.host.cgroup_room = UINT64_MAX;
	given.machine.host.may = (struct may){.nice = -20, .rt_priority = 99};
	given.machine.host.thp = (struct thp_facts){
		.present = true,
		.page_bytes = 4 * KIB,
		.pmd_bytes = 2 * MIB,
		.anon = {.all = "madvise",
			 .pmd = "inherit",
			 .sizes = 64 * KIB | 128 * KIB | 2 * MIB,
			 .counted = 64 * KIB | 2 * MIB},
		.shmem = {.all = "never",
			  .pmd = "inherit",
			  .sizes = 256 * KIB | 2 * MIB,
			  .counted = 256 * KIB | 2 * MIB},
	};
	return 0;
}

static enum readiness check(void)
{
	given.asked = given.plan = plan;
	memset(given.group, 0, sizeof(given.group));
	run_check(&given);
	return given.readiness;
}

static void accepted(void)
{
	if (check() != READY)
		fail_msg("refused: %s", given.why.text);
}

static void refused(bool skip_wanted, const char *phrase)
{
	assert_int_equal(check(), skip_wanted ? READY_SKIP : READY_REFUSED);
	if (!strstr(given.why.text, phrase))
		fail_msg("'%s' is not in '%s'", phrase, given.why.text);
}

static void sizes_there_are_accepted(void **state)
{
	static const uint64_t sizes[] = {0, 64 * KIB, 2 * MIB};

	for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
		plan.thp_size = sizes[i];
		accepted();
	}
}

/* The advice is taken. */
static void an_arena_that_fits_is_named(void **state)
{
	static const unsigned free_mib[] = {300, 301, 4096};

	for (unsigned i = 0; i < ARRAY_SIZE(free_mib); i++) {
		unsigned long long advised;
		const char *at;

		given.machine.host.mem_available = free_mib[i] * MIB;
		plan.arena_size = GIB * 16;
		given.geometry.slots = plan.arena_size / given.geometry.slot_bytes;
		assert_int_equal(check(), READY_REFUSED);
		at = strstr(given.why.text, "use --arena=");
		if (!at || sscanf(at, "use --arena=%lluM or less", &advised) != 1)
			fail_msg("no advice: %s", given.why.text);
		plan.arena_size = advised * MIB;
		given.geometry.slots = plan.arena_size / given.geometry.slot_bytes;
		assert_int_equal(plan.arena_size % given.geometry.slot_bytes, 0);
		accepted();
	}
	/* A huge page for each owner; where that is too much, no advice helps. */
	given.machine.host.mem_available = 300 * MIB;
	plan.group[0].threads = 30;
	refused(true, "the smallest arena (60M) has no room");
}

static void what_is_no_size_is_an_error(void **state)
{
	plan.thp_size = 48 * KIB;
	refused(false, "thp_size = 48K: must be a power of two above the base page");
	plan.thp_size = 4 * KIB;
	refused(false, "thp_size = 4K: must be");
	plan.thp_size = 3 * MIB;
	refused(false, "thp_size = 3M: must be");
}

static void what_is_not_offered_is_a_skip(void **state)
{
	plan.thp_size = 32 * KIB;
	refused(true,
		"thp_size = 32K: this kernel offers 64K 128K 2M for private anonymous memory");
	plan.thp_size = 64 * MIB;
	refused(true, "thp_size = 64M: this kernel offers 64K 128K 2M");
	plan.thp_size = 64 * KIB;
	given.machine.host.thp.anon.sizes = given.machine.host.thp.anon.counted = 0;
	refused(true,
		"thp_size = 64K: this kernel has huge pages of 2M only for private anonymous memory (no " THP_SYSFS
		"/hugepages-*kB/enabled, 6.8+)");
	plan.thp_size = 2 * MIB;
	accepted();
}

/* Whoever is not root reads what helps, and what does without. */
static void what_a_user_may_not_has_its_remedy(void **state)
{
	given.machine.host.may.journal = given.machine.host.may.thp = -EACCES;
	given.machine.host.may.swap = -EPERM;
	plan.swap = 64 * MIB;
	refused(true, "no swap file can be made and used here: Operation not permitted; run it as "
		      "root (sudo), or without: --swap=0");
	plan.swap = 0;
	plan.memory_max = 128 * MIB;
	refused(true, "Permission denied; run it as root (sudo), or without: --memory_max=0");
	plan.memory_max = 0;
	given.machine.host.may.model = -EACCES;
	plan.preempt = MODEL_LAZY;
	snprintf(given.machine.host.preempt.model, sizeof(given.machine.host.preempt.model),
		 "full");
	refused(true, "can't be written: Permission denied; run it as root (sudo), or without: "
		      "--preempt=keep");
	plan.preempt = MODEL_KEEP;
	plan.group[0].nice = -5;
	given.machine.host.may.nice = 0;
	refused(true, "(root: sudo, CAP_SYS_NICE, `ulimit -e`)");
	plan.group[0].nice = 0;
	plan.expose[EXPOSURE_kernel_faults] = 1;
	refused(true, "; without it: --expose.kernel_faults=0");
}

/* Told before the run: a storm that can do nothing is refused, one that proves nothing is warned of. */
static void storms_that_do_nothing_are_told(void **state)
{
	struct group_plan *tails = &plan.group[1];
	char text[256];
	unsigned at = 0;

	plan.duration = 10 * NSEC_PER_SEC;
	accepted();
	assert_non_null(strstr(weakness_next(&given, &at, text, sizeof(text)), "no group faults"));
	assert_non_null(strstr(weakness_next(&given, &at, text, sizeof(text)), "declares nothing"));
	assert_null(weakness_next(&given, &at, text, sizeof(text)));
	plan.groups = 2;
	*tails = (struct group_plan){.name = "tails", .worker = "fault_read", .threads = 1};
	tails->target = TARGET_HOT_TAIL;
	plan.expose[EXPOSURE_folio_splits] = 1;
	accepted();
	at = 0;
	assert_null(weakness_next(&given, &at, text, sizeof(text)));
	plan.duration = 100 * NSEC_PER_MSEC;
	accepted();
	at = 0;
	assert_non_null(strstr(weakness_next(&given, &at, text, sizeof(text)), "less than 1s"));
	/* Without the splitter. */
	plan.duration = 10 * NSEC_PER_SEC;
	plan.expose[EXPOSURE_folio_splits] = 0;
	plan.group[0] = *tails;
	plan.groups = 1;
	refused(false,
		"[tails] aims at what is being split or moved, and no group splits or moves: "
		"it would touch nothing; use --tails.target=random");
	plan.group[0].target = TARGET_RANDOM;
	accepted();
	at = 0;
	assert_non_null(
		strstr(weakness_next(&given, &at, text, sizeof(text)), "no group splits or"));
	snprintf(plan.group[0].worker, sizeof(plan.group[0].worker), "null");
	accepted();
	at = 0;
	assert_non_null(strstr(weakness_next(&given, &at, text, sizeof(text)), "no group touches"));
}

/* What one kind of memory has, another has not. */
static void each_kind_has_its_sizes(void **state)
{
	snprintf(plan.memory, sizeof(plan.memory), "shmem");
	plan.thp_size = 256 * KIB;
	accepted();
	plan.thp_size = 64 * KIB;
	refused(true, "thp_size = 64K: this kernel offers 256K 2M for shared anonymous memory");
	given.machine.host.thp.shmem.sizes = 0;
	refused(true, "huge pages of 2M only for shared anonymous memory (no " THP_SYSFS
		      "/hugepages-*kB/shmem_enabled, 6.8+)");
}

/* The splitter that can't split them is the reason, and not what is missed without it. */
static void what_needs_anonymous_memory_says_so(void **state)
{
	plan.expose[EXPOSURE_folio_splits] = 1;
	snprintf(plan.memory, sizeof(plan.memory), "shmem");
	accepted();
	snprintf(plan.group[0].worker, sizeof(plan.group[0].worker), "split_free");
	refused(true, "[splitter]: split_free splits private anonymous memory only, not memory = "
		      "shmem; split_cold and split_pageout split that as well");
	plan.memory[0] = '\0';
	accepted();
}

static void what_can_not_be_proved_is_a_skip(void **state)
{
	plan.thp_size = 128 * KIB;
	refused(true, "thp_size = 128K: this kernel does not count their splits (no " THP_SYSFS
		      "/hugepages-128kB/stats/split)");
}

static void without_root_only_the_pmd_size(void **state)
{
	given.machine.host.may.thp = -EROFS;
	plan.thp_size = 64 * KIB;
	refused(true,
		"thp_size = 64K: " THP_SYSFS
		" can't be written: Read-only file system; run it where that is not read-only");
	given.machine.host.may = (struct may){.journal = -EACCES};
	refused(true,
		"can't be written: Permission denied; run it as root (sudo), or without: --thp_size=0");
	plan.thp_size = 0;
	accepted();
}

static void without_thp_only_what_touches_none_can_run(void **state)
{
	given.machine.host.thp = (struct thp_facts){.page_bytes = 4 * KIB};
	plan.thp_size = 64 * KIB;
	refused(true, "memory = anon needs transparent huge pages, not supported by this kernel");
	snprintf(given.machine.host.preempt.model, sizeof(given.machine.host.preempt.model), "rt");
	refused(true, "not supported by this kernel (PREEMPT_RT)");
	snprintf(plan.group[0].worker, sizeof(plan.group[0].worker), "null");
	accepted();
}

/* Every worker names what it is handed, and whose faults are counted. */
static void workers_are_whole(void **state)
{
	for (const struct worker_ops *const *ops = worker_registry; *ops; ops++) {
		assert_int_equal(worker_is_owner(*ops), (*ops)->takes != 0);
		assert_int_equal(worker_is_faulter(*ops), (*ops)->faults != FAULTS_NONE);
		assert_true(!worker_is_owner(*ops) || (*ops)->effect);
	}
}

/* Of this much memory, free and in all, on one node or on @nodes. */
static void memory(unsigned nodes, uint64_t size, uint64_t left, uint64_t cached)
{
	struct topology *t = &given.machine.topology;

	t->nodes = nodes;
	for (unsigned i = 0; i < nodes; i++) {
		t->node_id[i] = i ? 251 + (int)i : 0;
		t->node_size[i] = size;
		t->node_free[i] = left;
		t->node_cached[i] = cached;
	}
	given.machine.host.mem_total = nodes * size;
	given.machine.host.mem_available = nodes * (left + cached);
}

static void what_is_kept_follows_the_machine(void **state)
{
	given.geometry.slot_bytes = 2 * MIB;
	given.geometry.slots = 8;
	memory(1, 210 * MIB, 183 * MIB, 0);
	accepted();
	given.geometry.slots = 66;
	refused(false, "arena = 132M: 183M of memory are free, of which 52M are kept for the "
		       "machine; use --arena=130M or less");
	given.geometry.slots = 65;
	accepted();
	/* A large machine keeps no more than 256M. */
	memory(1, 16 * GIB, 1024 * MIB, 0);
	given.geometry.slots = 385;
	refused(false, "arena = 770M: 1024M of memory are free, of which 256M are kept for the "
		       "machine; use --arena=768M or less");
	given.geometry.slots = 384;
	accepted();
}

static void a_machine_too_small_is_a_skip(void **state)
{
	given.geometry.slot_bytes = 2 * MIB;
	given.geometry.slots = 8;
	memory(1, 64 * MIB, 17 * MIB, 0);
	refused(true, "17M of memory are free, of which 16M are kept for the machine: the "
		      "smallest arena (2M) has no room");
	memory(1, 64 * MIB, 19 * MIB, 0);
	refused(false, "use --arena=2M or less");
	/* A huge page for each splitter. */
	plan.group[0].threads = 2;
	refused(true, "the smallest arena (4M) has no room");
}

/* The sizes that are named are such that the option takes, and that do. */
static void small_pages_are_named_exactly(void **state)
{
	plan.thp_size = 64 * KIB;
	given.geometry.slot_bytes = 64 * KIB;
	given.geometry.slots = 32;
	plan.group[0].threads = 40;
	refused(false, "40 splitters and movers can't share 32 huge pages; use --arena=2560K or "
		       "more");
	given.geometry.slots = 40;
	accepted();
}

static void memory_of_the_bound_node_counts(void **state)
{
	given.geometry.slot_bytes = 2 * MIB;
	given.geometry.slots = 512;
	memory(2, 4 * GIB, 700 * MIB, 300 * MIB);
	accepted();
	snprintf(plan.placement, sizeof(plan.placement), "252:0");
	refused(false, "arena = 1024M: 1000M of memory are free on node 252, of which 256M are "
		       "kept for the machine; use --arena=744M or less");
	given.geometry.slots = 372;
	accepted();
	given.geometry.slots = 373;
	plan.placement[0] = '\0';
	plan.nodes = 1;
	refused(false, "1000M of memory are free on node 0, of which 256M");
	plan.nodes = 2;
	accepted();
	/* The kernel's estimate is of the whole machine, and says less where page cache is dirty. */
	plan.nodes = 1;
	given.geometry.slots = 372;
	given.machine.host.mem_available = 999 * MIB;
	refused(false, "999M of memory are free on node 0");
}

/* And what it takes to have two is said; nothing of it where it is the plan that leaves one. */
static void a_mover_on_one_node_is_a_skip(void **state)
{
	given.geometry.slot_bytes = 2 * MIB;
	given.geometry.slots = 8;
	snprintf(plan.group[0].worker, sizeof(plan.group[0].worker), "move_pages");
	memory(2, 4 * GIB, 4 * GIB, 0);
	accepted();
	plan.nodes = 1;
	refused(true, "[splitter]: move_pages needs 2 NUMA nodes with memory; this machine has 2, "
		      "and nodes = 1");
	plan.nodes = 0;
	memory(1, 4 * GIB, 4 * GIB, 0);
	refused(true, "[splitter]: move_pages needs 2 NUMA nodes with memory; here: 1; boot with "
		      "numa=fake=2 (needs CONFIG_NUMA_EMU), or use ci/vm/run --numa 2:2G,2:2G");
}

/* A container's limit; a storm with a limit of its own has a cgroup of its own. */
static void a_limit_of_the_cgroup_counts(void **state)
{
	given.geometry.slot_bytes = 2 * MIB;
	given.geometry.slots = 128;
	memory(1, 16 * GIB, 8 * GIB, 0);
	given.machine.host.cgroup_room = 300 * MIB;
	refused(false, "arena = 256M: 300M of memory are free by the memory limit of this cgroup, "
		       "of which 75M are kept for the machine; use --arena=224M or less");
	given.geometry.slots = 112;
	accepted();
	given.geometry.slots = 128;
	plan.memory_max = 512 * MIB;
	accepted();
}

static void denied_to_the_process_is_a_skip_unless_it_can_be_allowed(void **state)
{
	given.machine.host.thp.process = THP_PROCESS_NONE;
	accepted();
	given.machine.host.may.own_thp = -EPERM;
	refused(true, "huge pages are disabled for this process by whoever started it "
		      "(PR_SET_THP_DISABLE), and it may not enable them: Operation not permitted");
	given.machine.host.thp.process = THP_PROCESS_ADVISED;
	accepted();
	/* A storm that needs none. */
	given.machine.host.thp.process = THP_PROCESS_NONE;
	snprintf(plan.group[0].worker, sizeof(plan.group[0].worker), "null");
	accepted();
}

static void expect_off(const char *knob)
{
	char phrase[200];

	plan.thp_enabled = THP_MADVISE;
	accepted();
	plan.thp_enabled = THP_KEEP;
	snprintf(phrase, sizeof(phrase), THP_SYSFS "/%s is 'never'; --thp_enabled=madvise", knob);
	refused(true, phrase);
	plan.thp_enabled = THP_MADVISE;
	given.machine.host.may.thp = -EROFS;
	snprintf(phrase, sizeof(phrase),
		 THP_SYSFS "/%s is 'never' and can't be set here: "
			   "Read-only",
		 knob);
	refused(true, phrase);
	given.machine.host.may.thp = 0;
}

/* Documentation/admin-guide/mm/transhuge.rst: a size follows `enabled` only if it inherits. */
static void switched_off_is_a_skip_unless_the_run_switches_on(void **state)
{
	struct thp_facts *thp = &given.machine.host.thp;

	strcpy(thp->anon.pmd, "never");
	expect_off("hugepages-2048kB/enabled");
	strcpy(thp->anon.pmd, "inherit");
	strcpy(thp->anon.all, "never");
	expect_off("enabled");
	/* Before 6.8 there is one knob. */
	thp->anon.pmd[0] = '\0';
	expect_off("enabled");
	plan.thp_enabled = THP_KEEP;
	strcpy(thp->anon.pmd, "madvise");
	accepted();
	/* A small size has a knob of its own, which the run sets. */
	strcpy(thp->anon.pmd, "never");
	plan.thp_size = 64 * KIB;
	accepted();
}

/* The slots follow the size. */
static void geometry_follows_the_size(void **state)
{
	struct error err;

	plan.thp_size = 64 * KIB;
	assert_int_equal(run_read_facts(&plan, &given, &err), 0);
	assert_int_equal(given.geometry.slot_bytes, 64 * KIB);
	assert_int_equal(given.geometry.slots, 16 * MIB / (64 * KIB));
	plan.arena_size = 16 * KIB;
	assert_int_equal(run_read_facts(&plan, &given, &err), 0);
	assert_int_equal(given.geometry.slots, 1);
}

/* What the kernel counts of a small huge page is not what it counts of one of a PMD's size. */
static void each_size_has_its_counter(void **state)
{
	struct vmstat before = {{0}}, after = {{0}};

	after.value[VMSTAT_thp_split_page] = 5;
	after.value[VMSTAT_size_split] = 7;
	after.value[VMSTAT_thp_migration_success] = 11;
	after.value[VMSTAT_pgmigrate_success] = 16 * 13 + 3;
	given.geometry.slot_bytes = 2 * MIB;
	assert_false(given_small(&given));
	assert_int_equal(effect_count(&given, &effect_split, &before, &after), 5);
	assert_int_equal(effect_count(&given, &effect_move, &before, &after), 11);
	given.geometry.slot_bytes = 64 * KIB;
	assert_true(given_small(&given));
	assert_int_equal(effect_count(&given, &effect_split, &before, &after), 7);
	assert_int_equal(effect_count(&given, &effect_move, &before, &after), 13);
	after.value[VMSTAT_size_split] = VMSTAT_ABSENT;
	assert_true(effect_count(&given, &effect_split, &before, &after) == VMSTAT_ABSENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(sizes_there_are_accepted, fresh),
		cmocka_unit_test_setup(an_arena_that_fits_is_named, fresh),
		cmocka_unit_test_setup(what_is_no_size_is_an_error, fresh),
		cmocka_unit_test_setup(what_is_not_offered_is_a_skip, fresh),
		cmocka_unit_test_setup(what_a_user_may_not_has_its_remedy, fresh),
		cmocka_unit_test_setup(storms_that_do_nothing_are_told, fresh),
		cmocka_unit_test_setup(each_kind_has_its_sizes, fresh),
		cmocka_unit_test_setup(what_needs_anonymous_memory_says_so, fresh),
		cmocka_unit_test_setup(what_can_not_be_proved_is_a_skip, fresh),
		cmocka_unit_test_setup(without_root_only_the_pmd_size, fresh),
		cmocka_unit_test_setup(without_thp_only_what_touches_none_can_run, fresh),
		cmocka_unit_test(workers_are_whole),
		cmocka_unit_test_setup(what_is_kept_follows_the_machine, fresh),
		cmocka_unit_test_setup(a_machine_too_small_is_a_skip, fresh),
		cmocka_unit_test_setup(small_pages_are_named_exactly, fresh),
		cmocka_unit_test_setup(a_limit_of_the_cgroup_counts, fresh),
		cmocka_unit_test_setup(a_mover_on_one_node_is_a_skip, fresh),
		cmocka_unit_test_setup(memory_of_the_bound_node_counts, fresh),
		cmocka_unit_test_setup(denied_to_the_process_is_a_skip_unless_it_can_be_allowed,
				       fresh),
		cmocka_unit_test_setup(switched_off_is_a_skip_unless_the_run_switches_on, fresh),
		cmocka_unit_test_setup(geometry_follows_the_size, fresh),
		cmocka_unit_test_setup(each_size_has_its_counter, fresh),
	};

	return cmocka_run_group_tests_name("needs", tests, NULL, NULL);
}
