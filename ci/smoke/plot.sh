#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every plot in every format from real results: curves with points in them, a caption, a mail's width;
# where there is nothing to draw it is said.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
command -v gnuplot >/dev/null || skip "gnuplot is not installed (Debian: gnuplot-nox)"

storm_config storm.conf
# picture FILE CHECK...: see ci/report/picture.py.
picture() {
	found=$(python3 "$source/ci/report/picture.py" "$@" 2>&1)
	check "$1: $found" test -z "$found"
}
# mail WHAT TEXT...: what was drawn last can be pasted into a mail, and says these.
mail() {
	check "$1: $(wc -L <out.txt) columns" test "$(wc -L <out.txt)" -le 72
	check "$1: characters that are not ASCII" test "$(LC_ALL=C tr -d '\12\40-\176' <out.txt | wc -c)" = 0
	check "$1: $(wc -l <out.txt) lines" test "$(wc -l <out.txt)" -gt 10
	check "$1: blanks at the end of a line" test "$(grep -c ' $' out.txt)" = 0
	shift
	for text; do
		check "it does not say $text" grep -Fq -- "$text" out.txt
	done
}
# all_formats DIRECTORY KIND TEXT...: as a png, and as ascii with these texts in it.
all_formats() {
	dir=$1 kind=$2
	shift 2
	run 0 "$thpstorm" plot "$dir" "$kind" --format png && picture "$dir/$kind.png" colours=2
	run 0 "$thpstorm" plot "$dir" "$kind" --format ascii && mail "$dir $kind" "$@"
}

# A run draws the first two by itself, but with -q; without gnuplot it says so in its report.
reaches run "$thpstorm" run storm.conf $short --expose.kernel_hot_tail_faults=50
says 'plots +run/cdf.svg run/time.svg'
seed=$(json 'r["seed"]' run)
tails='[g for g in r["groups"] if g["name"] == "tails"][0]["latency"]'
slowest=$(json "$tails"'["storm_fault"]["max_ns"] / 1000' run)
picture run/cdf.svg 'tails, storm fault=10' "tails, storm fault^$slowest" 'tails, quiet fault=10' 'tails, quiet=10' \
	'says:floor: a null step' 'says:percentile of the operations, %' "says:$(uname -r), preempt" \
	"says:storm.conf, seed $seed"
