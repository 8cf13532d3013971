/* SPDX-License-Identifier: GPL-2.0-only */
/* Beginning a sweep, and coming back to one. See sweep.h. */
#include "sweep/sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/rng.h"
#include "words/config.h"
#include "measure/clock.h"
#include "result/directory.h"
#include "result/file.h"
#include "sweep/identity.h"
#include "sweep/ledger_line.h"
#include "system/machine_lock.h"
#include "system/state.h"

#define LOCK_NAME      "sweep"
#define ENDING_WAIT_MS 60000

void sweep_init(struct sweep *s)
{
	memset(s, 0, sizeof(*s));
	s->dirfd = s->cellsfd = s->lockfd = -1;
	s->shard = (struct shard){1, 1};
}

void sweep_free(struct sweep *s)
{
	const int fds[] = {s->dirfd, s->cellsfd, s->lockfd};

	cells_free(&s->cells);
	sweep_journal_close(&s->journal);
	for (unsigned i = 0; i < ARRAY_SIZE(fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	free(s->dir);
}

/* Each cell's plan once: what does not go together is said before anything is run. */
static int try_cells(struct sweep *s, struct error *err)
{
	struct run_plan plan;
	char name[CELLS_NAME_MAX];
	struct error why;

	for (unsigned i = 0; i < s->cells.count; i++) {
		if (!cells_plan(&s->cells, s->cells.id[i], &s->topology, &plan, &why))
			continue;
		return error_set(err, EINVAL, "cell %u (%.150s): %.300s", s->cells.id[i],
				 cells_name(&s->cells, s->cells.id[i], name, sizeof(name)),
				 why.text);
	}
	return 0;
}

int sweep_prepare(struct sweep *s, struct error *err)
{
	int ret = config_validate(&s->plan, err);

	if (!ret)
		ret = topology_read(&s->topology, err);
	if (!ret)
		ret = sweep_expand(&s->axes, &s->topology, err);
	if (!ret)
		ret = sweep_validate(&s->axes, &s->plan, err);
	if (!ret)
		ret = state_boot_id(s->boot, sizeof(s->boot), err);
	if (ret)
		return ret;
	if (!s->plan.seed)
		s->plan.seed = (mix64(clock_now() ^ (uint64_t)getpid()) >> 2) | 1;
	ret = cells_make(&s->cells, &s->plan, &s->axes, &s->shard, err);
	return ret ? ret : try_cells(s, err);
}

/* sweep.conf as text, for the file and for the journal. To be freed. */
static char *conf_text(const struct sweep *s, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	if (!out)
		return NULL;
	config_write(out, &s->plan, true);
	config_write_sweep(out, &s->axes);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

static int record_conf(struct sweep *s, struct error *err)
{
	size_t len;
	char *text = conf_text(s, &len), *save = NULL;
	int ret = text ? result_file_write(s->dirfd, "sweep.conf", text, len, true) : -ENOMEM;

	if (ret)
		error_errno(err, -ret, "cannot write %s/sweep.conf", s->dir);
	for (char *line = text; line && !ret; line = save) {
		save = strchr(line, '\n');
		if (!save)
			break;
		*save++ = '\0';
		ret = sweep_journal_conf_add(&s->journal, line, err);
	}
	free(text);
	return ret;
}

static int record(struct sweep *s, struct error *err)
{
	char number[32];
	int ret = sweep_journal_create(&s->journal, s->dirfd, s->dir, err);

	if (ret)
		return ret;
	ret = identity_record(s, err);
	snprintf(number, sizeof(number), "%u/%u", s->shard.part, s->shard.of);
	if (!ret)
		ret = sweep_journal_fact_add(&s->journal, "shard", number, err);
	snprintf(number, sizeof(number), "%u", s->cells.total);
	if (!ret)
		ret = sweep_journal_fact_add(&s->journal, "cells", number, err);
	if (!ret)
		ret = record_conf(s, err);
	if (!ret)
		ret = sweep_journal_size(&s->journal, s->cells.total, err);
	if (!ret)
		ret = sweep_journal_begin(&s->journal, s->dirfd, err);
	return ret;
}

static int open_cells(struct sweep *s, struct error *err)
{
	s->cellsfd = result_subdirectory_make(s->dirfd, s->dir, "cells", err);
	return MIN(s->cellsfd, 0);
}

int sweep_make_directory(struct sweep *s, const char *dir, struct error *err)
{
	s->dirfd = result_directory_make(dir, s->plan.config, &s->dir, err);
	return s->dirfd < 0 ? s->dirfd : open_cells(s, err);
}

int sweep_create(struct sweep *s, const char *dir, struct error *err)
{
	int ret = sweep_make_directory(s, dir, err);

	return ret ? ret : record(s, err);
}

/* The plan, the axes and the shard as the journal has them. */
int sweep_read_plan(struct sweep *s, const struct sweep_journal *j, const char *dir,
		    struct error *err)
{
	const char *config = sweep_journal_fact(j, "config");
	const char *shard = sweep_journal_fact(j, "shard");
	char *text = NULL, name[PATH_MAX];
	FILE *in = sweep_journal_conf(j, &text);
	int ret;

	if (!in) {
		free(text);
		return error_set(err, EINVAL, "%s: no plan in it", j->path);
	}
	snprintf(name, sizeof(name), "%s/sweep.conf", dir);
	ret = config_read_stream(in, name, &s->plan, &s->axes, err);
	fclose(in);
	free(text);
	if (ret)
		return ret;
	snprintf(s->plan.config, sizeof(s->plan.config), "%s", config ? config : "");
	if (!shard || sscanf(shard, "%u/%u", &s->shard.part, &s->shard.of) != 2 || !s->shard.part ||
	    s->shard.part > s->shard.of)
		return error_set(err, EINVAL, "%s: no shard in it", j->path);
	return 0;
}

static int same_cells(const struct sweep *s, struct error *err)
{
	if (s->cells.total == s->journal.cells)
		return 0;
	return error_set(err, EINVAL, "%s: %u cells in the journal, %u in its plan", s->dir,
			 s->journal.cells, s->cells.total);
}

int sweep_resume(struct sweep *s, const char *dir, const char *accept, struct error *err)
{
	int ret;

	s->dir = strdup(dir);
	s->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!s->dir || s->dirfd < 0)
		return error_errno(err, errno, "cannot open the sweep in %s", dir);
	/* Its journal is obeyed, and written. */
	ret = directory_check_own(s->dirfd, dir, err);
	if (!ret)
		ret = sweep_journal_open(&s->journal, s->dirfd, dir, true, err);
	if (!ret)
		ret = sweep_read_plan(s, &s->journal, dir, err);
	if (!ret)
		ret = identity_check(s, accept, err);
	if (!ret)
		ret = sweep_prepare(s, err);
	if (!ret)
		ret = same_cells(s, err);
	return ret ? ret : open_cells(s, err);
}

bool sweep_is_in(const char *dir)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/" JOURNAL_NAME, dir);
	return !access(path, F_OK);
}

int sweep_read(struct sweep *s, const char *dir, struct error *err)
{
	int ret;

	s->dir = strdup(dir);
	s->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!s->dir || s->dirfd < 0)
		return error_errno(err, errno, "cannot open the sweep in %s", dir);
	ret = sweep_journal_open(&s->journal, s->dirfd, dir, false, err);
	if (!ret)
		ret = sweep_read_plan(s, &s->journal, dir, err);
	if (!ret)
		ret = sweep_validate(&s->axes, &s->plan, err);
	if (!ret)
		ret = cells_make(&s->cells, &s->plan, &s->axes, &s->shard, err);
	if (!ret)
		ret = same_cells(s, err);
	return ret;
}

