#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A bundle holds what a report is made of, small, without names, and the same for the same result.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
{ command -v xz && command -v tar; } >/dev/null || skip "needs tar and xz"

# bundle_as HOST COMMAND...: on a machine of that name.
bundle_as() {
	unshare --uts sh -c 'hostname "$1" && shift && exec "$@"' - "$@"
}
unshare --uts true 2>/dev/null || skip "cannot give a process another host name (unshare --uts)"

# nothing_of NAME... DIRECTORY
nothing_of() {
	for directory; do :; done
	for name; do
		[ "$name" = "$directory" ] ||
			check "$name is in $(grep -rl "$name" "$directory" | head -n 1)" test -z "$(grep -rl "$name" "$directory")"
	done
}

# unchanged DIR UNPACKED: the two reports are the same but for the names.
unchanged() {
	run 0 "$thpstorm" report "$1" && sed 's/hugh/xxxx/g' out.txt >whole.txt
	run 0 sh -c 'cd "$1" && exec "$2" report "$3"' - "${2%/*}" "$thpstorm" "${2##*/}"
	check "the reports differ: $(diff whole.txt out.txt | head -n 5)" cmp -s whole.txt out.txt
}

# Run by somebody at home, on a kernel that somebody built, and on a machine whose log has its name.
mkdir -p home/hugh
storm_config home/hugh/storm.conf
run 0 "$thpstorm" run "$work/home/hugh/storm.conf" $short -o run -q
{
	echo '[    0.000000] Linux version 6.1 (dickins@buildbox) #1'
	echo '[    0.000000] Command line: root=/dev/nfs ip=10.0.0.2:10.0.0.1::255.0.0.0:bigiron:eth0:off'
	echo '[    1.000000] numabox.example.org: numabox says hughes'
} >>run/kernel.log
echo secret >run/notes.txt
export USER=hughes LOGNAME=hughes
run 0 bundle_as numabox.example.org "$thpstorm" bundle run
says 'run.tar.xz: .* KiB'
says 'left out: [0-9]+ histograms of single threads'
says 'left out: 1 file that no report reads'
says 'replaced by x: names of hosts [3-9] times, of users [2-9], of who built the kernel [12]'
size=$(wc -c <run.tar.xz)
echo "a run of 2 s: $size bytes"
check "$size bytes" test "$size" -lt 100000
mkdir there && tar -C there -xJf run.tar.xz
nothing_of hugh dickins buildbox bigiron numabox secret there
unchanged run there/run

# The same bytes whoever has the files, and whenever.
mkdir elsewhere && cp -r run elsewhere/ && chmod -R go= elsewhere
run 0 bundle_as numabox.example.org "$thpstorm" bundle elsewhere/run
check "a second bundle is another" cmp -s run.tar.xz elsewhere/run.tar.xz
run 0 bundle_as numabox "$thpstorm" bundle run -o names.tar.xz --keep-names
check "names were not kept" test "$(tar -xJOf names.tar.xz run/kernel.log | grep -c dickins@buildbox)" = 1

# Of a sweep the ledger is summed line by line; a machine that was lost left its own log.
run 0 "$thpstorm" sweep "$work/home/hugh/storm.conf" $short --duration=1s -v tails.threads=1,2 -o hugh-sweep -q
mkdir -p hugh-sweep/cells/00001/lost
echo '[   17.000000] bigiron kernel: watchdog: BUG: soft lockup' >hugh-sweep/cells/00001/lost/kernel.log
run 0 env USER=hugh "$thpstorm" bundle hugh-sweep/
mkdir swept && tar -C swept -xJf hugh-sweep.tar.xz
nothing_of hugh bigiron swept
check "the bundle unpacks to $(ls swept)" test "$(ls swept)" = xxxx-sweep
check "the lost machine's log is not in it" test -s swept/xxxx-sweep/cells/00001/lost/kernel.log
unchanged hugh-sweep swept/xxxx-sweep

# refused PATTERN COMMAND...: one sentence, and nothing is left of what was begun.
mkdir stage
refused() {
	pattern=$1
	shift
	run 2 env TMPDIR="$work/stage" "$@"
	one_line && says "$pattern"
	check "left behind: $(ls stage) $(ls -d ./*.tmp 2>/dev/null)" test -z "$(ls stage)$(ls -d ./*.tmp 2>/dev/null)"
	check "a bundle was made all the same" test ! -e refused.tar.xz
}
refused 'run.tar.xz exists already; name another file with -o' "$thpstorm" bundle run
refused "stage holds no result" "$thpstorm" bundle stage -o refused.tar.xz
refused "nowhere" "$thpstorm" bundle nowhere -o refused.tar.xz
refused 'takes the directory of a result' "$thpstorm" bundle
refused 'takes one directory' "$thpstorm" bundle run --keep
refused 'one of them is also a word of the format; use --keep-names' env USER=thpstorm "$thpstorm" bundle hugh-sweep -o refused.tar.xz
cp -r run torn && head -c 500 run/result.json >torn/result.json
refused 'torn/result.json' "$thpstorm" bundle torn -o refused.tar.xz
cp -r hugh-sweep broken && sed -i '3s/./x/40' broken/journal
refused 'broken/journal:3' "$thpstorm" bundle broken -o refused.tar.xz
mkdir bin && ln -s "$(command -v env)" bin/
refused 'tar is not installed' env PATH="$work/bin" "$thpstorm" bundle run -o refused.tar.xz

# tar is killed in the middle, and so is the program.
cat >bin/tar <<-'T'
	#!/bin/sh
	for word; do case $word in *.tmp) echo torn >"$word" ;; esac; done
	kill -TERM $PPID
	kill -9 $$
T
chmod +x bin/tar
TMPDIR=$work/stage PATH=$work/bin:$PATH "$thpstorm" bundle run -o refused.tar.xz >out.txt 2>err.txt
check "killed, it ended with $?" test $? = 143
check "left behind: $(ls stage) $(ls -d ./refused* 2>/dev/null)" test -z "$(ls stage)$(ls -d ./refused* 2>/dev/null)"
rm bin/tar

mount -t tmpfs -o size=4k none bin 2>/dev/null || { echo "not tried: a full disk, without mount"; finish; }
at_end 'umount "$work/bin"'
refused 'tar could not write bin/run.tar.xz: .*No space left' "$thpstorm" bundle run -o bin/run.tar.xz
check "a torn bundle is left: $(ls bin)" test -z "$(ls bin)"
run 2 env TMPDIR="$work/bin" "$thpstorm" bundle run -o refused.tar.xz
one_line && says 'No space left'
check "left behind: $(ls bin)" test -z "$(ls bin)"
finish
