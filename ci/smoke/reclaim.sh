#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A swap file and a memory cgroup for the run: the limit makes the kernel reclaim what the storm uses
# beyond it (vmstat's pswpout), and nothing of both is left.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
case $(stat -f -c %T "$work") in
tmpfs | overlayfs) skip "needs a file system that can be swapped to" ;;
esac

left() {
	grep -F "$work" /proc/swaps
	find /sys/fs/cgroup -maxdepth 2 -name thpstorm
	find state -type f
}

printf 'swap = 128M\n[loads]\nworker = fault_write\nthreads = 2\n[expose]\nswapped_out = 1000\n' >reclaim.conf
short="$short --arena=64M"
run 3 "$thpstorm" run reclaim.conf $short -o without
says 'swapped_out'
"$thpstorm" check reclaim.conf --memory_max=48M >out.txt
[ $? = 77 ] && skip "$(grep -E 'plan +SKIP' out.txt)"
# Where the swap file's disk is slow, the kernel kills in its cgroup what it can't swap out in time.
for attempt in 1 2 3; do
	before=$failures
	reaches with "$thpstorm" run reclaim.conf $short --memory_max=48M && break
	grep -q 'the OOM killer ended the storm' out.txt && [ $attempt -lt 3 ] || break
	failures=$before
done
swapped_out='r["exposures"]["swapped_out"]["reached"]'
echo "swapped out: $(json "$swapped_out" with) with the limit, $(json "$swapped_out" without) without"
check "left: $(left)" test -z "$(left)"
finish
