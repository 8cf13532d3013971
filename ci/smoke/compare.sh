#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# compare: runs and sweeps against each other. What is the same is never called different, what is slower
# is, in words; findings that came or went; limits for CI; the time is linear in the cells.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
py=$source/ci/report

# What is compared has a run's form and numbers that are the same on every machine.
storm_config storm.conf
run 0 "$thpstorm" run storm.conf $short --duration=1s -o form -q || finish
for i in 1 2 3 4 5 6; do
	python3 $py/fixed.py form base$i --number $i
	python3 $py/fixed.py form slow$i --number $i --slower 30
	python3 $py/fixed.py form bad$i --number $i --code 1
done
pairs() {
	for i in $1; do echo "base$i $2$i"; done
}

run 0 "$thpstorm" compare base1 slow1
says 'With one run on a side no statement is possible'
run 0 "$thpstorm" compare $(pairs '1 2 3' slow)
says 'Too few runs to be significant: the smallest possible p for [0-9]+ comparisons is .* runs a side are enough'
run 0 "$thpstorm" compare $(pairs '1 2 3 4 5 6' base)
says '0 of [0-9]+ rows differ significantly'
check "the same results differ" test "$(grep -c '\*  *\(worse\|better\)' out.txt)" = 0
run 0 "$thpstorm" compare $(pairs '1 2 3 4 5 6' slow)
says 'tails p50 .* \+30\.0 %\* worse .* 6\+6'
check "what did not change is called different" test "$(grep -cE '^  (splits|ops) .*\*' out.txt)" = 0
columns() {
	check "a line of $(wc -L <out.txt) columns" test "$(wc -L <out.txt)" -le 100
}
columns
for percent in 20000 30000000; do
	rm -rf far1 && python3 $py/fixed.py form far1 --slower $percent
	run 0 "$thpstorm" compare base1 far1
	columns
done
says 'tails p50 .* x 3e\+05'
run 0 "$thpstorm" compare $(for i in 1 2 3 4 5 6; do echo slow$i base$i; done)
says 'tails p50 .* -23\.1 %\* better'
run 1 "$thpstorm" compare $(pairs '1 2 3 4 5 6' slow) --fail-above p50=10%
run 0 "$thpstorm" compare $(pairs '1 2 3 4 5 6' slow) --fail-above p50=40 --fail-above splits=10%
run 2 "$thpstorm" compare $(pairs '1 2 3' slow) --fail-above=p50=10%
says 'fail-above: too few runs: the smallest possible p for 1 row is 0.1; 4 runs a side are enough'
# Only what is judged is adjusted for.
run 1 "$thpstorm" compare $(pairs '1 2 3 4' slow) --fail-above=p50=10%
run 2 "$thpstorm" compare $(pairs '1 2 3 4' slow) --fail-above=p99.99=10%
says 'fail-above p99.99: not measured by two runs or more of each side'
# A run without a verdict of the kernel has no number.
for i in 1 2 3 4; do python3 $py/fixed.py form idle$i --number $i --slower 30 --code 3; done
run 2 "$thpstorm" compare $(pairs '1 2 3 4' idle) --fail-above=p50=10%
says 'left out +runs without PASS or FAIL: base 0 of 4; new 4 of 4 .NOT EXERCISED.'
run 2 "$thpstorm" compare base1 slow1 base1 slow2
one_line && says 'base1 is named twice as BASE'

run 1 "$thpstorm" compare base1 base2 base3 bad4 --fail-above p50=10%
says 'findings +came: base 0 of 2 runs, .*; new 1 of 2 runs'
run 0 "$thpstorm" compare bad1 base2
says 'findings +gone: base 1 of 1 run'

run 0 "$thpstorm" sweep storm.conf $short --duration=1s -v tails.threads=1,2 --sweep.repeats=2 \
	--sweep.order=given -o sweep -q
run 0 "$thpstorm" compare sweep sweep
says '^tails.threads=1$'
says 'tails oldest .* 2\+2'
run 0 "$thpstorm" compare sweep sweep --format tsv
check "rows of a table: $(awk -F '\t' '{ print NF }' out.txt | sort -u)" \
	test "$(awk -F '\t' '{ print NF }' out.txt | sort -u)" = 12
mkdir few many && python3 $py/many_cells.py sweep few 125 && python3 $py/many_cells.py sweep many 500
check "compare is not linear" python3 $py/linear.py few many "$thpstorm" compare {} {}

run 2 "$thpstorm" compare base1
one_line && says 'compare takes pairs, BASE NEW'
run 2 "$thpstorm" compare base1 nowhere
one_line && says 'nowhere'
run 2 "$thpstorm" compare base1 base2 --fail-above p98=1
one_line && says "fail-above p98=1: must be METRIC=PERCENT"
run 2 "$thpstorm" compare base1 base2 --fail-above p99=x
one_line && says "'x' is not a percentage"
# A machine that was lost is told by what it had streamed.
cp -r base2 lost && rm lost/result.json
run 2 "$thpstorm" compare base1 lost --fail-above=p50=10%
says 'left out +runs without PASS or FAIL: base 0 of 1; new 1 of 1 .BROKEN.'
echo '{"when_ns":1,"kind":"livelock","weight":"finding","value":1,"cpu":0,"worker":1,"text":"x"}' >>lost/events.jsonl
run 1 "$thpstorm" compare base1 lost --fail-above=p50=10%
says 'findings +came: base 0 of 1 run.*; new 1 of 1 run'
cp -r base1 torn && head -c 300 base1/result.json >torn/result.json
run 2 "$thpstorm" compare base1 torn
one_line && says 'torn/result.json:[0-9]+'
finish
