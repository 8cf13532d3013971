/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The status line. On a terminal one line is drawn over and over, never wider than the terminal,
 * for a wrapped line can't be drawn over; what does not fit is left out from the right. Without a
 * terminal a plain line comes every 10 s. A finding always gets a line of its own, at once.
 */
#include <stdarg.h>
#include <string.h>

#include "terminal/page.h"
#include "commands/live.h"
#include "words/units.h"

#define PLAIN_EVERY   (10 * NSEC_PER_SEC)
#define REDRAW_EVERY  (NSEC_PER_SEC / 2)
#define COLUMNS_MAX   100 /* on a terminal */
#define COLUMNS_PLAIN 150

#define ITEMS_MAX 12

/* The items from left to right. The one with the highest rank is the first to be left out. */
struct line {
	struct item {
		char text[48];
		unsigned rank;
	} item[ITEMS_MAX];
	unsigned items;
	char text[COLUMNS_PLAIN + 1];
};

enum rank {
	RANK_PHASE, /* never left out, but for a terminal narrower than that */
	RANK_FINDINGS,
	RANK_STALLS,
	RANK_OLDEST,
	RANK_MAX,
	RANK_OPS,
	RANK_WORK,
	RANK_ETA,
	RANK_FAULTS,
	RANK_ZERO, /* no stall, no finding */
};

void live_init(struct live *p, FILE *out, uint64_t duration)
{
	memset(p, 0, sizeof(*p));
	status_line_init(&p->status, out);
	p->duration = duration;
}

static uint64_t every(const struct live *p)
{
	return p->status.tty ? REDRAW_EVERY : PLAIN_EVERY;
}

static unsigned columns(const struct live *p)
{
	return status_line_columns(&p->status, p->status.tty ? COLUMNS_MAX : COLUMNS_PLAIN);
}

static void line_add(struct line *line, enum rank rank, const char *fmt, ...) PRINTF_LIKE(3, 4);

static void line_add(struct line *line, enum rank rank, const char *fmt, ...)
{
	struct item *item = &line->item[line->items++];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(item->text, sizeof(item->text), fmt, ap);
	va_end(ap);
	item->rank = rank;
}

static void line_rate(struct line *line, enum rank rank, uint64_t n, uint64_t ns, const char *what)
{
	char text[UNITS_MAX];

	line_add(line, rank, "%s %s/s",
		 units_rate(text, ns ? (double)n * NSEC_PER_SEC / (double)ns : 0), what);
}

/* Joins the items of at most that rank; how long it would be. */
static unsigned line_join(struct line *line, unsigned rank)
{
	unsigned len = 0;

	line->text[0] = '\0';
	for (unsigned i = 0; i < line->items; i++) {
		const char *gap = len ? "  " : "";

		if (line->item[i].rank > rank)
			continue;
		if (len < sizeof(line->text))
			snprintf(line->text + len, sizeof(line->text) - len, "%s%s", gap,
				 line->item[i].text);
		len += (unsigned)(strlen(gap) + strlen(line->item[i].text));
	}
	return len;
}

