#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A sweep as a user meets it: the cells before it begins, a second sweep at once, an interrupt, a full
# disk, a reboot in the middle, and resuming with something that is not as it was.
. "$2/ci/smoke/lib.sh"
need_root
quick="--duration=300ms --warmup=0 --quiet=0 --arena=4M"
cat >null.conf <<-EOF
	[floor]
	worker = null
	[sweep]
	order = given
	floor.threads = 1, 2
EOF
printf '[floor]\nworker = null\n' >floor.conf
seals() { cut -f2 "$1/journal" | grep -c '^seal$'; }

# What is asked is printed before anything is done.
run 0 "$thpstorm" sweep null.conf -v floor.nice=0,1,2 -x 'floor.threads=2 floor.nice=2' $quick -n
says '^00001  floor.threads=1 floor.nice=0 #1$'
says '5 cells, 1 excluded, about'
check "a cell has more than a line" test "$(grep -c '^[0-9]\{5\}  ' out.txt)$(grep -c null out.txt)" = 50
run 0 "$thpstorm" sweep null.conf -v floor.nice=0,1,2 -x 'floor.threads=2 floor.nice=2' $quick -n -n
says 'floor +2 null on CPUs'
# What can't run here takes no time.
run 0 "$thpstorm" sweep null.conf -v thp_size=2M,64M $quick --duration=1h -n
says 'thp_size=64M #1 +SKIP: '
says '4 cells, 2 of them SKIP here, about 2h'
check "-n has made something" test ! -e results

# The line that does so can be pasted.
cp null.conf 'two  blanks.conf'
run 0 "$thpstorm" check 'two  blanks.conf' --arena=4M
says "^    thpstorm sweep 'two  blanks.conf' -n$"

# A whole one.
run 0 "$thpstorm" sweep null.conf $quick -o whole
says '2/2 +00002 +PASS'
says 'sweep: PASS'
says '2 cells: 2 PASS'
says 'between cells, from the end of one storm to the set-up of the next: mean [0-9]+ ms'
check "two cells are sealed" test "$(seals whole)" = 2
in_manual whole journal sweep.conf cells.tsv cells/NUMBER
check "cells.tsv" test "$(wc -l <whole/cells.tsv)" = 3
run 0 "$thpstorm" report whole/cells/00002
run 0 "$thpstorm" sweep --resume whole
says '2 cells: 2 PASS'
run 2 "$thpstorm" sweep null.conf $quick -o whole
one_line && says 'whole holds a sweep already'
run 2 "$thpstorm" sweep floor.conf $quick
one_line && says 'floor.conf: nothing varies: it has no axis .* use `thpstorm run`'
run 2 "$thpstorm" run null.conf
says 'use `thpstorm sweep null.conf`'

# Bad input.
run 2 "$thpstorm" sweep null.conf -v floor.treads=1,2
one_line && says "unknown key 'treads' in section \[floor\]; did you mean 'threads'"
run 2 "$thpstorm" sweep null.conf -v floor.nice=
one_line && says "the axis 'floor.nice' is empty"
run 2 "$thpstorm" sweep null.conf -v floor.nice
one_line && says 'must be KEY=A,B,C'
seq -s, 1 60 >sixty
run 2 "$thpstorm" sweep null.conf -v floor.threads=$(cat sixty) -v cpus_max=$(cat sixty) -v watchdog_thresh=$(cat sixty)
one_line && says '216000 cells \(60 x 60 x 60 x 1 repeat\); at most 100000'
run 2 "$thpstorm" sweep null.conf --shard 3/2 --seed 1
one_line && says 'shard 3/2: must be I/N'
run 2 "$thpstorm" sweep null.conf --shard 1/2
one_line && says 'needs the same seed everywhere'
run 2 "$thpstorm" sweep --resume whole --seed=3
one_line && says "'--seed=3' beside --resume"
run 2 "$thpstorm" sweep --resume nowhere
one_line && says 'cannot open the sweep in nowhere: No such file'

# One at a time; an interrupt leaves a sweep that goes on. The cell that it met is run again.
"$thpstorm" sweep null.conf --duration=1h --quiet=0 --arena=4M -o long >long.txt 2>&1 </dev/null &
pid=$!
await long/journal '	start	' 60
run 2 "$thpstorm" sweep null.conf $quick -o second
one_line && says "another sweep runs on this machine \(pid $pid, $work/long\)"
# As from another machine, with a state directory of its own, on a directory that both share.
run 2 env THPSTORM_STATE=$work/elsewhere "$thpstorm" sweep --resume long
one_line && says "long/journal: another process \(pid $pid\) works on this sweep"
check "the second one has made something" test ! -e second
kill -TERM $pid
wait $pid
check "exit code of an interrupted sweep" test $? = 143
check "what to do is not said" grep -q 'interrupted: 0 of 2 cells are done; go on with `thpstorm sweep --resume long`' long.txt
check "an interrupted cell was sealed" test "$(seals long)" = 0

