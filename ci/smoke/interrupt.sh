#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One interrupt ends the storm early with a whole result; a second one ends it at once; both put the
# knobs back. A second run on the same machine is refused and names the first.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
sleepms=/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs
was=$(cat $sleepms)
# It ends because it is told to, or the test's time limit ends it. With a spare CPU it has helpers too.
long="--duration=1h --quiet=100ms --arena=32M"
[ "$(nproc)" -lt 2 ] || long="$long --spare_cpus=1"

"$thpstorm" run "$source/configs/tail_fault.conf" $long -o one >out.txt 2>err.txt &
pid=$!
await_storm one
storm=$(storm_of $pid)
check "the storm is not the first to be killed for memory" \
	test "$(cat /proc/$storm/oom_score_adj)" = 1000
run 2 "$thpstorm" run "$source/configs/tail_fault.conf" $short -o second
says "$pid"
"$thpstorm" --version >/dev/null
kill -TERM $pid
wait $pid
code=$?
check "exit code $code after one interrupt" test $code = 143
check "no result.json" test -s one/result.json
check "not marked as interrupted" test "$(json 'r["interrupted"]' one)" = True
check "knobs" test "$was" = "$(cat $sleepms)"

"$thpstorm" run "$source/configs/tail_fault.conf" $long -o two >out.txt 2>err.txt &
pid=$!
await_storm two
kill -TERM $pid
kill -HUP $pid
kill -USR1 $pid
wait $pid
check "knobs after two interrupts" test "$was" = "$(cat $sleepms)"
finish
