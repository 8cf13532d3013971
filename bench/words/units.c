/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers as people read them: three significant digits and the unit that fits. Each result has a
 * known greatest width, so tables stay aligned whatever a counter holds.
 */
#include <math.h>
#include <stdio.h>

#include "base/base.h"
#include "contract/share.h"
#include "words/units.h"

static int decimals(double v)
{
	if (v < 9.995)
		return 2;
	return v < 99.95 ? 1 : 0;
}

char *units_ns(char *buf, uint64_t ns)
{
	static const char *const unit[] = {"ns", "us", "ms", "s"};
	double v = (double)ns;
	unsigned i = 0;

	if (ns < 1000) {
		snprintf(buf, UNITS_MAX, "%uns", (unsigned)ns);
		return buf;
	}
	while (i + 1 < ARRAY_SIZE(unit) && v >= 999.5) {
		v /= 1000;
		i++;
	}
	if (v >= 9999.5) {
		int ten = (int)log10(v * 1.005); /* 9.95 prints as 10.0 */

		snprintf(buf, UNITS_MAX, "%.1fe%ds", v / pow(10, ten), ten);
	} else {
		snprintf(buf, UNITS_MAX, "%.*f%s", decimals(v), v, unit[i]);
	}
	return buf;
}

static char *scaled(char *buf, double v)
{
	static const char prefix[] = " kMGTPE";
	unsigned i = 0;

	while (i + 2 < sizeof(prefix) && v >= 999.5) {
		v /= 1000;
		i++;
	}
	if (v >= 999.5)
		snprintf(buf, UNITS_MAX, ">999E");
	else if (i)
		snprintf(buf, UNITS_MAX, "%.*f%c", decimals(v), v, prefix[i]);
	else
		snprintf(buf, UNITS_MAX, "%.*f", decimals(v), v);
	return buf;
}

char *units_count(char *buf, uint64_t n)
{
	if (n >= 1000000000)
		return scaled(buf, (double)n);
	snprintf(buf, UNITS_MAX, "%llu", (unsigned long long)n);
	return buf;
}

char *units_rate(char *buf, double per_second)
{
	if (!isfinite(per_second) || per_second <= 0) {
		snprintf(buf, UNITS_MAX, "0");
		return buf;
	}
	return scaled(buf, per_second);
}

char *units_bytes(char *buf, uint64_t bytes)
{
	static const char *const unit[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	double v = (double)bytes;
	unsigned i = 0;

	while (i + 1 < ARRAY_SIZE(unit) && v >= 1024) {
		v /= 1024;
		i++;
	}
	snprintf(buf, UNITS_MAX, "%.*f %s", v == floor(v) ? 0 : 1, v, unit[i]);
	return buf;
}

char *units_span(char *buf, uint64_t ns)
{
	uint64_t s = ns / NSEC_PER_SEC + (ns % NSEC_PER_SEC >= NSEC_PER_SEC / 2);

	if (s < 60)
		snprintf(buf, UNITS_MAX, "%us", (unsigned)s);
	else if (s < 3600)
		snprintf(buf, UNITS_MAX, "%um%02us", (unsigned)(s / 60), (unsigned)(s % 60));
	else
		snprintf(buf, UNITS_MAX, "%lluh%02um", (unsigned long long)(s / 3600),
			 (unsigned)(s / 60 % 60));
	return buf;
}

const char *units_phase(int phase)
{
	static const char *const word[] = {
		[PHASE_SETUP] = "setup", [PHASE_PROOF] = "proof",   [PHASE_QUIET] = "quiet",
		[PHASE_PARK] = "park",	 [PHASE_WARMUP] = "warmup", [PHASE_STORM] = "storm",
		[PHASE_STOP] = "stop",
	};
	unsigned i = phase_of((uint32_t)phase);

	return i < ARRAY_SIZE(word) ? word[i] : "unknown";
}
