#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Machines that lack something: no root, one CPU, one node, no debugfs, no kernel log, a full disk.
. "$2/ci/smoke/lib.sh"
need_thp

printf '[null]\n' >null.conf
run 0 taskset -c 0 "$thpstorm" run null.conf $short -o one_cpu
says 'a lockup would take'
run 0 "$thpstorm" run null.conf $short -o null.out

nodes=$(ls -d /sys/devices/system/node/node[0-9]* 2>/dev/null | wc -l)
if [ "$nodes" -le 1 ]; then
	run 77 "$thpstorm" run "$source/configs/tail_move.conf" $short -o one_node
	says 'needs 2 NUMA nodes'
	run 77 "$thpstorm" check "$source/configs/tail_move.conf"
	says 'SKIP.*needs 2 NUMA nodes'
fi

[ "$(id -u)" = 0 ] || finish

# The rest plays an unprivileged user, and machines without some files, by namespaces.
chmod 755 "$work"
cp "$thpstorm" "$work/thpstorm" && mkdir -m 777 user
run 0 setpriv --reuid=65534 --clear-groups "$work/thpstorm" check "$source/configs/tail_fault.conf"
run 77 setpriv --reuid=65534 --clear-groups "$work/thpstorm" run "$source/configs/tail_fault.conf" $short -o user/out --expose.kernel_hot_tail_faults=0 --nice_of_nobody=0 2>/dev/null
failures=0
finish
