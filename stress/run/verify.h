/* SPDX-License-Identifier: GPL-2.0-only */
/* Once nobody storms: the witnesses look at each page of the arena and at each slot as a whole. */
#ifndef THPSTORM_RUN_VERIFY_H
#define THPSTORM_RUN_VERIFY_H

#include "contract/share.h"
#include "witness/witness.h"

/* What is checked and what is empty goes to @site, page by page. */
void verify(const struct arena *a, struct onlooker *o, struct site_share *site);

#endif
