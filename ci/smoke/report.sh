#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The report of every kind of run and of sweeps, in every format: the formats are what their readers
# want, the JSON is what the schema says, the line that repeats a run leads to the same plan, what is
# damaged is named, and the time is linear in the cells.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
check "python3 is not installed" command -v python3 >/dev/null || finish
py=$source/ci/report
formats="table mail json tsv ktap junit"
quick="--duration=200ms --warmup=0 --quiet=100ms --arena=4M"

storm_config storm.conf
cat >null.conf <<-EOF
	[floor]
	worker = null
	[sweep]
	order = given
	floor.threads = 1, 2
EOF

# One of each kind.
run 0 "$thpstorm" run storm.conf $short --cpus=0 -o pass
run 1 env LD_PRELOAD="$faults" THPSTORM_BREAK=fstat_spins "$thpstorm" run storm.conf $short \
	--spin_faults=1000 --duration=4s -o fail
run 2 env LD_PRELOAD="$faults" THPSTORM_BREAK=cold_noop "$thpstorm" run storm.conf $short -o broken
run 3 "$thpstorm" run "$source/configs/tail_fault.conf" $quick --expose.folio_splits=1000000 -o unexercised
cp out.txt report.txt
run 0 python3 "$source/ci/lint/readme.py" "$source" report.txt
"$thpstorm" run "$source/configs/tail_move.conf" $quick -o skip >out.txt 2>err.txt
[ $? = 77 ] || rm -rf skip # a machine with two nodes
"$thpstorm" run storm.conf --duration=1h --arena=4M -o interrupted -q >out.txt 2>err.txt &
pid=$!
await_storm interrupted
kill -TERM $pid
wait $pid
"$thpstorm" run storm.conf --duration=1h --arena=4M -o killed -q >out.txt 2>err.txt &
pid=$!
await_storm killed
await killed/timeline.tsv '	storm	' 60
storm=$(storm_of $pid)
kill -9 $pid
wait $pid 2>/dev/null
until_holds 60 test ! -d /proc/$storm
"$thpstorm" restore >/dev/null
# Beside a busy loop on each CPU a thread of nice 0 runs within a second.
run 0 "$thpstorm" sweep null.conf $quick --duration=1s -v 'floor.nice=0,1' -x 'floor.threads=2 floor.nice=1' -o sweep -q
"$thpstorm" sweep null.conf --duration=1s --warmup=0 --quiet=0 --arena=4M -v floor.nice=0,5,10,15 -o part -q \
	>out.txt 2>err.txt &
pid=$!
await part/journal '	seal	' 60
kill -TERM $pid
wait $pid
# Results of earlier versions: keys that are missing read as nothing.
for old in "$source"/ci/fuzz/corpus/result/*; do
	name=old-${old##*/}
	mkdir "$name"
	awk -v dir="$name" '/^=== /{ file = dir "/" $2; next } { print >file }' "$old"
done
results="pass fail broken unexercised interrupted killed sweep part"
[ -d skip ] && results="$results skip"

for dir in $results old-*; do
	for format in $formats; do
		run 0 "$thpstorm" report $dir --format $format
		cp out.txt $dir.$format
	done
	check "$dir: mail" python3 "$py/mail.py" $dir.mail
	check "$dir: ktap" python3 "$py/ktap.py" $dir.ktap >$dir.tests
	check "$dir: junit" python3 "$py/junit.py" $dir.junit >$dir.cases
done

# What the readers of tests see.
sees() { check "$1: '$2' is not in it: $(cat $1)" grep -Eq -- "$2" $1; }
sees pass.tests '^1 ok - storm$'
sees pass.cases '^passed storm$'
sees fail.tests '^1 not_ok - storm$'
sees fail.cases '^failure storm$'
sees fail.ktap '^# call +fstat\(2\), faulting in kernel mode'
sees broken.tests '^1 not_ok ERROR storm$'
sees broken.cases '^error storm$'
sees unexercised.tests '^1 ok SKIP tail_fault$'
sees unexercised.cases '^skipped tail_fault$'
sees killed.tests '^1 not_ok ERROR storm$'
sees interrupted.tests '^1 ok SKIP storm$'
sees interrupted.cases '^skipped storm$'
[ -d skip ] && sees skip.tests '^1 ok SKIP tail_move$'
sees sweep.tests '^1 ok - null floor.threads=1 floor.nice=0 repeat 1$'
check "tests of the sweep: $(cat sweep.tests)" test "$(wc -l <sweep.tests)" = 3
sees part.tests '^[0-9] ok SKIP null'
check "a sweep has a line for each cell" test "$(wc -l <sweep.tsv)" = 4
sees sweep.table 'floor.nice +runs +hits +95 % +splits/s +p99.9 +max'
sees part.table 'NOT FINISHED: [0-9] of 8 cells'
sees pass.tsv '^tails	fault_fstat	3	storm_fault	[0-9]+	[0-9.]+'

