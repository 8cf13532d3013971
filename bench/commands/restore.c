/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * thpstorm restore: puts back what a killed run left behind. Also what command_*.c files share.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "base/environment.h"
#include "base/plural.h"
#include "system/debugfs.h"
#include "system/journal.h"
#include "system/machine_lock.h"
#include "system/state.h"
#include "words/arguments.h"

int command_fail(const struct error *err)
{
	fprintf(stderr, "thpstorm: %s\n", err->text);
	return EXIT_USAGE;
}

int command_fail_arguments(const struct arguments *a, const struct error *err)
{
	const struct mistakes *m = &a->mistakes;
	unsigned kept = MIN(m->count, (unsigned)MISTAKES_MAX);

	if (!m->count)
		return command_fail(err);
	for (unsigned i = 0; i < kept; i++)
		command_fail(&m->first[i].error);
	if (m->count > kept)
		fprintf(stderr, "thpstorm: %s: %u more mistakes\n", a->config_path,
			m->count - kept);
	return EXIT_USAGE;
}

/* What somebody else changed since: no error, it is theirs. */
static void tell_changes(const struct journal *j)
{
	const struct journal_change *change;
	unsigned n = journal_changes(j, &change);
	char text[2 * PATH_MAX];

	for (unsigned i = 0; i < n; i++) {
		journal_change_format(&change[i], text, sizeof(text));
		fprintf(stderr, "thpstorm: %s\n", text);
	}
}

bool command_is_unread(void)
{
	struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

	return poll(&out, 1, 0) == 1 && out.revents & POLLERR;
}

int command_flush(int code)
{
	bool whole = !fflush(stdout) && !ferror(stdout);
	int e = errno;

	clearerr(stdout);
	if (whole || command_is_unread())
		return code;
	fprintf(stderr, "thpstorm: cannot write to standard output: %s\n", strerror(e));
	return code ? code : EXIT_USAGE;
}

static int put_back(struct journal *j, unsigned recovered)
{
	const struct journal_change *change;
	unsigned left = journal_count(j);
	struct error err;

	if (left && journal_restore(j, &err))
		return command_fail(&err);
	recovered += left;
	if (recovered)
		printf("put back %u setting%s\n", recovered, plural(recovered));
	else if (!journal_changes(j, &change))
		puts("nothing to restore");
	return 0;
}

void usage_restore(FILE *out)
{
	fputs("thpstorm restore\n"
	      "\n"
	      "Puts back the settings that a killed run left behind, and removes its\n"
	      "swap file and cgroup. A setting that somebody else has changed since is\n"
	      "left, with a line on stderr.\n"
	      "\n"
	      "Exit codes: 0 nothing is left to put back; 2 something could not be put\n"
	      "back, or a run is going on\n",
	      out);
}

int command_restore(int argc, char **argv)
{
	struct machine_lock lock;
	unsigned recovered = 0;
	struct journal *j;
	struct error err;
	int code, e;

	if (argc > 1) {
		error_set(&err, EINVAL, "command line: restore takes no arguments");
		return command_fail(&err);
	}
	/* One's own journal lies elsewhere, and holds nothing of theirs. */
	if (geteuid() && !environment_get("THPSTORM_STATE") &&
	    !access(STATE_OF_ROOT "/journal", F_OK)) {
		error_set(&err, EPERM, "a run of root left %s: run `thpstorm restore` as root",
			  STATE_OF_ROOT "/journal");
		return command_fail(&err);
	}
	/* A run in another container has a journal of its own, and the same knobs. */
	if (machine_lock_take(&lock, &err) == -EBUSY)
		return command_fail(&err);
	debugfs_reach();
	j = journal_open(NULL, &recovered, &e, &err);
	code = j ? put_back(j, recovered) : command_fail(&err);
	if (j)
		tell_changes(j);
	journal_close(j);
	machine_lock_release(&lock);
	return code;
}
