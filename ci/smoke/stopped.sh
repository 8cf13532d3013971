#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The storm's process alone is stopped, by a signal and by the freezer of a cgroup, for longer than an
# operation may take: no finding, a warning, and the storm has its whole time besides.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
storm_config storm.conf
long="--duration=4s --warmup=0 --quiet=0 --arena=8M --stuck_after=1s"

# began DIR: a run in its storm; $pid is the run, $storm its storm.
began() {
	"$thpstorm" run storm.conf $long -q -o "$1" >out.txt 2>err.txt &
	pid=$!
	await_storm "$1"
	storm=$(storm_of $pid)
}

# went_on DIR
went_on() {
	wait $pid
	code=$?
	check "exit code $code of a run whose storm was stopped" test $code = 0 || cat out.txt
	says 'the storm \(pid [0-9]+\) was stopped for ([2-9]|[1-9][0-9]+)\.|thpstorm or its storm was stopped'
	check "the event" grep -q '"kind":"standstill".*the storm (pid '$storm') was stopped for ' "$1"/events.jsonl
	ran=$(json 'r["storm_ns"] / 1e9' "$1")
	echo "the storm ran for $ran s"
	check "a storm of $ran s" python3 -c "import sys; sys.exit(not 3.9 < $ran)"
}

is_stopped() { grep -q '^State:.*T (stopped)' /proc/$storm/status; }
began signal
kill -STOP $storm
until_holds 60 is_stopped
sleep 3
kill -CONT $storm
went_on signal

group=/sys/fs/cgroup/thpstorm-smoke-$$
[ -d /sys/fs/cgroup/unified ] && group=/sys/fs/cgroup/unified/thpstorm-smoke-$$
mkdir "$group" 2>/dev/null || finish
at_end 'rmdir "$group"'
thaw() { [ ! -w "$group/cgroup.freeze" ] || echo 0 >"$group/cgroup.freeze"; }
trap 'thaw; clean_up' EXIT # a frozen storm can't be ended
if [ ! -w "$group/cgroup.freeze" ] || ! [ -r /proc/self/wchan ]; then
	echo "no freezer of cgroup v2 here"
	finish
fi
is_frozen() { grep -q '^frozen 1' "$group/cgroup.events"; }
is_gone() { ! [ -s "$group/cgroup.procs" ]; }
began frozen
if echo $storm >"$group/cgroup.procs"; then
	echo 1 >"$group/cgroup.freeze"
	until_holds 60 is_frozen
	sleep 3
	echo 0 >"$group/cgroup.freeze"
	went_on frozen
else
	kill $pid
	wait $pid
fi
until_holds 60 is_gone
finish
