/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The signals whose default action ends a process and that somebody sends: from a terminal, a job
 * scheduler, a limit. A command that changes the machine catches all of them, ends in order, and
 * then of the same signal, so that its shell and its loop end too. Not among them: SIGKILL, and the
 * signals of a process's own faults (SIGSEGV, ...).
 */
#ifndef THPSTORM_BASE_INTERRUPT_H
#define THPSTORM_BASE_INTERRUPT_H

#include <signal.h>

#define INTERRUPT_NAME_MAX 16

/*
 * Counts them from here on, up to interrupts_release(). One that is ignored stays ignored (nohup's
 * SIGHUP, SIGINT of a shell's background job). This process's own write to a pipe without a reader,
 * or beyond RLIMIT_FSIZE, is no interrupt: it fails with EPIPE or EFBIG. Nor does writing to the
 * terminal stop a background job (SIGTTOU).
 */
void interrupts_catch(void);
/* Puts back what was before, and forgets what came. For a forked child as well. */
void interrupts_release(void);
/*
 * How many came, and the first of them; 0: none. The same signal within 300 ms of itself is one: a
 * process and its group may both be sent it.
 */
unsigned interrupts_count(void);
int interrupts_first(void);

/*
 * For a child whose parent handles them, when they go to a whole process group: ignores them all.
 * RLIMIT_CPU counts each process alone, so the child passes its own SIGXCPU on to the parent.
 */
void interrupts_leave(void);

/* All of them, for sigprocmask(2). */
void interrupts_set(sigset_t *set);
/* "SIGXCPU", "SIGRTMIN+3". Returns buf. */
const char *interrupt_name(int signo, char buf[INTERRUPT_NAME_MAX]);
/* Ends the calling process by that signal, without a core file. */
__attribute__((noreturn)) void interrupt_die(int signo);

#endif
