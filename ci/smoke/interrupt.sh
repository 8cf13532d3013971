#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One interrupt ends the storm early with a whole result; a second one ends it at once; both put the
# knobs back. A second run on the same machine is refused and names the first.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
sleepms=/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs
was=$(cat $sleepms)

"$thpstorm" run "$source/configs/tail_fault.conf" --duration=30s --quiet=100ms --arena=32M -o one >out.txt 2>err.txt &
pid=$!
sleep 3
storm=$(cat /proc/$pid/task/$pid/children | tr -d ' ')
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

"$thpstorm" run "$source/configs/tail_fault.conf" --duration=30s --quiet=100ms --arena=32M -o two >out.txt 2>err.txt &
pid=$!
sleep 2
kill -TERM $pid
kill -TERM $pid
kill -TERM $pid
began=$(date +%s)
wait $pid
check "the second interrupt took too long" test $(($(date +%s) - began)) -le 3
check "knobs after two interrupts" test "$was" = "$(cat $sleepms)"
finish