static int refuse_second(int fd, const char *path, struct error *err)
{
	char text[PATH_MAX + 64] = "", *dir;
	int pid = 0;

	if (pread(fd, text, sizeof(text) - 1, 0) > 0)
		pid = atoi(text);
	dir = strchr(text, '\n');
	if (!dir)
		return error_set(err, EBUSY, "another sweep holds %s; wait for it", path);
	dir[1 + strcspn(dir + 1, "\n")] = '\0';
	return error_set(
		err, EBUSY,
		"another sweep runs on this machine (pid %d, %.300s); wait for it, or end it: `kill %d`",
		pid, dir + 1, pid);
}

/* No place for a lock, as in a container that is read-only: that of the machine must do. */
static bool can_not_be_there(int err)
{
	return err == -EROFS || err == -EACCES || err == -ENOTDIR;
}

int sweep_lock(struct sweep *s, struct error *err)
{
	char state[PATH_MAX - 16], path[PATH_MAX];
	int ret = state_make(state_directory(state, sizeof(state)), err);

	if (ret)
		return can_not_be_there(ret) ? 0 : ret;
	snprintf(path, sizeof(path), "%s/" LOCK_NAME, state);
	s->lockfd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lockfd < 0) {
		ret = error_errno(err, errno, "cannot open %s", path);
		return can_not_be_there(ret) ? 0 : ret;
	}
	if (flock(s->lockfd, LOCK_EX | LOCK_NB)) {
		ret = errno == EWOULDBLOCK ? refuse_second(s->lockfd, path, err)
					   : error_errno(err, errno, "cannot lock %s", path);
		close(s->lockfd);
		s->lockfd = -1;
		return ret;
	}
	sweep_lock_name(s, "its directory is not known yet");
	return 0;
}

int sweep_take_machine(struct error *err)
{
	int ret = machine_lock_hold(ENDING_WAIT_MS, err);

	/* Nothing to lock: each cell tells of it. */
	return ret == -ENOLCK ? 0 : ret;
}

void sweep_lock_name(struct sweep *s, const char *dir)
{
	char text[PATH_MAX + 64], *full;
	int n;

	if (s->lockfd < 0)
		return;
	full = realpath(dir, NULL);
	n = snprintf(text, sizeof(text), "%d\n%s\n", (int)getpid(), full ? full : dir);

	free(full);
	/* For the message of a second sweep; the lock holds without it. */
	if (!ftruncate(s->lockfd, 0) && pwrite(s->lockfd, text, (size_t)n, 0) != n)
		ftruncate(s->lockfd, 0);
}

char *sweep_cell_directory(uint32_t id, unsigned try, char *buf, size_t size)
{
	if (try > 1)
		snprintf(buf, size, "cells/%05u.%u", id, try);
	else
		snprintf(buf, size, "cells/%05u", id);
	return buf;
}
