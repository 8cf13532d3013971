#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What ci/vm/run says when something is wrong, and that no machine, no process and no file is left
# behind. Arguments: the program, the source directory.
. "$2/ci/smoke/lib.sh"
vm=$source/ci/vm/run
image=$("$source/ci/kernels/get" debian:6.12 2>/dev/null) || image=
export THPSTORM_CACHE=${THPSTORM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/thpstorm}
command -v qemu-system-x86_64 >/dev/null || skip "needs qemu-system-x86_64 (Debian: qemu-system-x86)"

# machines: how many virtual machines of this test run; the boot command line has its tag.
machines() {
	pgrep -f -- "^qemu-system.*thpstorm_test=$$" | wc -l
}
tag="thpstorm_test=$$"

run 2 "$vm" && one_line && says 'give --kernel or --build'
run 2 "$vm" --kernel debian:6.12 && one_line && says 'no thpstorm command; put one after --'
run 2 "$vm" --kernel "$work/none" -- check && one_line && says "$work/none: No such file.*bzImage"
echo "not a kernel" >text
# Enough to be taken for an image: what is wrong beside it is told before anything boots.
{ head -c 510 /dev/zero; printf '\125\252\0\0HdrS'; } >header
run 2 "$vm" --kernel text -- check && one_line && says 'text: this is no bzImage'
run 2 "$vm" --kernel text --cpus 0 -- check && one_line && says "'0' is not in 1 to 64"
run 2 "$vm" --kernel text --numa 2:1G,0:0 -- check && one_line && says "'0:0' is no node; write CPUS:MEMORY"
run 2 "$vm" --kernel text --numa 2:1G --nodes 2 -- check && one_line && says '--numa says all of the nodes'
run 2 "$vm" --kernel header -- run "$source/configs/null.conf" --durration=2s && one_line && says "'durration'.*'duration'"
run 2 "$vm" --kernel text --distances 10,9/9,10 -- check && one_line && says "'9' from node 0 to node 1"
run 2 "$vm" --kernel text --mem 4 -- check && one_line && says "'4' is no size; write 2048M or 4G"
run 2 "$vm" --kernel text --timeout soon -- check && one_line && says "'soon' is no time"
run 2 "$vm" --kernel text --colour -- check && one_line && says 'unrecognized arguments: --colour'
run 77 "$vm" --kernel debian:1.0 -- check && one_line && says 'no kernel debian:1.0'
run 77 "$vm" --kernel known-bad:1.0 -- check && one_line && says 'no patch for known-bad:1.0'
# Not the commit's fault: git bisect run ends.
run 128 "$vm" --bisect --kernel text -- check && one_line && says "text: this is no bzImage"
run 128 "$vm" --bisect --build "$work" -- check && one_line && says 'no kernel source tree'
run 2 "$vm" --kernel header -- rnu "$source/configs/null.conf" && one_line && says "'rnu'"
run 2 "$vm" --kernel header -- run -o here && one_line && says 'put it before --'

# A PATH with everything but QEMU.
mkdir bin
for tool in sh env "$(python3 -c "import sys; print(sys.executable)")" cmake make cc c++ ld as ar busybox; do
	[ -z "$(command -v "$tool")" ] || ln -s "$(command -v "$tool")" bin/
done
[ -e bin/python3 ] || (cd bin && ln -s python3* python3)
[ -s "$image" ] && run 77 env "PATH=$work/bin" "$vm" --kernel "$image" -- check && one_line && says 'needs qemu-system'

if [ -s "$image" ]; then
	# An image that does not boot: its beginning, then nothing. QEMU refuses less than a header.
	head -c 2000000 "$image" >torn
	head -c 16384 "$image" >stump
	run 2 "$vm" -q --kernel stump --append $tag --timeout 8s -o stump.out -- check
	one_line && says 'qemu-system-x86_64 failed: .*invalid kernel header'
	run 4 "$vm" -q --kernel torn --append $tag --timeout 8s -o torn.out -- check
	says 'torn.*the image did not come up after'
	check "a torn image left its directory without vm.json" test -s torn.out/vm.json

	run 4 "$vm" -q --kernel "$image" --append "$tag" --timeout 20s -o hung.out -- \
		run configs/null.conf -t 100s --quiet=200ms
	says 'the time limit came after 20 s while the command was at work \(give --timeout more\); what had been streamed is in hung.out'
	check "nothing had been streamed" test -s hung.out/timeline.tsv

	run 4 "$vm" -q --kernel "$image" --append "$tag init=/nothing rdinit=/nothing" --timeout 60s \
		-o panic.out -- check
	says 'the image did not come up' && says 'Kernel panic'

	run 2 "$vm" --kernel "$image" -o hung.out -- check
	one_line && says 'hung.out holds a result already \(vm.json\)'

	# A result stream that is not whole: the kernel writes its log into it.
	run 2 "$vm" -q --kernel "$image" --append "$tag earlycon=uart8250,io,0x2f8 keep_bootcon" -o noise.out -- check
	says 'the result stream is damaged \([0-9]+ bytes belong to no frame\)'

	# The command's own refusal comes through, with its code.
	run 2 "$vm" -q --kernel "$image" --append "$tag" -o typo.out -- run configs/null.conf --durations=1s
	says "there is no option 'durations'|durations"

	# An interrupt: the machine is ended, what came is kept.
	"$vm" -q --kernel "$image" --append "$tag" -o int.out -- run configs/null.conf -t 100s \
		>out.txt 2>err.txt </dev/null &
	pid=$!
	sleep 8
	check "no machine runs" test "$(machines)" -ge 1
	kill -TERM $pid
	wait $pid
	check "an interrupt gave exit code $?" test $? = 130
	one_line && says 'interrupted'
	check "an interrupted machine's vm.json" grep -q '"ended": "interrupted"' int.out/vm.json

	# Killed: the machine goes with it.
	"$vm" -q --kernel "$image" --append "$tag" -o kill.out -- run configs/null.conf -t 100s \
		>out.txt 2>err.txt </dev/null &
	pid=$!
	sleep 8
	kill -KILL $pid
	wait $pid 2>/dev/null
	sleep 1

	# A full disk.
	if [ "$(id -u)" = 0 ] && mkdir full && mount -t tmpfs -o size=16k tmpfs full 2>/dev/null; then
		run 2 "$vm" -q --kernel "$image" --append "$tag" -o full/out -- check
		one_line && says 'cannot write to full/out: No space left on device; the machine was ended'
		umount full
	fi
fi
check "machines are left: $(pgrep -fa -- "$tag" | cut -c 1-100)" test "$(machines)" = 0
finish
