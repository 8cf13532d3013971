#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What root writes goes where root said, whatever others have put there: links are neither followed nor
# emptied, a directory that somebody else could change is refused, and a pipe is not read.
. "$2/ci/smoke/lib.sh"
need_root
quick="--duration=100ms --warmup=0 --quiet=0 --arena=4M"
null=$source/configs/null.conf
printf '[floor]\nworker = null\n[sweep]\norder = given\nfloor.threads = 1, 2\n' >sweep.conf

# whole: nothing was written through a link.
echo precious >victim
whole() {
	check "$1 wrote through a link" test "$(cat victim)" = precious
}

# refused PATTERN COMMAND...
refused() {
	pattern=$1
	shift
	run 2 "$@" && one_line && says "$pattern"
}

# Made by another user beforehand, by which name whatever.
mkdir theirs && chown 65534 theirs
refused 'theirs belongs to user 65534, .*name another directory, or give it to user 0' "$thpstorm" run "$null" $quick -o theirs
refused 'theirs belongs to user 65534' "$thpstorm" sweep sweep.conf $quick -o theirs
mkdir -m 777 open
refused 'others may write to open \(mode 0777\).*name another directory, or take that right away \(chmod go-w\)' \
	"$thpstorm" run "$null" $quick -o open
refused 'others may write to open' "$thpstorm" sweep sweep.conf $quick -o open
mkdir target && ln -s target link
refused 'link is a symbolic link: name the directory that it points to' "$thpstorm" run "$null" $quick -o link
refused 'link is a symbolic link' "$thpstorm" sweep sweep.conf $quick -o link/
check "something was made in them" test -z "$(find theirs open target -mindepth 1)"
mkdir -m 777 anybody
refused 'others may write to .*/anybody' env THPSTORM_STATE="$work/anybody" "$thpstorm" sweep sweep.conf $quick -o none

# Ours now, but with what was in it before.
mkdir ours
ln -s ../victim ours/events.jsonl
ln victim ours/timeline.tsv
mkfifo ours/kernel.log
ln -s ../victim ours/result.json.tmp
ln -s ../victim ours/cdf.svg
ln -s ../victim ours/time.svg
run 0 "$thpstorm" run "$null" $quick -o ours
whole "a run"
run 0 "$thpstorm" report ours
mkdir swept && ln -s ../victim swept/journal.new && ln -s ../victim swept/sweep.conf.tmp && ln -s ../victim swept/config.orig
run 0 "$thpstorm" sweep sweep.conf $quick -q -o swept
whole "a sweep"
ln -sf ../victim swept/cells.tsv.tmp
run 0 "$thpstorm" sweep --resume swept
whole "a sweep that goes on"
chown 65534 swept
refused 'swept belongs to user 65534' "$thpstorm" sweep --resume swept
run 0 "$thpstorm" report swept
chown 0 swept
mkdir -p merged/cells && ln -s ../victim merged/sweep.conf && ln -s ../../target merged/cells/00001
refused 'merged/cells/00001 is a symbolic link' "$thpstorm" merge merged swept
check "a merge went through a link" test -z "$(ls target)"
rm merged/cells/00001 merged/journal* 2>/dev/null
run 0 "$thpstorm" merge merged swept
whole "a merge"

# A bundle, and pictures.
ln -s victim bundle.tar.xz.tmp
run 0 "$thpstorm" bundle ours -o bundle.tar.xz
whole "a bundle"
if command -v gnuplot >/dev/null; then
	storm_config storm.conf
	run 0 "$thpstorm" run storm.conf $short -q -o storm
	ln -s ../victim storm/time.svg && ln -s ../victim storm/time.svg.tmp
	run 0 "$thpstorm" plot storm time
	whole "a plot"
	check "no picture" grep -q '<svg' storm/time.svg
	chown 65534 storm
	refused 'others than user 0 may change what is in storm: draw elsewhere' "$thpstorm" plot storm time
	run 0 "$thpstorm" plot storm time -o here.svg
	ln -s victim foreign.svg && chown -h 65534 foreign.svg
	refused 'foreign.svg is a symbolic link of another user' "$thpstorm" plot storm time -o foreign.svg
	whole "a plot by its name"
fi

# Reading waits for nobody, and ends.
rm ours/kernel.log && mkfifo ours/kernel.log
refused 'ours/kernel.log: not a regular file' timeout 60 "$thpstorm" report ours
refused 'ours/kernel.log: not a regular file' timeout 60 "$thpstorm" bundle ours -o other.tar.xz
ln -sf /dev/zero swept/journal
refused 'swept/journal: not a regular file' timeout 60 "$thpstorm" report swept
finish