# The third interrupt kills the cell: what it set is put back all the same. All three come at once.
thresh=/proc/sys/kernel/watchdog_thresh
if [ -w $thresh ]; then
	was=$(cat $thresh)
	"$thpstorm" sweep null.conf --duration=1h --quiet=0 --arena=4M --watchdog_thresh=$((was % 60 + 1)) -o thrice \
		>long.txt 2>&1 </dev/null &
	pid=$!
	await_storm thrice/cells/00001
	check "the knob is not set during the cell" test "$was" != "$(cat $thresh)"
	kill -STOP $pid
	kill -USR1 $pid
	kill -USR2 $pid
	kill -TERM $pid
	kill -CONT $pid
	wait $pid
	code=$?
	check "exit code $code of a sweep after three interrupts" test $code -gt 128
	check "the knob after three interrupts" test "$was" = "$(cat $thresh)"
	check "a killed cell was sealed" test "$(seals thrice)" = 0
fi

# Harm that a cell saw before the interrupt is told and not run again.
if [ -d /sys/kernel/mm/transparent_hugepage ]; then
	storm_config storm.conf
	LD_PRELOAD=$faults THPSTORM_BREAK=fstat_hangs "$thpstorm" sweep storm.conf -v tails.nice=0,1 --sweep.order=given \
		--duration=1h --warmup=0 --quiet=0 --arena=16M --stuck_after=1s -o harm >long.txt 2>&1 </dev/null &
	pid=$!
	await harm/cells/00001/events.jsonl '"kind":"stuck"' 60 || cat long.txt
	kill -TERM $pid
	wait $pid
	code=$?
	check "exit code $code of an interrupted sweep with harm" test $code = 1 || cat long.txt
	check "harm was not sealed" grep -q '	seal	1	1	1	' harm/journal
	run 0 "$thpstorm" report harm
	says 'harm in 1 of 1 run'
fi

# Between two cells the machine is the sweep's as well.
"$thpstorm" sweep null.conf $quick --sweep.settle=1h -o idle >long.txt 2>&1 </dev/null &
pid=$!
await idle/journal '	seal	' 60
run 2 "$thpstorm" run floor.conf $quick -o between
says "another thpstorm \(pid $pid\) runs on this machine"
kill -TERM $pid
wait $pid
check "exit code of a sweep that was interrupted between two cells" test $? = 143
run 0 "$thpstorm" run floor.conf $quick -q -o after
# And a sweep does not begin beside a run.
"$thpstorm" run floor.conf --duration=1h --warmup=0 --quiet=0 --arena=4M -q -o run >long.txt 2>&1 </dev/null &
pid=$!
await_storm run || cat long.txt
run 2 "$thpstorm" sweep null.conf $quick -o beside
one_line && says "another thpstorm \(pid $pid\) runs on this machine"
check "a sweep that was refused has made something" test ! -e beside
kill -TERM $pid
wait $pid

# rewrite_ledger DIR: by the Python on stdin, which has its `lines`, `keep` (those of its head) and the
# id of another boot; what `keep` then holds is written.
rewrite_ledger() {
	cat >rewrite.py <<-'EOF'
		import sys
		sys.path.insert(0, sys.argv[2])
		import ledger
		lines = ledger.texts(sys.argv[1])
		other = "11111111-2222-3333-4444-555555555555"
		keep = [l for l in lines if l.split("\t")[0] in ("thpstorm-sweep", "is", "conf")]
	EOF
	cat >>rewrite.py
	echo 'ledger.write(sys.argv[1], keep)' >>rewrite.py
	python3 rewrite.py "$1/journal" "$source/ci/sweep"
}

# The same, on another boot: the machine was lost. At the second time it is not tried again.
run 0 "$thpstorm" sweep null.conf $quick -o lost
rewrite_ledger lost <<-'EOF'
	keep += ["session\t%s\t1\t1" % other, "start\t1\t1", "lost\t1\t1\t" + other,
	         "session\t%s\t1\t2" % other, "start\t1\t2", "lost\t1\t2\t" + other,
	         "seal\t1\t2\t1\t0\t0\t0\tmachine lost in 2 of 2 tries: x", "start\t2\t1"]
