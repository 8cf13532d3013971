#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Result directories that an earlier version wrote (ci/report/before: one PASS, one FAIL whose events have
# no fields but a sentence) are read by report, compare, plot and bundle, and their plan still runs.
. "$2/ci/smoke/lib.sh"
before=$source/ci/report/before
cp -r "$before/pass" "$before/fail" . || exit 1

run 0 "$thpstorm" report pass
says '^thpstorm .*: PASS  .config storm.conf.'
says 'no harm in 2.00s of storm: 1904 folio splits, 2813 faults on tails'
says '^  storm fault +2679 +284us +402us +3.22ms +- +- +8.63ms$'
says '^    w/ writer +24 +996us'
says 'kernel +6.18.44 x86_64'
run 0 "$thpstorm" report fail
says '^thpstorm .*: FAIL  .config storm.conf.'
says 'data_lost met by .splitter., 155ms before the storm'
says 'page 137 of slot 13 holds 0xbec3bff8b9973f43 instead of 0xbec3bff8b9973f47'
says 'PAGES WITH WRONG CONTENT: 18'

for format in mail json tsv ktap junit; do
	for dir in pass fail; do
		run 0 "$thpstorm" report $dir --format $format
		check "$dir as $format says nothing" test -s out.txt
	done
done
run 0 "$thpstorm" report pass --format tsv
says '^tails	fault_fstat	2	storm_fault	2679	284\.415	401\.919	3219\.455	NaN	NaN	8631\.111$'
run 0 "$thpstorm" report fail --format ktap
says '^not ok 1 '
run 0 "$thpstorm" report pass --format ktap
says '^ok 1 '

run 0 "$thpstorm" compare pass fail
says '^  tails p50 +284us +308us '
says 'came: base 0 of 1 run,.* new 1 of 1 run'
run 0 "$thpstorm" check pass/plan.conf
run 0 "$thpstorm" bundle fail -o fail.tar.gz
if command -v gnuplot >/dev/null; then
	for kind in cdf time stalls; do
		"$thpstorm" plot pass $kind -o $kind.svg >out.txt 2>err.txt
		[ $? = 77 ] || check "$kind is not drawn: $(cat err.txt)" test -s $kind.svg
	done
	check "no curves of latency" test -s cdf.svg
	check "no curves over time" test -s time.svg
else
	echo "no gnuplot: not drawn"
fi
finish
