#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The disk fills up while the result is written: the run stops, the knobs are back, what was written
# stays readable, and the sentence says what happened.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
mkdir small
mount -t tmpfs -o size=192k none small 2>/dev/null || skip "cannot mount a small tmpfs"
at_end 'umount "$work/small"'
sleepms=/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs
was=$(cat $sleepms)

# It ends because it cannot write, or the test's time limit ends it.
run 2 "$thpstorm" run "$source/configs/tail_fault.conf" --duration=1h --quiet=100ms --interval=10ms \
	--arena=32M -o small/out
says 'No space left on device'
says 'small/out/'
check "knobs" test "$was" = "$(cat $sleepms)"
run 0 "$thpstorm" report small/out
check "the timeline is empty" test "$(wc -l <small/out/timeline.tsv)" -gt 10

# It fills up when the storm is over: the report is made from memory, and is no PASS.
storm_config storm.conf
mount -t tmpfs -o size=64k,remount none small && rm -rf small/*
run 2 "$thpstorm" run storm.conf --duration=300ms --quiet=100ms --warmup=0 --arena=16M -q -o small/r
says '^thpstorm [^ ]+: BROKEN'
says 'cannot write small/r/.*: No space left on device'
says '^verdict +BROKEN, exit code 2'
check "a run that ended is said to be none" test "$(grep -c 'DID NOT END' out.txt)" = 0
# The directory is renamed in the run.
"$thpstorm" run storm.conf --duration=1h --quiet=100ms --warmup=0 --arena=16M -q -o moved >out.txt 2>err.txt &
pid=$!
await_storm moved
mv moved elsewhere
kill -TERM $pid
wait $pid
code=$?
check "exit code $code of a run that was told to end" test $code = 143
says '^thpstorm [^ ]+: BROKEN'
says 'cannot .*moved.*: No such file or directory; of the storm: '
check "its result" test -s elsewhere/result.json
finish