EOF
run 1 "$thpstorm" sweep --resume lost
says 'FINDING: machine lost in cell 2 \(try 1\): no harm found: 0 files from'
says 'FAIL +00001.*machine lost in 2 of 2 tries: x'
check "a cell that took the machine down twice was tried again" test ! -e lost/cells/00001.3
check "a cell that took it down once was not" test -s lost/cells/00002.2/result.json
check "what was found" test -d lost/cells/00002/lost

# A loss that was not run again yet outlives a merge, and whatever is run after it.
run 0 "$thpstorm" sweep null.conf $quick -o half
rewrite_ledger half <<-'EOF'
	keep += [l for l in lines if l.split("\t")[0] in ("start", "seal") and l.split("\t")[1] == "2"]
	keep += ["session\t%s\t1\t1" % other, "start\t1\t1"]
	ledger.write("died", keep)
	keep += ["lost\t1\t1\t%s\tpanic" % other]
EOF
mkdir half/cells/00001/lost
run 0 "$thpstorm" merge merged half
says 'FAIL +00001.*machine lost in 1 of 1 try: panic; not run again yet'
says '1 of 2 cells are missing'
check "what was found of it is not merged" test -d merged/cells/00001/lost
run 1 "$thpstorm" sweep --resume merged
says 'machine lost in 1 of 2 tries: panic; then PASS'
mv died half/journal
run 0 "$thpstorm" merge unjudged half
says 'half: cell 1 was running when this part ended.*`thpstorm sweep --resume half` tells'

# In parts, and put together again: each cell once.
run 0 "$thpstorm" sweep null.conf $quick -v floor.nice=0,1,2 --seed=5 --shard 1/2 -o part1 -q
run 0 "$thpstorm" sweep null.conf $quick -v floor.nice=0,1,2 --seed=5 --shard=2/2 -o part2 -q
run 2 "$thpstorm" merge some part1 part1
one_line && says 'cell [0-9]+ is in part1 and in a part before it'
check "a merge that was refused has made something" test ! -e some
run 2 "$thpstorm" merge some part1 whole
one_line && says "part1 and whole are not parts of one sweep: '"
run 0 "$thpstorm" merge some part1
says '3 of 6 cells are missing'
run 0 "$thpstorm" merge all part1 part2
says '6 cells: 6 PASS'
check "cells of the merged sweep" test "$(cut -f2,3 all/journal | grep '^seal' | sort -u | wc -l)" = 6
for cell in all/cells/*; do
	check "$cell is another than in its part" cmp -s $cell/result.json part[12]/${cell#all/}/result.json
done
run 0 "$thpstorm" sweep --resume all

# Something is not as it was.
cp "$thpstorm" other && echo >>other
run 2 ./other sweep --resume long
one_line && says "another binary, 'thpstorm .*', this is 'thpstorm .*--accept binary"
# This personality gives the kernel the name of an old one (kernel/sys.c: override_release()).
run 2 setarch --uname-2.6 "$thpstorm" sweep --resume long
one_line && says "another kernel, '.*', this is '2.6.*--accept kernel"
if [ "$(nproc)" -gt 1 ]; then
	run 2 taskset -c 0 "$thpstorm" sweep --resume long
	one_line && says "another machine, '.* CPUs, .*', this is '.*, 1 CPUs, .*--accept machine"
fi
sed -i 's/1, 2/1, 3/' null.conf
run 2 "$thpstorm" sweep --resume long
one_line && says "null.conf:5 was edited since the sweep began: 'floor.threads = 1, 3', it was 'floor.threads = 1, 2'"
sed -i 's/1, 3/1, 2/' null.conf
sed -i 's/^duration = .*/duration = 1s/' long/sweep.conf
run 2 "$thpstorm" sweep --resume long
one_line && says "long/sweep.conf:[0-9]+ was edited since the sweep began: 'duration = 1s', it was 'duration = 1h'"
printf 'torn' >>whole/journal
run 0 "$thpstorm" sweep --resume whole
sed -i '2s/thpstorm/thqstorm/' whole/journal
run 2 "$thpstorm" sweep --resume whole
one_line && says 'whole/journal:2: the line is damaged'

# The disk fills up: the sweep ends, and goes on when there is room.
mkdir small
if mount -t tmpfs -o size=400k none small 2>/dev/null; then
	at_end 'umount "$work/small"'
	run 2 "$thpstorm" sweep null.conf $quick -v floor.nice=0,1,2,3,4,5,6,7,8,9 -o small/full
	says 'No space left on device'
	before=$(seals small/full)
	check "nothing was sealed before the disk was full" test "$before" -gt 0
	mount -o remount,size=8m small
	run 0 "$thpstorm" sweep --resume small/full
	check "cells are missing" test "$(seals small/full)" = 20
fi
finish