static void line_build(const struct live *p, struct line *line, const struct interval *iv)
{
	bool storm = p->storm_began != 0;
	char a[UNITS_MAX], b[UNITS_MAX];
	unsigned rank = RANK_ZERO;

	if (storm)
		line_add(line, RANK_PHASE, "%s %s/%s", units_phase(iv->phase),
			 units_span(a, iv->elapsed), units_span(b, p->duration));
	else
		line_add(line, RANK_PHASE, "%s", units_phase(iv->phase));
	line_rate(line, RANK_OPS, iv->ops, iv->seconds_ns, "ops");
	if (iv->faults != VMSTAT_ABSENT)
		line_rate(line, RANK_FAULTS, iv->faults, iv->seconds_ns, "faults");
	if (iv->folio_splits != VMSTAT_ABSENT && (iv->folio_splits || !iv->thp_moved))
		line_rate(line, RANK_WORK, iv->folio_splits, iv->seconds_ns, "splits");
	if (iv->thp_moved != VMSTAT_ABSENT && iv->thp_moved)
		line_rate(line, RANK_WORK, iv->thp_moved, iv->seconds_ns, "moves");
	line_add(line, RANK_MAX, "max %s", units_ns(a, storm ? p->max : iv->max));
	line_add(line, RANK_OLDEST, "oldest %s", units_ns(a, iv->oldest));
	line_add(line, iv->stalls ? RANK_STALLS : RANK_ZERO, "stalls %u", iv->stalls);
	line_add(line, iv->findings ? RANK_FINDINGS : RANK_ZERO, "findings %u", iv->findings);
	if (storm && iv->elapsed < p->duration)
		line_add(line, RANK_ETA, "ETA %s", units_span(a, p->duration - iv->elapsed));
	while (line_join(line, rank) > columns(p) && rank)
		rank--;
	line->text[MIN(columns(p), COLUMNS_PLAIN)] = '\0';
}

/* One line for all that came since the one before: rates are means over that time. */
static void say(struct live *p)
{
	struct line line = {.items = 0};

	line_build(p, &line, &p->sum);
	if (p->status.tty)
		status_line_draw(&p->status, line.text);
	else
		status_line_say(&p->status, "%s", line.text);
	memset(&p->sum, 0, sizeof(p->sum));
}

static uint64_t add_known(uint64_t a, uint64_t b)
{
	return a == VMSTAT_ABSENT || b == VMSTAT_ABSENT ? VMSTAT_ABSENT : a + b;
}

static void add_interval(struct interval *sum, const struct interval *iv)
{
	struct interval old = *sum;

	*sum = *iv;
	sum->ops += old.ops;
	sum->faults = add_known(iv->faults, old.faults);
	sum->folio_splits = add_known(iv->folio_splits, old.folio_splits);
	sum->thp_moved = add_known(iv->thp_moved, old.thp_moved);
	sum->seconds_ns += old.seconds_ns;
	sum->max = MAX(iv->max, old.max);
}

static int live_interval(void *ctx, const struct interval *iv)
{
	struct live *p = ctx;

	if (phase_of((uint32_t)iv->phase) == PHASE_STORM) {
		/* What came before was another phase's. */
		if (!p->storm_began) {
			memset(&p->sum, 0, sizeof(p->sum));
			p->storm_began = iv->when - MIN(iv->elapsed, iv->when);
		}
		p->max = MAX(p->max, iv->max);
	}
	add_interval(&p->sum, iv);
	if (!p->next_line)
		p->next_line = iv->when - MIN(iv->seconds_ns, iv->when) + every(p);
	if (iv->when < p->next_line)
		return 0;
	p->next_line = iv->when + every(p);
	say(p);
	return 0;
}

static int live_event(void *ctx, const struct event *event)
{
	char text[EVENT_TEXT_MAX], place[48] = "", when[UNITS_MAX + 16] = "", span[UNITS_MAX];
	struct live *p = ctx;

	if (event->kind < 0 || event->kind >= EVENT_KIND_COUNT ||
	    event_weights[event->kind] < WEIGHT_BROKEN)
		return 0;
	if (event->cpu >= 0)
		snprintf(place, sizeof(place), " on CPU %d", event->cpu);
	if (p->storm_began && event->when >= p->storm_began)
		snprintf(when, sizeof(when), " at %s",
			 units_ns(span, event->when - p->storm_began));
	status_line_say(&p->status, "%s: %s%s%s: %s",
			event_weights[event->kind] == WEIGHT_FINDING ? "FINDING" : "BROKEN",
			event_names[event->kind], place, when,
			page_ascii(text, sizeof(text), event->text));
	return 0;
}

void live_sink(struct live *p, struct run_sink *sink)
{
	*sink = (struct run_sink){
		.ctx = p,
		.event = live_event,
		.interval = live_interval,
	};
}

void live_end(struct live *p)
{
	if (p->sum.seconds_ns)
		say(p);
	status_line_end(&p->status, false);
}
