/* SPDX-License-Identifier: GPL-2.0-only */
/* See exit_code.h. */
#include "result/exit_code.h"

#include "base/base.h"

const struct exit_code exit_codes[] = {
	{VERDICT_PASS, "the storm met what the config declares, and no harm was seen"},
	{VERDICT_FAIL, "the kernel is wrong: a lockup, a livelock, lost data"},
	{VERDICT_BROKEN,
	 "the tool or the machine is wrong: bad input, a full disk, a splitter without effect; also wrong usage"},
	{VERDICT_NOT_EXERCISED, "the storm ran but did not reach its declared exposure"},
	{VERDICT_SKIP, "something that the run needs is missing here; the reason names it"},
};

const unsigned exit_code_count = ARRAY_SIZE(exit_codes);
