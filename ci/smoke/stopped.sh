#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The storm's process alone is stopped, by a signal and by the freezer of a cgroup, for longer than an
# operation may take: no finding, a warning, and the storm has its whole time besides.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
storm_config storm.conf
long="--duration=1h --warmup=0 --quiet=0 --arena=8M --stuck_after=1s"

# began DIR: a run in its storm; $pid is the run, $storm its storm.
began() {
	"$thpstorm" run storm.conf $long -q -o "$1" >out.txt 2>err.txt &
	pid=$!
	await_storm "$1"
	storm=$(storm_of $pid)
}

is_told() { grep -q '"kind":"standstill".*the storm (pid '$storm') was stopped for ' "$1"/events.jsonl; }
# went_on DIR: once the watch has told it, the run is asked to end.
went_on() {
	until_holds 60 is_told "$1"
	check "the event" is_told "$1"
	kill -TERM $pid
	wait $pid
	code=$?
	check "exit code $code of a run whose storm was stopped" test $code = 143 || cat out.txt
	says '^thpstorm [^ ]*: PASS'
	says 'the storm \(pid [0-9]+\) was stopped for ([2-9]|[1-9][0-9]+)\.|thpstorm or its storm was stopped'
	stood=$(python3 - "$1" <<'E'
import json, sys
r = json.load(open(sys.argv[1] + "/result.json"))
events = [json.loads(line) for line in open(sys.argv[1] + "/events.jsonl")]
when = {e["text"]: e["when_ns"] for e in events if e["kind"] == "phase"}
print((when["stop"] - when["storm"] - r["storm_ns"]) / 1e9)
E
)
	echo "$stood s are taken out of the storm"
	check "$stood s are taken out of the storm" python3 -c "import sys; sys.exit(not 2 < $stood)"
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
