#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Something else splits huge pages at the same time. Its splits are not this storm's: the run is NOT
# EXERCISED, the exposure holds what the workers claim, and a warning tells of the others.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
others=$(dirname "$faults")/bare_split
[ -x "$others" ] || skip "no $others"

cat >lazy.conf <<-E2
	duration = 3s
	warmup = 0
	quiet = 0
	arena = 16M
	[splitter]
	worker = split_cold
	nap = 1s
	[tails]
	worker = fault_read
	nap = 1ms
	[expose]
	folio_splits = 100
E2
"$others" 1 60 16 >/dev/null &
other=$!
run 3 "$thpstorm" run lazy.conf -o out
kill $other
says '^thpstorm .*: NOT EXERCISED'
says 'folio splits, of which the workers claim [0-9]+: others split as well'
says 'roll-backs: not counted'
of='r["exposures"]["folio_splits"]'
check "reached $(json "$of" out)" \
	test "$(json "$of[\"reached\"] < 100 and $of[\"counted\"] > $of[\"reached\"]" out)" = True
finish
