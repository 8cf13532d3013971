#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Workers of real-time priority that never sleep, on every CPU and with none to spare: the run ends in
# time, and when it is interrupted; its heartbeats are not starved.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
highest=$("$thpstorm" help run | tr -s ' \n' ' ' | sed -n 's/.*rt_priority = 1 [^(]*(1 to \([0-9]*\)).*/\1/p')
check "the limit of rt_priority is not in the help" test -n "$highest"
cat >storm.conf <<-E
	[spinner]
	worker = null
	sched = fifo
	threads = $(nproc)
E
plan="--spare_cpus=0 --cpus_max=0 --quiet=0 --warmup=0 --arena=4M --lockup_after=1s"
# 124 and 137: timeout(1) had to end it.
run 0 timeout -k 5 30 "$thpstorm" run storm.conf $plan --spinner.rt_priority=$highest --duration=2s -q -o time
says '^no harm in [0-9.]+s of storm: '
"$thpstorm" run storm.conf $plan --spinner.rt_priority=$highest --duration=1h -q -o interrupted >out.txt 2>err.txt &
pid=$!
await_storm interrupted
kill -TERM $pid
wait $pid
code=$?
check "exit code $code: the interrupt did not end it" test $code = 143
check "the result of the interrupted run" test "$(json 'r["interrupted_by"], r["verdict"]' interrupted)" = "('SIGTERM', 'PASS')"
run 2 "$thpstorm" run storm.conf --spinner.rt_priority=$((highest + 1)) -o high
one_line && says "rt_priority = $((highest + 1)): must be a number from 1 to $highest"
finish