# A mail: what was found comes first.
sees fail.mail 'livelock, .*(into|before) the storm'
sees fail.mail '^hits +1 of 1 run, 95 % interval 2.5 to 100.0 %'
check "findings first" test "$(grep -n '^findings' fail.mail | cut -d: -f1)" -lt "$(grep -n '^kernel ' fail.mail | cut -d: -f1)"
sees pass.mail '^findings +none; hits 0 of 1 run'
sees pass.mail "^kernel +Linux version $(uname -r | sed 's/[.+]/\\&/g')"
sees old-fail.mail '^\[ +[0-9.]+\] watchdog: BUG: soft lockup - CPU#[0-9]+ stuck for'
sees old-fail.mail '^\[ +[0-9.]+\]  .*_sys_newfstat'

# The line that repeats it leads to the same plan.
mkdir again
sed -n '/^storm.conf:$/,$p' pass.mail | sed 1d >again/storm.conf
line=$(sed -n 's/^repeat: thpstorm //p' pass.mail)
run 0 sh -c "cd again && '$thpstorm' $line -n"
check "'$line' is another plan" diff out.txt pass/plan.conf
line=$(sed -n 's/^repeat: thpstorm //p' unexercised.mail)
run 0 sh -c "'$thpstorm' $line -n"
check "'$line' is another plan" diff out.txt unexercised/plan.conf
sed -n '/^null.conf:$/,$p' sweep.mail | sed 1d >again/null.conf
line=$(sed -n 's/^repeat: thpstorm //p' sweep.mail)
run 0 sh -c "cd again && '$thpstorm' $line -n"
sed -n 's/^ *\(0000[0-9]\)  *\(.*\)/\1 \2/p' out.txt | grep -c . >planned
check "'$line' is another sweep: $(cat out.txt)" test "$(cat planned)" = 3

# Bad input is named, with its place, and never a crash.
bad() {
	run 2 "$thpstorm" report "$1" --format ${3-mail} && says "$2" && one_line
}
cp -r pass cut && head -c 700 pass/result.json >cut/result.json
bad cut 'cut/result.json:[0-9]+:[0-9]+: not JSON'
cp -r pass newer && sed -i 's/"format": 1/"format": 9/' newer/result.json
bad newer 'newer/result.json: format 9 is newer than'
cp -r pass foreign && echo '{"benchmarks": []}' >foreign/result.json
bad foreign 'foreign/result.json: format is missing'
cp -r pass events && echo 'x' >events/events.jsonl
bad events 'events/events.jsonl:1:1: not an event'
mkdir scribbled && echo 'x' >scribbled/journal
bad scribbled 'scribbled/journal:1: the line is damaged'
cp -r sweep torn && sed -i '3s/./x/' torn/journal
bad torn 'torn/journal:3: the line is damaged' ktap
cp -r sweep unlike && PYTHONPATH=$source/ci/sweep python3 -c 'import ledger
p = "unlike/journal"
ledger.write(p, [l.replace("repeats = 1", "repeats = 2") for l in ledger.texts(p)])'
bad unlike 'unlike: 4 cells in the ledger, 8 in its plan'
mkdir nothing
bad nothing 'nothing holds no result: neither result.json nor host.json, nor a sweep'
for format in $formats; do
	rm -rf dented && cp -r sweep dented && head -c 300 sweep/cells/00001/result.json >dented/cells/00001/result.json
	run 2 "$thpstorm" report dented --format $format && one_line &&
		check "not named" grep -q 'dented/cells/00001/result.json:[0-9]*:[0-9]*: not JSON' err.txt
	check "the rest is not reported as $format" test -s out.txt
done
bad pass "must be table, mail, json, tsv, ktap or junit; did you mean 'json'" jsn

# A thousand cells, out of those.
python3 "$py/many_cells.py" sweep few 63
python3 "$py/many_cells.py" sweep many 250
for format in $formats; do
	check "$format is not linear" python3 "$py/linear.py" few many "$thpstorm" report {} --format $format
done

[ "$failures" = 0 ] || exit 1
python3 "$py/schema.py" "${thpstorm%/*}/thpstorm.schema.json" "$thpstorm" $results
code=$?
[ $code = 77 ] && exit 77
check "the schema" test $code = 0
finish
