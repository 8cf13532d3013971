/* SPDX-License-Identifier: GPL-2.0-only */
/* What a journal found changed by somebody else. */
#ifndef THPSTORM_SYSTEM_JOURNAL_CHANGE_H
#define THPSTORM_SYSTEM_JOURNAL_CHANGE_H

#define JOURNAL_CHANGES_MAX 64 /* as many as a journal has knobs */
#define JOURNAL_VALUE_SHOWN 24

/* A knob that somebody else changed while a run went on. */
struct journal_change {
	char path[512], set[256], found[256];
};

#endif
