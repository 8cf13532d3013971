#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A bundle holds what a report is made of, small, without names, and the same for the same result.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
{ command -v xz && command -v tar; } >/dev/null || skip "needs tar and xz"

storm_config storm.conf
host=$(hostname)
run 0 "$thpstorm" run storm.conf $short -o run -q
# As if it had been run by somebody at home, on a kernel that somebody built.
sed -i "s|\"config\": \"storm.conf\"|\"config\": \"/home/hugh/storm.conf\"|; s|\"release\": \"|&|" run/result.json run/host.json
printf '[    0.000000] Linux version 6.1 (hugh@buildbox) #1\n' >>run/kernel.log
run 0 "$thpstorm" bundle run
says 'run.tar.xz: .* KiB'
says 'left out: [0-9]+ histograms of single threads'
says "replaced: host name [0-9]+ times, users in paths [1-9][0-9]*, the kernel's builder [1-9]"
size=$(wc -c <run.tar.xz)
echo "a run of 2 s: $size bytes"
check "$size bytes" test "$size" -lt 100000
mkdir there && tar -C there -xJf run.tar.xz
for name in hugh buildbox; do
	check "there is a $name in it" test "$(grep -rl "$name" there | wc -l)" = 0
done
# A name of three letters and less stands in other words.
[ ${#host} -lt 4 ] || check "there is a $host in it" test "$(grep -rlw "$host" there | wc -l)" = 0
run 0 "$thpstorm" report run
sed 's|/home/hugh|/home/USER|; s|^result .*||; s|^repeat.*||' out.txt >whole.txt
run 0 "$thpstorm" report there/run
sed 's|^result .*||; s|^repeat.*||' out.txt >bundled.txt
check "the reports differ: $(diff whole.txt bundled.txt | head -n 5)" cmp -s whole.txt bundled.txt
run 0 "$thpstorm" bundle run -o again.tar.xz
check "a second bundle is another" cmp -s run.tar.xz again.tar.xz
run 0 "$thpstorm" bundle run -o names.tar.xz --keep-names
check "names were not kept" test "$(tar -xJOf names.tar.xz run/kernel.log | grep -c hugh@buildbox)" = 1

run 0 "$thpstorm" sweep storm.conf $short --duration=300ms -v tails.threads=1,2 --sweep.repeats=1 -o sweep -q
run 0 "$thpstorm" bundle sweep/
mkdir swept && tar -C swept -xJf sweep.tar.xz
run 0 "$thpstorm" report swept/sweep
says '2 cells'

run 2 "$thpstorm" bundle run
one_line && says 'run.tar.xz is there already: name another by -o'
run 2 "$thpstorm" bundle .
one_line && says "holds neither a run's result nor a sweep"
run 2 "$thpstorm" bundle
one_line && says 'wants the directory of a result'
mkdir full && mount -t tmpfs -o size=4k tmpfs full 2>/dev/null && {
	run 2 "$thpstorm" bundle run -o full/run.tar.xz
	one_line && says 'tar could not write full/run.tar.xz'
	check "a torn bundle is left" test ! -e full/run.tar.xz
	umount full
}
finish
