/* SPDX-License-Identifier: GPL-2.0-only */
/* The sentence of an event, made from its fields: last, and here alone. Nothing parses it. */
#ifndef THPSTORM_RUN_SENTENCE_H
#define THPSTORM_RUN_SENTENCE_H

#include "contract/event.h"
#include "run/supervisor.h"

/* Into e->text, where its kind has a sentence; else what the teller wrote stays. */
void event_say(const struct supervisor *s, struct event *e);

#endif
