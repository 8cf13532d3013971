#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# process = own: a group storms in a process of its own, with its own memory; the supervisor knows each
# process by its name when it ends or is stopped, and leaves none behind. So with victims.
. "$2/ci/smoke/lib.sh"
need_root
need_thp

storm_config two.conf 2
cat >>two.conf <<-E
	[files]
	worker = split_cold
	process = own
	memory = memfd
	[expose]
	folio_splits = 20
E
if reaches two "$thpstorm" run two.conf $short; then
	made=$(json '[(g["proof_claimed"], g["proof_counted"], g["storm"]["claimed"]) for g in r["groups"] if g["name"] in ("splitter", "files")]' two)
	echo "claimed and counted alone, claimed in the storm: $made"
	check "both split: $made" \
		python3 -c "import sys; sys.exit(not all(a >= 8 and b * 2 >= a and c for a, b, c in $made))"
fi

# One process has one arena, of one kind of memory.
run 2 "$thpstorm" run two.conf $short --files.process=shared -q -o disagree
says 'memory = anon and \[files\] memory = memfd, but groups of one process share its arena: give one of them process = own'

# start DIR: a run whose two processes are in $storms, that of [files] in $own.
start() {
	"$thpstorm" run two.conf $short --expose.folio_splits=0 --duration=20s -o "$1" >out.txt 2>err.txt &
	run=$!
	await_storm "$1"
	storms=$(storm_of $run)
	check "two processes storm, not: $storms" test "$(echo $storms | wc -w)" = 2
	own=$(echo $storms | cut -d' ' -f2)
}

# The one that was stopped is named, the other goes on, and the run is none the worse.
start stopped
kill -STOP $own
sleep 1.2
kill -CONT $own
await stopped/events.jsonl "the storm's .files. .pid $own. was stopped for" 30
kill -TERM $run
wait $run
check "stopped: it ended as SIGTERM has it, not with $?" test $? = 143
check "stopped: the run passed until then" test "$(json 'r["verdict"]' stopped)" = PASS

# The one that was killed is named, and takes the run with it.
start killed
kill -KILL $own
wait $run
check "killed: exit code $?" test $? = 2
says "signal 9 .Killed. from outside ended the storm's .files."
for pid in $storms; do
	check "process $pid is left" test ! -e /proc/$pid
done

# A victim that is killed is told at the end; none is left when its process is killed.
cat >gup.conf <<-E
	memory = memfd
	[splitter]
	worker = split_cold
	[gup]
	worker = fault_gup
	threads = 2
	target = hot_tail
	nap = 50us
E
for killed in victim storm; do
	"$thpstorm" run gup.conf $short --duration=20s -o gup_$killed >out.txt 2>err.txt &
	run=$!
	await_storm gup_$killed
	storm=$(storm_of $run)
	victims=$(cat /proc/$storm/task/*/children)
	check "two victims, not: $victims" test "$(echo $victims | wc -w)" = 2
	case $killed in
	victim)
		kill -KILL $(echo $victims | cut -d' ' -f1)
		kill -TERM $run
		told='ended a process that held memory for .gup.'
		;;
	storm)
		kill -KILL $storm
		told='from outside ended the storm'
		;;
	esac
	wait $run
	check "$killed killed: the run is BROKEN" test "$(json 'r["verdict"]' gup_$killed)" = BROKEN
	says "signal 9 .Killed. $told"
	for pid in $storm $victims; do
		check "$killed killed: process $pid is left" test ! -e /proc/$pid
	done
done
finish
