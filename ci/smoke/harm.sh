#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Each kind of harm that can be played on a healthy machine is seen and named: a splitter without
# effect, lost and wrong data, a page taken away, an operation that hangs, one that never returns, one
# that spins on faults, a crash of the tool itself, and a storm killed from outside.
. "$2/ci/smoke/lib.sh"
need_root
need_thp

storm_config storm.conf 4

# play CODE FAULT PATTERN OPTIONS...
play() {
	code=$1 fault=$2 pattern=$3
	shift 3
	run "$code" env LD_PRELOAD="$faults" THPSTORM_BREAK=$fault "$thpstorm" run storm.conf $short \
		-o $fault.out "$@" || return
	says "$pattern" && echo "$fault: seen"
	check "$fault: no result.json" test -s $fault.out/result.json
}

play 0 none 'PASS'
play 2 cold_noop 'NO EFFECT: splitter claimed [0-9]+, the kernel counted 0'
play 1 cold_corrupts 'data_lost.*evidence .*page [0-9]+ of slot [0-9]+ holds'
play 1 cold_drops 'data_lost.*evidence .*holds 0 instead'
play 1 cold_scribbles 'data_lost.*evidence .*page [0-9]+ of slot [0-9]+ holds .*, 1024 bytes into it'
play 1 fstat_lost 'store_lost.*evidence .*page [0-9]+ of slot [0-9]+ holds .*, as before the store to it that returned'
play 1 fork_shares "cow_leak.*evidence verification, after the storm: page [0-9]+ of slot [0-9]+, as the child sees it, after the parent's write"
# Each witness is switched by its name, and one that is off sees nothing.
rm -rf cold_scribbles.out fstat_lost.out
play 0 cold_scribbles 'no harm' --witness=pattern,cow
play 0 fstat_lost 'no harm' --witness=pattern,cow
rm -rf cold_scribbles.out
play 1 cold_scribbles 'data_lost' --witness=checksum
play 1 cold_unmaps 'storm_killed.* evidence .*page [0-9]+ of slot [0-9]+'
play 1 fstat_hangs 'stuck in .*evidence .*in flight for' --stuck_after=1s --duration=4s --arena=16M
# One that never returns: in the proof, in the quiet phase, and in a storm shorter than stuck_after.
left='still in flight when the storm was killed'
play 1 cold_never "stuck in .*evidence splitter .split_cold, madvise.* on .* page.*$left" --stuck_after=1s
play 1 fstat_never "stuck in .*evidence tails .fault_fstat, fstat.2.. on a private page.*$left" --stuck_after=1s \
	--quiet=2s
rm -rf fstat_never.out
play 1 fstat_never "stuck in .*evidence tails .* on tail page.*$left" --stuck_after=3s --quiet=0s --warmup=0s
# The same between two operations, where the owner makes its huge pages.
play 1 huge_never 'stuck in .*evidence splitter .split_cold. making huge page 1 of 16 .*it was still at it' --stuck_after=1s
play 1 drain_never 'stuck in .*evidence splitter .split_dontneed. having the slab caches dropped .*it was still at it' \
	--splitter.worker=split_dontneed --stuck_after=200ms
says 'stuck in a write to vm.drop_caches of .splitter.,'
play 1 fstat_spins 'livelock in fstat' --spin_faults=1000 --duration=4s
play 2 crash 'outside the arena: a fault of thpstorm'

# Killed from outside: the storm alone, then all of it; the knobs come back each time.
sleepms=/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs
was=12345
owners=$(cat $sleepms)
keep $sleepms $owners
echo $was >$sleepms
"$thpstorm" run storm.conf --duration=100s --arena=32M -o killed.out >out.txt 2>err.txt &
pid=$!
await_storm killed.out
check "the knob is not set during the run" test "$was" != "$(cat $sleepms)"
kill -9 $(storm_of $pid)
wait $pid
code=$?
check "exit code $code when the storm is killed" test $code = 2
says 'signal 9'
check "knobs after the storm was killed" test "$was" = "$(cat $sleepms)"

"$thpstorm" run storm.conf --duration=100s --arena=32M -o killed2.out >out.txt 2>err.txt &
pid=$!
await_storm killed2.out
storm=$(storm_of $pid)
kill -9 $pid
wait $pid 2>/dev/null
# It dies with its run, and has the lock until then.
until_holds 60 test ! -d /proc/$storm
check "the knob was not set" test "$was" != "$(cat $sleepms)"
run 0 "$thpstorm" report killed2.out
says 'did not end|not complete|incomplete'
run 0 "$thpstorm" restore
says 'put back [1-9]'
check "knobs after restore" test "$was" = "$(cat $sleepms)"
run 0 "$thpstorm" restore
says 'nothing'
finish
