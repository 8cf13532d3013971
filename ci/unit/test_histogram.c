/* SPDX-License-Identifier: GPL-2.0-only */
/* The histogram against known answers: layout, precision, quantiles, saturation, overflow, merge.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/rng.h"
#include "measure/histogram.h"

static struct histogram h, other;

static int fresh(void **state)
{
	histogram_reset(&h);
	histogram_reset(&other);
	return 0;
}

static void buckets_tile_the_range(void **state)
{
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t low = histogram_bucket_low(i), high = histogram_bucket_high(i);

		assert_true(low <= high);
		assert_int_equal(histogram_bucket(low), i);
		assert_int_equal(histogram_bucket(high), i);
		assert_int_equal(histogram_bucket_low(i + 1), high + 1);
	}
	assert_int_equal(histogram_bucket_low(0), 0);
	assert_true(histogram_bucket(HISTOGRAM_MAX) < HISTOGRAM_BUCKETS);
	assert_true(histogram_bucket_high(HISTOGRAM_BUCKETS - 1) >= HISTOGRAM_MAX);
}

/* 3 significant digits from 1 us up, 2 below, exact below 128 ns. */
static void precision_is_as_promised(void **state)
{
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t low = histogram_bucket_low(i);
		double width = (double)(histogram_bucket_high(i) - low + 1);

		if (low < 128)
			assert_true(width == 1);
		else if (low < 1024)
			assert_true(width / (double)low <= 1.0 / 128);
		else
			assert_true(width / (double)low <= 1.0 / 1024);
	}
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Against the sorted values themselves, for values spread over nine decades. */
static void quantiles_agree_with_sorting(void **state)
{
	static const double quantiles[] = {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 1};
	enum { N = 200000 };
	uint64_t *v = malloc(N * sizeof(*v));
	struct rng rng;

	assert_non_null(v);
	rng_seed(&rng, 42);
	for (int i = 0; i < N; i++) {
		v[i] = rng_next(&rng) >> (24 + rng_below(&rng, 30));
		histogram_record(&h, v[i]);
	}
	qsort(v, N, sizeof(*v), compare);
	for (size_t q = 0; q < ARRAY_SIZE(quantiles); q++) {
		size_t rank = (size_t)(quantiles[q] * N + 0.999999) - 1;
		uint64_t exact = v[rank], got = histogram_quantile(&h, quantiles[q]);

		assert_true(got >= exact);
		assert_true((double)(got - exact) <= (double)exact / 128 + 1);
	}
	assert_int_equal(histogram_quantile(&h, 1), v[N - 1]);
	assert_int_equal(h.min, v[0]);
	free(v);
}

static void empty_and_single(void **state)
{
	assert_int_equal(histogram_quantile(&h, 0.5), 0);
	histogram_record(&h, 1234567);
	assert_int_equal(histogram_quantile(&h, 0.5), 1234567);
	assert_int_equal(histogram_quantile(&h, 0.0001), 1234567);
	/* At least half of three are two. */
	histogram_reset(&h);
	for (uint64_t v = 10; v <= 30; v += 10)
		histogram_record(&h, v);
	assert_int_equal(histogram_quantile(&h, 0.5), 20);
}

static void overflow_is_counted_and_kept(void **state)
{
	histogram_record(&h, HISTOGRAM_MAX);
	assert_int_equal(h.overflow, 0);
	histogram_record(&h, HISTOGRAM_MAX + 1);
	histogram_record(&h, UINT64_MAX);
	assert_int_equal(h.overflow, 2);
	assert_int_equal(h.total, 3);
	assert_true(h.max == UINT64_MAX);
	assert_int_equal(h.counts[histogram_bucket(HISTOGRAM_MAX)], 3);
}

static uint64_t sum_of_buckets(const struct histogram *x)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		sum += x->counts[i];
	return sum;
}

static void a_full_counter_is_counted(void **state)
{
	h.counts[100] = UINT32_MAX - 1;
	h.total = UINT32_MAX - 1;
	for (int i = 0; i < 3; i++)
		histogram_record(&h, 100);
	assert_true(h.counts[100] == UINT32_MAX);
	assert_int_equal(h.saturated, 2);
	assert_true(sum_of_buckets(&h) + h.saturated == h.total);
}

static void merge_loses_nothing(void **state)
{
	histogram_record(&h, 50);
	histogram_record(&other, 7);
	histogram_record(&other, 5000000);
	histogram_merge(&h, &other);
	assert_int_equal(h.total, 3);
	assert_int_equal(h.min, 7);
	assert_int_equal(h.max, 5000000);
	assert_int_equal(h.sum, 5000057);

	other.counts[50] = UINT32_MAX;
	other.total += UINT32_MAX;
	histogram_merge(&h, &other);
	assert_int_equal(h.saturated, 1);
	assert_true(sum_of_buckets(&h) + h.saturated == h.total);
}

static void log2_buckets(void **state)
{
	struct log2_counts c = {0}, d = {0};

	for (uint64_t v = 0; v < 9; v++)
		log2_record(&c, v);
	assert_int_equal(c.counts[0], 1); /* 0 */
	assert_int_equal(c.counts[1], 1); /* 1 */
	assert_int_equal(c.counts[2], 2); /* 2 3 */
	assert_int_equal(c.counts[3], 4); /* 4 to 7 */
	assert_int_equal(c.counts[4], 1); /* 8 */
	log2_record(&d, UINT64_MAX);
	assert_int_equal(d.counts[64], 1);
	log2_merge(&c, &d);
	assert_int_equal(c.total, 10);
	assert_true(c.max == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(buckets_tile_the_range, fresh),
		cmocka_unit_test_setup(precision_is_as_promised, fresh),
		cmocka_unit_test_setup(quantiles_agree_with_sorting, fresh),
		cmocka_unit_test_setup(empty_and_single, fresh),
		cmocka_unit_test_setup(overflow_is_counted_and_kept, fresh),
		cmocka_unit_test_setup(a_full_counter_is_counted, fresh),
		cmocka_unit_test_setup(merge_loses_nothing, fresh),
		cmocka_unit_test(log2_buckets),
	};

	return cmocka_run_group_tests_name("histogram", tests, NULL, NULL);
}
