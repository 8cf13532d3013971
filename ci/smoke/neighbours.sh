#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Others on the same machine: a second run is refused, in another container too; what somebody else
# changed in the meantime is left, after a run and after one that was killed.
. "$(dirname "$0")/lib.sh"
need_root
need_thp
storm_config config.conf
# A knob that does no harm where this test is killed half way.
slow=/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs
was=$(cat $slow)
ours=3600000
theirs=12345
keep $slow $was

# storm NAME: one in the background that has set its knobs and lasts until it is ended.
storm() {
	"$thpstorm" run config.conf --duration=10m --quiet=0 --warmup=0 --arena=32M \
		-q -o "$1" >"$1.out" 2>&1 &
	pid=$!
	await_storm "$1" || cat "$1.out"
	check "$slow is set" [ "$(cat $slow)" = $ours ]
}

storm first
run 2 "$thpstorm" run config.conf $short -q -o second
says "another thpstorm \(pid $pid\) runs on this machine"
run 2 env THPSTORM_STATE="$work/elsewhere" "$thpstorm" run config.conf $short -q -o third
says "another thpstorm \(pid $pid\) runs on this machine"
run 2 env THPSTORM_STATE="$work/elsewhere" "$thpstorm" restore
says "another thpstorm \(pid $pid\) runs on this machine"
echo $theirs >$slow
kill -TERM $pid
wait $pid
check "what the other set is left" [ "$(cat $slow)" = $theirs ]
run 0 "$thpstorm" report first
says "scan_sleep_millisecs was changed by somebody else during the run \(from '$ours' to '$theirs'\): left"
run 0 "$thpstorm" restore
says "nothing to restore"
echo "$was" >$slow

storm killed
storm=$(storm_of $pid)
kill -KILL $pid
wait $pid
# Its storm ends with it, and holds the lock until then.
until_holds 60 test ! -d /proc/$storm
echo $theirs >$slow
run 0 "$thpstorm" restore
says "scan_sleep_millisecs was changed by somebody else during the run \(from '$ours' to '$theirs'\): left"
check "what the other set is left" [ "$(cat $slow)" = $theirs ]
finish
