#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every plot in every format from real results: curves with points in them, a caption, a mail's width;
# where there is nothing to draw it is said.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
command -v gnuplot >/dev/null || skip "gnuplot is not installed (Debian: gnuplot-nox)"

storm_config storm.conf
# drawn FILE CURVES WORD...: an svg with so many curves of more than a few points, and these words in it.
drawn() {
	file=$1 curves=$2
	shift 2
	found=$(python3 - "$file" <<-'E'
		import re, sys
		import xml.etree.ElementTree as tree
		root = tree.parse(sys.argv[1]).getroot()
		paths = [e.get("d", "") for e in root.iter("{http://www.w3.org/2000/svg}path")]
		# A border or a grid has a handful of points.
		print(sum(len(re.findall(r"[0-9.]+[ ,][0-9.]+", p)) > 8 for p in paths))
	E
	)
	check "$file: $found curves" test "${found:-0}" -ge "$curves"
	for word; do
		check "$file does not say $word" grep -q "$word" "$file"
	done
}
mail() {
	check "$1: $(wc -L <out.txt) columns" test "$(wc -L <out.txt)" -le 72
	check "$1: characters that are not ASCII" test "$(LC_ALL=C tr -d '\11\12\40-\176' <out.txt | wc -c)" = 0
	check "$1: $(wc -l <out.txt) lines" test "$(wc -l <out.txt)" -gt 20
}

# A run draws the first two by itself, but with -q.
"$thpstorm" run storm.conf $short -o run >out.txt 2>err.txt || failures=1
says 'plots +run/cdf.svg run/time.svg'
drawn run/cdf.svg 2 'tails, storm fault' 'tails, quiet' 'percentile' "$(uname -r)" storm.conf
drawn run/time.svg 2 'folio splits' 'seconds of the storm'
run 0 "$thpstorm" run storm.conf $short -o quiet -q
check "-q drew" test ! -e quiet/cdf.svg
run 0 "$thpstorm" run storm.conf $short -o other -q
run 0 "$thpstorm" plot run other compare -o compare.svg
drawn compare.svg 2 'base: tails' 'new: tails'

# A CPU that is kept away from its heartbeat; without one there is nothing to draw.
run 77 "$thpstorm" plot quiet stalls
one_line && says 'every CPU ran its heartbeat in time: there is nothing to draw'
python3 - <<-'E'
	import json, os, shutil
	shutil.copytree("run", "stalled")
	r = json.load(open("run/result.json"))
	with open("stalled/events.jsonl", "a") as f:
	    for i in range(3):
	        f.write(json.dumps({"when_ns": r["storm_began_ns"] + (i + 1) * 400000000, "kind": "cpu_stall",
	                            "weight": "weak", "value": 150000000, "cpu": i % 2, "worker": None,
	                            "text": "late"}) + "\n")
E
run 0 "$thpstorm" plot stalled stalls
check "stalled/stalls.svg: boxes" test "$(grep -c polygon stalled/stalls.svg)" -ge 3

run 0 "$thpstorm" sweep storm.conf $short --duration=300ms -v tails.threads=1,2,3 -v splitter.nice=0,19 \
	--sweep.repeats=1 -o sweep -q
run 0 "$thpstorm" plot sweep
drawn sweep/lines.svg 0 'tails.threads' 'splitter.nice=19' 'slowest fault'
run 0 "$thpstorm" plot sweep heat
check "sweep/heat.svg has no squares" grep -qE '<(image|polygon|rect)' sweep/heat.svg

for kind in cdf time; do
	run 0 "$thpstorm" plot run $kind --format ascii
	mail $kind
	run 0 "$thpstorm" plot run $kind --format png -o $kind.png
	check "$kind.png" test "$(head -c 4 $kind.png | tail -c 3)" = PNG -a "$(wc -c <$kind.png)" -gt 3000
done
run 0 "$thpstorm" plot stalled stalls --format ascii && mail stalls
run 0 "$thpstorm" plot sweep lines --format ascii && mail lines
run 0 "$thpstorm" plot sweep heat --format ascii && mail heat

mkdir many && python3 "$source/ci/report/many_cells.py" sweep many 166
began=$(date +%s%N)
run 0 "$thpstorm" plot many heat
took=$((($(date +%s%N) - began) / 1000000))
echo "a plot of 996 cells: $took ms"
check "it took $took ms" test $took -lt 3000

run 77 env PATH=/nowhere "$thpstorm" plot run cdf
one_line && says 'gnuplot is not installed \(Debian: gnuplot-nox\)'
run 2 "$thpstorm" plot nowhere cdf
one_line && says 'nowhere'
run 2 "$thpstorm" plot run pie
one_line && says "'pie' is no kind of plot"
run 2 "$thpstorm" plot run cdf --format gif
one_line && says 'must be svg, png or ascii'
cp -r run torn && head -c 300 run/result.json >torn/result.json
run 2 "$thpstorm" plot torn cdf
one_line && says 'torn/result.json:[0-9]+'
finish