slowest=$(python3 -c 'import sys
rows = [line.split("\t") for line in open("run/timeline.tsv")]
print(max(float(r[7]) for r in rows if r[1] in ("storm", "stop")))')
picture run/time.svg 'slowest finished=10' "slowest finished^$slowest" 'folio splits=10' \
	'says:seconds since the storm began' 'says:per second' "says:seed $seed"
run 0 "$thpstorm" run storm.conf $short -o quiet -q
check "-q drew" test ! -e quiet/cdf.svg
PATH=/nowhere "$thpstorm" run storm.conf $short -o bare >out.txt 2>err.txt
says 'plots +none: gnuplot is not installed \(Debian: gnuplot-nox\)'
all_formats run cdf "seed $seed" "$(uname -r), preempt" 'tails, storm fault' ' 90'
all_formats run time "seed $seed" 'folio splits' 'slowest finished'

reaches other "$thpstorm" run storm.conf $short --expose.kernel_hot_tail_faults=50 -q
run 0 "$thpstorm" plot run other compare -o compare.svg
picture compare.svg 'base: tails, storm fault=10' 'new: tails, storm fault=10' "says:base: $(uname -r)" \
	"says:seed $seed" "says:seed $(json 'r["seed"]' other)"

run 0 "$thpstorm" plot compare run other -o first.svg
check "the kind in front is another plot" cmp -s first.svg compare.svg
run 2 "$thpstorm" plot compare run
one_line && says 'plot compare takes two directories, BASE and NEW'

# Percentiles that the samples do not carry are marked.
picture run/cdf.svg 'says:thin: fewer than 10 samples above'

# CPUs without a late beat; then a lockup that outlasts the storm, and a machine that dies in it.
cp -r run stalled
printf 'elapsed_s\tinterval_s\tcpu\tlate_us\n' >stalled/heartbeat.tsv
run 77 "$thpstorm" plot stalled stalls
one_line && says 'every CPU ran its heartbeat in time: there is nothing to draw'
python3 - <<-'E'
	import json
	r = json.load(open("run/result.json"))
	cpu = int(r["worker_cpus"].split(",")[0].split("-")[0])
	with open("stalled/heartbeat.tsv", "a") as f:
	    for i in range(40):
	        f.write("%.3f\t0.100\t%d\t%.3f\n" % (i / 10, cpu, 20000 * 1.2 ** i))
	with open("stalled/events.jsonl", "a") as f:
	    for after, kind, weight in ((0.5, "cpu_stall", "weak"), (1, "cpu_lockup", "finding"),
	                                (4, "soft_lockup", "finding"), (4.2, "rescue", "note")):
	        f.write(json.dumps({"when_ns": int(r["storm_began_ns"] + after * 1e9), "kind": kind,
	                            "weight": weight, "value": 150000000, "cpu": cpu, "worker": None,
	                            "text": "late"}) + "\n")
E
run 0 "$thpstorm" plot stalled stalls
picture stalled/stalls.svg '10 ms late=8' '100 ms=12' '10 s and more=3' 'lockup seen=2' 'says:storm ends' says:CPU
run 0 "$thpstorm" plot stalled time
picture stalled/time.svg 'finding=2' 'weakness=1' 'note=1' says:soft_lockup says:rescue says:cpu_stall
all_formats stalled stalls "seed $seed" 'lockup seen'
all_formats stalled time soft_lockup
cp -r stalled lost && rm lost/result.json && truncate -s -9 lost/timeline.tsv lost/heartbeat.tsv lost/events.jsonl
run 0 "$thpstorm" plot lost time && picture lost/time.svg 'folio splits=10' 'finding=2'
run 0 "$thpstorm" plot lost stalls && picture lost/stalls.svg '100 ms=12'
run 77 "$thpstorm" plot lost cdf
one_line && says 'lost: its storm did not end'

run 0 "$thpstorm" sweep storm.conf $short --duration=1s -v tails.threads=1,2,3 -v splitter.nice=0,1 \
	--sweep.repeats=1 -o sweep -q
run 0 "$thpstorm" plot sweep
picture sweep/lines.svg 'splitter.nice=1=3' 'splitter.nice=0=3' says:tails.threads 'says:slowest fault' \
	"says:$(uname -r), preempt" says:storm.conf 'says:6 cells'
run 0 "$thpstorm" plot sweep heat
picture sweep/heat.svg says:tails.threads says:splitter.nice 'says:slowest fault'
check "sweep/heat.svg has no numbers" test "$(grep -cE '>[0-9.]+ ?[mu]?s<' sweep/heat.svg)" -ge 6
check "sweep/heat.svg has no squares" grep -qE '<(image|polygon|rect)' sweep/heat.svg
all_formats sweep lines splitter.nice=1 'slowest fault'
all_formats sweep heat tails.threads 1

# Words on the axis that have no room side by side: each is whole, in plain text too.
axis="fault_read fault_write fault_fstat fault_uring fault_uring_wq fault_read_twice"
{
	printf "plots = '%s'\nformat = 'ascii'\nwhat = 'words'\ncaptions = 0\nwords = 6\narray word[6]\n" "$source/plots"
	n=0
	for word in $axis; do
		n=$((n + 1))
		printf "word[%d] = '%s'\n" $n $word
	done
	printf "load plots.'/common.gp'\nload plots.'/words.gp'\nset xrange [-0.3:5.3]\nset xlabel 'axis of words' offset 0, below_words\nplot [*:*] [1:10] x\n"
} >words.gp
run 0 gnuplot -d words.gp
for word in $axis 'axis of words'; do
	check "the axis does not say $word" grep -qE "(^| )$word( |\$)" out.txt
done

mkdir few many && python3 "$source/ci/report/many_cells.py" sweep few 41 &&
	python3 "$source/ci/report/many_cells.py" sweep many 164
check "a plot is not linear" python3 "$source/ci/report/linear.py" few many "$thpstorm" plot {} heat

run 77 env PATH=/nowhere "$thpstorm" plot run cdf
one_line && says 'gnuplot is not installed \(Debian: gnuplot-nox\)'
# Settings of the user's gnuplot are not ours.
run 0 env GNUTERM=qt GNUPLOT_LIB=/nowhere LC_ALL=de_DE.UTF-8 "$thpstorm" plot run cdf -o theirs.svg
picture theirs.svg says:"$(uname -r)"
# One that fails is no reason for a run to fail, and the run says so.
mkdir bin && printf '#!/bin/sh\necho "no terminal today" >&2\nexit 1\n' >bin/gnuplot && chmod +x bin/gnuplot
run 2 env PATH="$work/bin:$PATH" "$thpstorm" plot run cdf
one_line && says 'gnuplot: no terminal today'
run 0 env PATH="$work/bin:$PATH" "$thpstorm" run storm.conf $short --duration=1s -o unplotted
says 'plots +none: gnuplot: no terminal today'
run 2 "$thpstorm" plot nowhere cdf
one_line && says 'nowhere'
run 2 "$thpstorm" plot run pie
one_line && says "'pie' is neither a kind of plot nor a directory"
run 2 "$thpstorm" plot run cdf --format gif
one_line && says 'must be svg, png, pdf or ascii'
# What the file is called is what it is.
run 2 "$thpstorm" plot run cdf -o cdf.gif
one_line && says 'cdf.gif: the name must end in .svg, .png, .pdf or .txt'
check "cdf.gif was drawn" test ! -e cdf.gif
run 2 "$thpstorm" plot run cdf -o cdf.png --format svg
one_line && says 'format svg contradicts -o cdf.png'
run 0 "$thpstorm" plot run cdf -o cdf.png && picture cdf.png colours=2
run 0 "$thpstorm" plot run cdf -o cdf.txt
check "cdf.txt is no text" grep -q 'tails, storm fault' cdf.txt
if gnuplot -e 'print GPVAL_TERMINALS' 2>&1 | grep -q pdfcairo; then
	run 0 "$thpstorm" plot run cdf -o cdf.pdf
	check "cdf.pdf is no pdf" test "$(head -c 5 cdf.pdf)" = %PDF-
fi
run 2 "$thpstorm" plot run cdf -o /nowhere/cdf.svg
one_line && says 'cannot write /nowhere/cdf.svg'
# What is somebody else's, and what he may have put there.
cp -r run theirs && chown -R 12345 theirs
run 2 "$thpstorm" plot theirs cdf
one_line && says 'others than user 0 may change what is in theirs: draw elsewhere: thpstorm plot theirs KIND -o FILE'
run 0 "$thpstorm" plot theirs cdf -o theirs.svg
ln -s run link
run 2 "$thpstorm" plot link cdf
one_line && says 'link is a symbolic link: name the directory that it points to'
run 2 "$thpstorm" plot sweep cdf
one_line && says 'sweep is a sweep; cdf takes a run'
run 2 "$thpstorm" plot run heat
one_line && says 'run is a run; heat takes a sweep'

# damaged FILE KIND SENTENCE COMMAND...: the run with a file of it treated so.
damaged() {
	file=$1 kind=$2 sentence=$3
	shift 3
	rm -rf torn && cp -r run torn && "$@" "torn/$file"
	run 2 "$thpstorm" plot torn "$kind" -o torn.svg
	one_line && says "$sentence"
	check "torn.svg was drawn" test ! -e torn.svg
}
damaged result.json cdf 'torn/result.json:[0-9]+' truncate -s 300
damaged hist/tails.storm_fault.hgrm cdf 'tails.storm_fault.hgrm:[0-9]+: it ends before percentile 1' sed -i '12,$d'
damaged hist/tails.storm_fault.hgrm cdf 'tails.storm_fault.hgrm:9: not a row of a histogram' sed -i '9s/\./x/'
damaged hist/tails.storm_fault.hgrm cdf 'tails.storm_fault.hgrm:9: smaller than the row before it' sed -i '9s/^ *[0-9.]*/ 0.001/'
damaged hist/tails.storm_fault.hgrm cdf 'cannot read torn/hist/tails.storm_fault.hgrm' rm
damaged timeline.tsv time 'timeline.tsv:1: not the columns of this version' sed -i '1s/phase/face/'
damaged timeline.tsv time 'timeline.tsv:12: not a row of its columns' sed -i '12s/storm/5/;12s/\t/ /2'
damaged timeline.tsv time 'timeline.tsv:1: it has no line of column names' truncate -s 0
damaged heartbeat.tsv stalls 'heartbeat.tsv:2: not a row of its columns' sed -i '$a zero'
rm -rf torn && cp -r run torn && rm torn/heartbeat.tsv
run 77 "$thpstorm" plot torn stalls
one_line && says 'torn has no heartbeat.tsv: an older thpstorm wrote it'
finish
