/* SPDX-License-Identifier: GPL-2.0-only */
/* Why a storm was not exercised, as far as its record tells. */
#ifndef THPSTORM_RUN_CAUSE_H
#define THPSTORM_RUN_CAUSE_H

#include "contract/given.h"
#include "contract/record.h"

/*
 * The likely cause why @e was not reached, for the end of a sentence, with its remedy where there
 * is one; "" when the record does not tell. EXPOSURE_operations: no worker finished one. Pure.
 */
char *cause_of(const struct given *given, const struct run_record *r, enum exposure e, char *buf,
	       size_t size);
/* The likely cause why no call of @group succeeded; "" when the record does not tell. Pure. */
char *cause_of_group(const struct given *given, const struct run_record *r, unsigned group,
		     char *buf, size_t size);

#endif
