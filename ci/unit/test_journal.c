/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The knob journal on files of a directory of its own: set, save and restore; what is left after a
 * SIGKILL at any moment and with the file cut at any byte; a second opener; a full disk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "put_file.h"
#include "base/textfile.h"
#include "system/cgroup.h"
#include "system/journal.h"
#include "system/state.h"
#include "system/swapfile.h"

#define KNOBS	   4
#define OTHER_BOOT "00000000-0000-0000-0000-000000000000"

static char dir[32], state_dir[64], journal_file[96], knob[KNOBS][64];
static struct error err;

static void expect(const char *path, const char *text)
{
	char now[4096];

	assert_true(textfile_read(path, now, sizeof(now)) >= 0);
	assert_string_equal(now, text);
}

/* The knobs before: old-0 ... and while a run goes on: new-0 ... */
static const char *value(const char *when, int i)
{
	static char buf[32];

	snprintf(buf, sizeof(buf), "%s-%d", when, i);
	return buf;
}

static void put_knobs(const char *when)
{
	for (int i = 0; i < KNOBS; i++)
		put_file(knob[i], value(when, i));
}

static void expect_knobs(const char *when)
{
	for (int i = 0; i < KNOBS; i++)
		expect(knob[i], value(when, i));
}

/* In memory where there is such a place: fsync() of a disk would take most of the time. */
static int make(void **state)
{
	strcpy(dir, access("/dev/shm", W_OK) ? "/tmp/journal.XXXXXX" : "/dev/shm/journal.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(state_dir, sizeof(state_dir), "%s/deep/state", dir);
	snprintf(journal_file, sizeof(journal_file), "%s/journal", state_dir);
	for (int i = 0; i < KNOBS; i++)
		snprintf(knob[i], sizeof(knob[i]), "%s/knob%d", dir, i);
	put_knobs("old");
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	return remove(path);
}

static int unmake(void **state)
{
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static struct journal *open_it(unsigned expected_recovered)
{
	unsigned recovered = 99;
	int e = 99;
	struct journal *j = journal_open(state_dir, &recovered, &e, &err);

	if (!j)
		fail_msg("%s", err.text);
	assert_int_equal(e, 0);
	assert_int_equal(recovered, expected_recovered);
	assert_int_equal(journal_count(j), 0);
	return j;
}

static void expect_refused(int expected)
{
	int e = 0;

	err.text[0] = '\0';
	assert_null(journal_open(state_dir, NULL, &e, &err));
	assert_int_equal(e, expected);
	assert_true(err.text[0]);
}

static void values_come_back(void **state)
{
	struct journal *j = open_it(0);
	char text[1024];

	put_file(knob[1], "always [old-1] never\n");
	for (int i = 0; i < KNOBS; i++)
		assert_int_equal(journal_set(j, knob[i], value("first", i), &err), 0);
	for (int i = 0; i < KNOBS; i++)
		assert_int_equal(journal_set(j, knob[i], value("new", i), &err), 0);
	expect_knobs("new");
	assert_int_equal(journal_count(j), KNOBS);
	assert_true(textfile_read(journal_file, text, sizeof(text)) > 0);
	assert_null(strstr(text, "always"));
	assert_int_equal(journal_restore(j, &err), 0);
	expect_knobs("old");
	assert_int_equal(journal_count(j), 0);
	/* And once more with the same journal. */
	assert_int_equal(journal_set(j, knob[0], "new-0", &err), 0);
	assert_int_equal(journal_restore(j, &err), 0);
	expect_knobs("old");
	journal_close(j);
	assert_int_equal(access(journal_file, F_OK), -1);
	journal_close(NULL);
}

static void what_is_so_already_is_left_alone(void **state)
{
	struct journal *j = open_it(0);
	struct stat before, after;

	assert_int_equal(journal_set(j, knob[0], "old-0", &err), 0);
	assert_int_equal(journal_count(j), 0);
	/* Saved and unchanged: a write could have effects of its own. */
	assert_int_equal(journal_save(j, knob[0], &err), 0);
	assert_int_equal(journal_count(j), 1);
	assert_int_equal(utimensat(AT_FDCWD, knob[0], (struct timespec[2]){{1, 0}, {1, 0}}, 0), 0);
	stat(knob[0], &before);
	assert_int_equal(journal_restore(j, &err), 0);
	stat(knob[0], &after);
	assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof(before.st_mtim));
	journal_close(j);
}

static void side_effects_come_back_too(void **state)
{
	struct journal *j = open_it(0);

	assert_int_equal(journal_save(j, knob[0], &err), 0);
	put_file(knob[0], "the kernel's own idea");
	assert_int_equal(journal_restore(j, &err), 0);
	expect(knob[0], "old-0");
	journal_close(j);
}

/* Two names of one file: only in reverse order the first value comes back. */
static void restores_in_reverse(void **state)
{
	struct journal *j = open_it(0);

	unlink(knob[1]);
	assert_int_equal(symlink(knob[0], knob[1]), 0);
	assert_int_equal(journal_set(j, knob[0], "a", &err), 0);
	assert_int_equal(journal_set(j, knob[1], "b", &err), 0);
	assert_int_equal(journal_restore(j, &err), 0);
	expect(knob[0], "old-0");
	journal_close(j);
}

static void what_is_no_knob_is_refused(void **state)
{
	struct journal *j = open_it(0);
	char missing[64], odd[64];

	snprintf(missing, sizeof(missing), "%s/missing", dir);
	assert_int_equal(journal_set(j, missing, "1", &err), -ENOENT);
	assert_non_null(strstr(err.text, missing));
	assert_int_equal(access(missing, F_OK), -1);
	assert_int_equal(journal_save(j, missing, &err), -ENOENT);
	put_file(knob[0], "two\nlines\n");
	assert_int_equal(journal_set(j, knob[0], "1", &err), -EINVAL);
	expect(knob[0], "two\nlines");
	snprintf(odd, sizeof(odd), "%s/tab\there", dir);
	put_file(odd, "1");
	assert_int_equal(journal_set(j, odd, "2", &err), -EINVAL);
	expect(odd, "1");
	assert_int_equal(journal_count(j), 0);
	journal_close(j);
}

/* Knobs of this process, and one with brackets that nothing here depends on. */
static void the_kernel_may_refuse(void **state)
{
	const char *adj = "/proc/self/oom_score_adj";
	const char *shmem = "/sys/kernel/mm/transparent_hugepage/shmem_enabled";
	struct journal *j = open_it(0);
	char before[128], now[128];
	int lock; /* another run of this test may be at it */

	textfile_read(adj, before, sizeof(before));
	assert_int_equal(journal_set(j, adj, "1e3", &err), -EINVAL);
	assert_int_equal(journal_count(j), 0);
	assert_int_equal(journal_set(j, adj, "0x3e8", &err), -EIO);
	assert_non_null(strstr(err.text, "reads back as '1000'"));
	expect(adj, before);
	assert_int_equal(journal_count(j), 0);
	assert_int_equal(journal_set(j, adj, "999", &err), 0);
	expect(adj, "999");
	lock = open(shmem, O_WRONLY);
	if (lock >= 0 && !flock(lock, LOCK_EX) &&
	    textfile_read(shmem, before, sizeof(before)) > 0) {
		const char *other = strstr(before, "[never]") ? "advise" : "never";

		assert_int_equal(journal_set(j, shmem, "perhaps", &err), -EINVAL);
		assert_int_equal(journal_set(j, shmem, other, &err), 0);
		textfile_read(shmem, now, sizeof(now));
		assert_string_not_equal(now, before);
		assert_int_equal(journal_count(j), 2);
	}
	assert_int_equal(journal_restore(j, &err), 0);
	if (lock >= 0)
		expect(shmem, before);
	close(lock);
	journal_close(j);
}

static void one_failure_does_not_stop_the_rest(void **state)
{
	struct journal *j = open_it(0);
	char text[1024];

	for (int i = 0; i < KNOBS; i++)
		assert_int_equal(journal_set(j, knob[i], value("new", i), &err), 0);
	unlink(knob[2]);
	assert_int_equal(journal_restore(j, &err), 1);
	assert_non_null(strstr(err.text, knob[2]));
	assert_non_null(strstr(err.text, "1 of 4"));
	assert_int_equal(journal_count(j), 1);
	expect(knob[0], "old-0");
	expect(knob[3], "old-3");
	journal_close(j);
	expect_refused(-EIO);
	assert_non_null(strstr(err.text, journal_file));
	/* Only the one that failed is tried again. */
	put_knobs("new");
	j = open_it(1);
	expect(knob[2], "old-2");
	expect(knob[0], "new-0");
	textfile_read(journal_file, text, sizeof(text));
	assert_null(strstr(text, "set "));
	journal_close(j);
}

static void set_all(void)
{
	int e;
	struct journal *j = journal_open(state_dir, NULL, &e, NULL);

	for (int i = 0; j && i < KNOBS; i++)
		journal_set(j, knob[i], value("new", i), NULL);
}

/* In a child that is killed; the journal stays as it was at that moment. */
static void in_killed_child(void (*what)(void), unsigned usec)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		what();
		raise(SIGKILL);
	}
	if (usec) {
		usleep(usec);
		kill(pid, SIGKILL);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void cut_at_every_byte(void **state)
{
	char text[2048];
	size_t size;
	FILE *f;

	in_killed_child(set_all, 0);
	expect_knobs("new");
	f = fopen(journal_file, "r");
	assert_non_null(f);
	size = fread(text, 1, sizeof(text), f);
	fclose(f);
	assert_int_equal(text[size - 1], '\n');
	for (size_t cut = 0; cut <= size; cut++) {
		unsigned whole = 0;

		put_knobs("new");
		for (size_t at = 0; at < cut; at++)
			whole += text[at] == '\n';
		/* header, boot, pid; then two lines a knob, of which the first is enough */
		whole = whole > 3 ? (whole - 2) / 2 : 0;
		f = fopen(journal_file, "w");
		assert_int_equal(fwrite(text, 1, cut, f), cut);
		fclose(f);
		journal_close(open_it(whole));
		for (unsigned i = 0; i < KNOBS; i++)
			expect(knob[i], value(i < whole ? "old" : "new", (int)i));
		assert_int_equal(access(journal_file, F_OK), -1);
	}
}

static void set_and_restore_for_ever(void)
{
	int e;

	for (;;) {
		struct journal *j = journal_open(state_dir, NULL, &e, NULL);

		for (int i = 0; j && i < KNOBS; i++)
			journal_set(j, knob[i], value("new", i), NULL);
		if (j)
			journal_restore(j, NULL);
		journal_close(j);
	}
}

static void killed_at_any_moment(void **state)
{
	unsigned changed = 0;

	/* A slow machine is given longer, until one met a change. */
	for (int i = 0; i < 200 || (!changed && i < 1600); i++) {
		char now[32];
		int e;
		struct journal *j;

		in_killed_child(set_and_restore_for_ever, (500 + (unsigned)i * 37 % 5000)
								  << (changed ? 0 : i / 200));
		for (int k = 0; k < KNOBS; k++)
			changed += textfile_read(knob[k], now, sizeof(now)) >= 0 && now[0] != 'o';
		j = journal_open(state_dir, NULL, &e, &err);
		assert_non_null(j);
		expect_knobs("old");
		journal_close(j);
	}
	print_message("%u knobs were found changed\n", changed);
	assert_true(changed > 0);
}

static void another_boot_is_dropped(void **state)
{
	char text[512];
	struct journal *j;

	mkdir(strcat(strcpy(text, dir), "/deep"), 0700);
	mkdir(state_dir, 0700);
	snprintf(text, sizeof(text),
		 "thpstorm-journal 1\nboot " OTHER_BOOT "\npid 1\n"
		 "set %s\tevil\n",
		 knob[0]);
	put_file(journal_file, text);
	journal_close(open_it(0));
	put_file(journal_file, "something else\nset x\ty\n");
	j = open_it(0);
	expect_knobs("old");
	journal_close(j);
	if (geteuid())
		return;
	put_file(journal_file, text);
	assert_int_equal(chown(journal_file, 1, 1), 0);
	expect_refused(-EPERM);
}

/* What a run makes: how it is made, and whether it is in effect. */
struct thing {
	const struct made_kind *kind;
	char path[CGROUP_PATH_MAX];
	int (*make)(const char *path, uint64_t bytes, struct error *err);
	bool (*works)(const char *path);
};

static struct thing thing;

static bool is_swapped_to(const char *path)
{
	char swaps[4096];

	assert_true(textfile_read("/proc/swaps", swaps, sizeof(swaps)) > 0);
	return strstr(swaps, path);
}

static bool limits_memory(const char *path)
{
	char file[CGROUP_PATH_MAX + 32];
	uint64_t limit = 0;

	snprintf(file, sizeof(file), "%s/memory.max", path);
	if (access(file, F_OK))
		snprintf(file, sizeof(file), "%s/memory.limit_in_bytes", path);
	return !textfile_read_u64(file, &limit) && limit == 2 * MIB;
}

static int make_thing(struct journal *j)
{
	int ret = journal_made(j, thing.kind, thing.path, &err);

	return ret ? ret : thing.make(thing.path, 2 * MIB, &err);
}

static void make_thing_and_set(void)
{
	struct journal *j = journal_open(state_dir, NULL, &(int){0}, &err);

	if (!j || make_thing(j))
		_exit(1);
	journal_set(j, knob[0], "new-0", NULL);
}

static void put_journal_of(const char *boot)
{
	char text[sizeof(thing.path) + 256];

	snprintf(text, sizeof(text),
		 "thpstorm-journal 1\nboot %s\npid 1\nmade %s\t%s\nset %s\tevil\n", boot,
		 thing.path, thing.kind->name, knob[0]);
	put_file(journal_file, text);
}

static void expect_gone(void)
{
	assert_false(thing.works(thing.path));
	assert_int_not_equal(access(thing.path, F_OK), 0);
	expect_knobs("old");
}

/* Or the test is skipped. */
static void expect_can_be_made(void)
{
	struct journal *j = open_it(0);
	int ret = geteuid() ? -EPERM : make_thing(j);
	bool works = !ret && thing.works(thing.path);

	if (ret)
		print_message("no %s here: %s\n", thing.kind->name,
			      geteuid() ? "not root" : err.text);
	assert_int_equal(journal_restore(j, &err), 0);
	journal_close(j);
	expect_gone();
	if (ret)
		skip();
	assert_true(works);
}

/* What was made goes with a restore, and with the next run after a kill. */
static void a_thing_is_removed(void)
{
	char boot[64];

	expect_can_be_made();
	in_killed_child(make_thing_and_set, 0);
	assert_true(thing.works(thing.path));
	journal_close(open_it(2));
	expect_gone();

	/* Announced, and killed before it was there. */
	assert_int_equal(state_boot_id(boot, sizeof(boot), &err), 0);
	put_journal_of(boot);
	put_file(knob[0], "new-0");
	journal_close(open_it(2));
	expect(knob[0], "evil");
	put_file(knob[0], "old-0");
	expect_gone();
}

static void a_swap_file_is_removed(void **state)
{
	skip_under("valgrind", "swapon(2) is not known");
	thing = (struct thing){&made_swapfile, "", swapfile_make, is_swapped_to};
	/* Not in memory: that can't be swapped to. */
	snprintf(thing.path, sizeof(thing.path), "/var/tmp/thpstorm-test-swap.%d", (int)getpid());
	a_thing_is_removed();
	/* Of another boot: the value stays as this boot has it, the file goes. */
	put_file(thing.path, "left over");
	put_journal_of(OTHER_BOOT);
	journal_close(open_it(1));
	expect_gone();
}

/* A name that no other run of this test has. */
static bool place_of_cgroup(void)
{
	char place[sizeof(thing.path) - 32];

	if (!cgroup_place(place, sizeof(place), &err)) {
		snprintf(thing.path, sizeof(thing.path), "%s-test.%d", place, (int)getpid());
		return true;
	}
	print_message("no cgroup here: %s\n", err.text);
	return false;
}

static void a_cgroup_is_removed(void **state)
{
	thing = (struct thing){&made_cgroup, "", cgroup_make, limits_memory};
	if (!place_of_cgroup())
		skip();
	a_thing_is_removed();
	/* Of another boot: what has its name now is somebody else's. */
	assert_int_equal(mkdir(thing.path, 0755), 0);
	put_journal_of(OTHER_BOOT);
	journal_close(open_it(0));
	assert_int_equal(rmdir(thing.path), 0);
	expect_knobs("old");
}

static void live_in_cgroup(void)
{
	if (cgroup_make(thing.path, 64 * MIB, &err) || cgroup_enter(thing.path, &err))
		_exit(1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Killed, it is not gone at once. */
	memset(malloc(32 * MIB), 1, 32 * MIB);
	pause();
}

static void a_cgroup_waits_for_who_ends(void **state)
{
	pid_t pid;
	char procs[CGROUP_PATH_MAX + 32], text[64];

	if (geteuid() || !place_of_cgroup())
		skip();
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", thing.path);
	pid = fork();
	if (!pid)
		live_in_cgroup();
	while (textfile_read(procs, text, sizeof(text)) <= 0)
		usleep(1000);
	assert_int_equal(atoi(text), pid);
	assert_int_equal(cgroup_remove(thing.path, &err), -EBUSY);
	assert_non_null(strstr(err.text, thing.path));
	kill(pid, SIGKILL);
	assert_int_equal(cgroup_remove(thing.path, &err), 0);
	waitpid(pid, NULL, 0);
	assert_int_not_equal(access(thing.path, F_OK), 0);
}

static void a_second_run_is_refused(void **state)
{
	struct journal *j = open_it(0);
	char pid[32];

	snprintf(pid, sizeof(pid), "pid %d", (int)getpid());
	expect_refused(-EBUSY);
	assert_non_null(strstr(err.text, pid));
	assert_int_equal(journal_set(j, knob[0], "new-0", &err), 0);
	expect_refused(-EBUSY);
	expect(knob[0], "new-0");
	assert_int_equal(journal_restore(j, &err), 0);
	/* Restored, but not closed: still there, and still named. */
	expect_refused(-EBUSY);
	assert_non_null(strstr(err.text, pid));
	journal_close(j);
	journal_close(open_it(0));
}

#define VISITS 3000

struct room {
	unsigned inside, crowded, entered;
};

/* Opens and closes; the one inside is alone, although each removes the file as it leaves. */
static void come_and_go(struct room *room, time_t deadline)
{
	while (load_relaxed(&room->entered) < VISITS && time(NULL) < deadline) {
		int e;
		struct journal *j = journal_open(state_dir, NULL, &e, NULL);

		if (!j)
			continue;
		if (__atomic_fetch_add(&room->inside, 1, __ATOMIC_SEQ_CST))
			__atomic_fetch_add(&room->crowded, 1, __ATOMIC_SEQ_CST);
		sched_yield();
		__atomic_fetch_add(&room->entered, 1, __ATOMIC_SEQ_CST);
		__atomic_fetch_sub(&room->inside, 1, __ATOMIC_SEQ_CST);
		journal_close(j);
	}
}

static void only_one_is_inside(void **state)
{
	struct room *room = mmap(NULL, sizeof(*room), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	time_t deadline = time(NULL) + 15;

	assert_true(room != MAP_FAILED);
	for (int i = 0; i < 4; i++) {
		if (!fork()) {
			come_and_go(room, deadline);
			_exit(0);
		}
	}
	for (int i = 0; i < 4; i++)
		wait(NULL);
	print_message("entered %u times\n", room->entered);
	assert_true(room->entered > 0);
	assert_int_equal(room->crowded, 0);
	munmap(room, sizeof(*room));
}

static int leash[2];

/* It lives until the test closes its end of the leash. */
static void leave_a_holder_behind(void)
{
	char byte;
	int e;

	journal_open(state_dir, NULL, &e, NULL);
	if (!fork()) {
		close(leash[1]);
		_exit((int)read(leash[0], &byte, 1));
	}
}

static void the_lock_outlives_its_owner(void **state)
{
	int status;

	skip_under("valgrind", "what cmocka holds in the child counts as lost");
	assert_int_equal(pipe(leash), 0);
	/* So that the end of the one left behind can be waited for. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
	in_killed_child(leave_a_holder_behind, 0);
	expect_refused(-EBUSY);
	assert_non_null(strstr(err.text, "left running"));
	close(leash[1]);
	close(leash[0]);
	assert_true(wait(&status) > 0);
	assert_int_equal(status, 0);
	journal_close(open_it(0));
}

static void set_with_little_room(void)
{
	struct rlimit limit;
	struct stat st;
	int e;
	struct journal *j = journal_open(state_dir, NULL, &e, NULL);

	signal(SIGXFSZ, SIG_IGN);
	if (!j || journal_set(j, knob[0], "new-0", NULL) || stat(journal_file, &st))
		_exit(1);
	/* For half a line. */
	limit.rlim_cur = limit.rlim_max = (rlim_t)st.st_size + 10;
	if (setrlimit(RLIMIT_FSIZE, &limit) || !journal_set(j, knob[1], "new-1", &err) ||
	    !strstr(err.text, journal_file) || journal_count(j) != 1)
		_exit(2);
	/* A shorter line after the torn one. */
	raise(SIGKILL);
}

static void no_room_for_a_line_no_change(void **state)
{
	in_killed_child(set_with_little_room, 0);
	expect(knob[0], "new-0");
	expect(knob[1], "old-1");
	journal_close(open_it(1));
	expect_knobs("old");
}

/* 0 when a full file system of one page refuses a change and later takes one. */
static int on_full_disk(void)
{
	char big[128], text[128];
	int e, n = 0;
	struct journal *j;

	mkdir(strcat(strcpy(big, dir), "/deep"), 0700);
	mkdir(state_dir, 0700);
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", state_dir, "tmpfs", 0, "size=8k"))
		return CHILD_SKIP;
	j = journal_open(state_dir, NULL, &e, &err);
	if (!j || journal_set(j, knob[0], "new-0", &err))
		return 1;
	snprintf(big, sizeof(big), "%s/big", state_dir);
	e = open(big, O_WRONLY | O_CREAT, 0600);
	memset(text, 'x', sizeof(text));
	while (write(e, text, sizeof(text)) > 0)
		;
	for (; n < 60; n++) {
		snprintf(big, sizeof(big), "%s/many%d", dir, n);
		memset(text, 'v', 120);
		text[120] = '\0';
		put_file(big, text);
		if (journal_set(j, big, "changed", &err))
			break;
	}
	if (n == 60 || !strstr(err.text, "No space"))
		return 2;
	textfile_read(big, text, sizeof(text));
	if (text[0] != 'v' || (int)journal_count(j) != n + 1)
		return 3;
	if (journal_restore(j, &err))
		return 4;
	if (journal_set(j, knob[1], "new-1", &err) || journal_restore(j, &err))
		return 5;
	journal_close(j);
	return 0;
}

static void a_full_disk_refuses_the_change(void **state)
{
	expect_in_child(on_full_disk, "can't mount a file system of its own");
	expect_knobs("old");
}

static void the_environment_names_the_directory(void **state)
{
	struct journal *j;
	int e;

	setenv("THPSTORM_STATE", state_dir, 1);
	j = journal_open(NULL, NULL, &e, &err);
	unsetenv("THPSTORM_STATE");
	assert_non_null(j);
	assert_int_equal(access(journal_file, F_OK), 0);
	journal_close(j);
	assert_null(journal_open(knob[0], NULL, &e, &err));
	assert_true(e < 0);
	assert_non_null(strstr(err.text, knob[0]));
}

/* In a journal that a killed run left: also what a knob's lines do not tell. */
static void kill_after_all_were_set(void)
{
	in_killed_child(set_all, 0);
	expect_knobs("new");
}

static void expect_change(const struct journal *j, unsigned count, const char *text)
{
	const struct journal_change *change;
	char said[512];

	assert_int_equal(journal_changes(j, &change), count);
	journal_change_format(&change[count - 1], said, sizeof(said));
	if (!strstr(said, text))
		fail_msg("'%s' is not in '%s'", text, said);
}

static void what_somebody_else_changed_is_left(void **state)
{
	struct journal *j = open_it(0);

	for (int i = 0; i < KNOBS; i++)
		assert_int_equal(journal_set(j, knob[i], value("new", i), &err), 0);
	put_file(knob[1], "theirs\n");
	put_file(knob[2], "new-2 [theirs] old-2\n");
	put_file(knob[3], "theirs new-3 [old-3]\n");
	assert_int_equal(journal_restore(j, &err), 0);
	expect(knob[0], "old-0");
	expect(knob[1], "theirs");
	expect(knob[2], "new-2 [theirs] old-2");
	expect(knob[3], "theirs new-3 [old-3]");
	expect_change(j, 2,
		      "knob1 was changed by somebody else during the run (from 'new-1' to "
		      "'theirs'): left");
	assert_int_equal(journal_count(j), 0);
	journal_close(j);
	assert_int_equal(access(journal_file, F_OK), -1);
}

static void after_a_kill_too(void **state)
{
	struct journal *j;

	kill_after_all_were_set();
	put_file(knob[1], "theirs\n");
	j = open_it(KNOBS - 1);
	expect(knob[0], "old-0");
	expect(knob[1], "theirs");
	expect_change(j, 1, "(from 'new-1' to 'theirs'): left");
	journal_close(j);
}

/* A journal without `now`: of a version before. */
static void an_older_journal_is_restored(void **state)
{
	char text[2048], older[2048] = "", *line, *rest = text;

	kill_after_all_were_set();
	assert_true(textfile_read(journal_file, text, sizeof(text)) > 0);
	while ((line = strsep(&rest, "\n"))) {
		if (strncmp(line, "now ", 4) && line[0])
			strcat(strcat(older, line), "\n");
	}
	put_file(journal_file, older);
	put_knobs("whatever");
	journal_close(open_it(KNOBS));
	expect_knobs("old");
}

/* The kernel's own doing is known by what it was once the knobs were set. */
static void side_effects_of_others_are_left(void **state)
{
	struct journal *j = open_it(0);

	assert_int_equal(journal_save(j, knob[0], &err), 0);
	put_file(knob[0], "the kernel's own idea\n");
	assert_int_equal(journal_settle(j, knob[0], &err), 0);
	put_file(knob[0], "theirs\n");
	assert_int_equal(journal_restore(j, &err), 0);
	expect(knob[0], "theirs");
	expect_change(j, 1, "(from 'the kernel's own idea' to 'theirs'): left");

	assert_int_equal(journal_save(j, knob[1], &err), 0);
	put_file(knob[1], "the kernel's own idea\n");
	assert_int_equal(journal_settle(j, knob[1], &err), 0);
	assert_int_equal(journal_restore(j, &err), 0);
	expect(knob[1], "old-1");
	journal_close(j);
}

/* Who changes `enabled` changes min_free_kbytes by it: nothing is put back over that. */
static void a_side_effect_stays_with_its_cause(void **state)
{
	struct journal *j = open_it(0);
	const struct journal_change *change;
	char cause_dir[96], cause[128];

	snprintf(cause_dir, sizeof(cause_dir), "%s/transparent_hugepage", dir);
	assert_int_equal(mkdir(cause_dir, 0700), 0);
	snprintf(cause, sizeof(cause), "%s/enabled", cause_dir);
	put_file(cause, "always [madvise] never\n");
	assert_int_equal(journal_save(j, knob[0], &err), 0);
	assert_int_equal(journal_set(j, cause, "always", &err), 0);
	put_file(knob[0], "of always\n");
	assert_int_equal(journal_settle(j, knob[0], &err), 0);
	put_file(cause, "never\n");
	put_file(knob[0], "of never\n");
	assert_int_equal(journal_restore(j, &err), 0);
	expect(cause, "never");
	expect(knob[0], "of never");
	assert_int_equal(journal_changes(j, &change), 1);
	assert_string_equal(change[0].path, cause);
	journal_close(j);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make, unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values_come_back),
		TEST(what_is_so_already_is_left_alone),
		TEST(side_effects_come_back_too),
		TEST(what_somebody_else_changed_is_left),
		TEST(after_a_kill_too),
		TEST(an_older_journal_is_restored),
		TEST(side_effects_of_others_are_left),
		TEST(a_side_effect_stays_with_its_cause),
		TEST(restores_in_reverse),
		TEST(what_is_no_knob_is_refused),
		TEST(the_kernel_may_refuse),
		TEST(one_failure_does_not_stop_the_rest),
		TEST(cut_at_every_byte),
		TEST(killed_at_any_moment),
		TEST(another_boot_is_dropped),
		TEST(a_swap_file_is_removed),
		TEST(a_cgroup_is_removed),
		TEST(a_cgroup_waits_for_who_ends),
		TEST(a_second_run_is_refused),
		TEST(only_one_is_inside),
		TEST(the_lock_outlives_its_owner),
		TEST(no_room_for_a_line_no_change),
		TEST(a_full_disk_refuses_the_change),
		TEST(the_environment_names_the_directory),
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
