#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Machines that lack something: one CPU, one node, root, the kernel log, io_uring. Each gives a
# sentence and the right exit code.
. "$2/ci/smoke/lib.sh"
need_thp
chmod 755 "$work"
mkdir -m 777 user
cp "$thpstorm" "$work/thpstorm"
# A clone may lie where nobody else can read.
cp "$source/configs/tail_fault.conf" "$work/"

printf '[null]\n' >null.conf
run 0 taskset -c 0 "$thpstorm" run null.conf $short -o one_cpu
says 'a lockup would hang'

nodes=$(ls -d /sys/devices/system/node/node[0-9]* 2>/dev/null | wc -l)
if [ "$nodes" -le 1 ]; then
	run 77 "$thpstorm" run "$source/configs/tail_move.conf" $short -o one_node
	says 'needs 2 NUMA nodes'
	run 77 "$thpstorm" check "$source/configs/tail_move.conf"
	says 'SKIP.*needs 2 NUMA nodes'
fi

[ "$(id -u)" = 0 ] || finish

# Nobody: kernel-mode faults do not count, and that is said (user.sh has those that do).
nobody="setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all env THPSTORM_STATE=$work/user/state"
printf '[split_cold]\n[fault_read]\nthreads = 2\ntarget = hot_tail\nnap = 50us\n' >user.conf
if ! grep -q '\[never\]' /sys/kernel/mm/transparent_hugepage/enabled; then # or only root can storm
	# What can't be counted is no reason to storm for it; without it the report says so.
	# Where everybody may count them (perf_event_paranoid below 2) there is nothing to say.
	if [ "$(cat /proc/sys/kernel/perf_event_paranoid)" -ge 2 ]; then
		run 77 $nobody "$work/thpstorm" run "$work/tail_fault.conf" $short -o user/tail
		says 'kernel_hot_tail_faults cannot be counted: perf_event_open.*; be root, or set kernel.perf_event_paranoid to 1'
		run 77 $nobody "$work/thpstorm" check "$work/tail_fault.conf"
		says 'plan +SKIP: kernel_hot_tail_faults cannot be counted'
		printf '[split_cold]\n[fault_fstat]\nthreads = 2\ntarget = hot_tail\nnap = 50us\n' >kernel.conf
		run 0 $nobody "$work/thpstorm" run kernel.conf $short -o user/kernel
		says 'faults not counted: '
		says 'kernel_hot_tail_faults +not counted'
	fi
	printf '[split_dontneed]\n' >root.conf
	run 77 $nobody "$work/thpstorm" run root.conf $short -o user/root
	says 'split_dontneed must write .*drop_caches: Permission denied'
fi

unshare -m true 2>/dev/null || finish
# What root's run left only root puts back.
root_left='mount -t tmpfs none /var/lib && mkdir /var/lib/thpstorm && : >/var/lib/thpstorm/journal && exec "$@"'
run 2 unshare -m sh -c "$root_left" sh $nobody env -u THPSTORM_STATE HOME="$work/user" "$work/thpstorm" restore
says 'a run of root left /var/lib/thpstorm/journal: run `thpstorm restore` as root'
one_line

# with FILE TEXT COMMAND...: in a mount namespace where the file holds the text; the machine keeps its own.
with() {
	file=$1
	printf '%s\n' "$2" >fake
	shift 2
	unshare -m sh -c 'mount --bind fake "$0" && exec "$@"' "$file" "$@"
}

# A machine that a finding would take down is not stormed unless that is asked for.
knob=/proc/sys/kernel/hung_task_panic
if [ -e $knob ]; then
	run 2 with $knob 1 "$thpstorm" run null.conf $short -o danger
	says 'kernel.hung_task_panic is set.*--accept_panic=yes'
	one_line
	run 2 with $knob 1 "$thpstorm" check
	says 'dangers +kernel.hung_task_panic is set'
	run 0 with $knob 1 "$thpstorm" run null.conf $short -o danger2 --accept_panic=yes
fi

# No kernel log: a /dev/kmsg that has nothing to say.
run 0 unshare -m sh -c 'mount --bind /dev/full /dev/kmsg && exec "$@"' sh "$thpstorm" run user.conf $short -o hidden
says 'kmsg +not active'
# The size of a huge page can't be read; then there are none at all.
sysfs=/sys/kernel/mm/transparent_hugepage
run 77 with $sysfs/hpage_pmd_size none "$thpstorm" run user.conf $short -o no_size
says 'not supported by this kernel'
run 77 unshare -m sh -c "mount -t tmpfs none $sysfs"' && exec "$@"' sh "$thpstorm" run user.conf $short -o no_thp
says 'not supported by this kernel'

# No io_uring: that group is left out and the verdict says so; with no faulter left nothing runs.
if [ -w /proc/sys/kernel/io_uring_disabled ]; then
	was=$(cat /proc/sys/kernel/io_uring_disabled)
	keep /proc/sys/kernel/io_uring_disabled $was
	echo 2 >/proc/sys/kernel/io_uring_disabled
	printf '[split_cold]\n[io]\nworker = fault_uring\ntarget = hot_tail\n' >uring.conf
	run 77 "$thpstorm" run uring.conf $short -o uring
	says '\[io\]: fault_uring needs io_uring'
	run 77 "$thpstorm" check uring.conf
	printf '[fault_fstat]\ntarget = hot_tail\nnap = 50us\n' >>uring.conf
	run 0 "$thpstorm" run uring.conf $short -o some
	says '^thpstorm .*: PASS, 1 of 3 groups skipped '
	says '^no harm in [0-9.]+m?s of storm: '
	says '  - group \[io\] was skipped: fault_uring needs io_uring'
	check "not in the notes" test "$(json '[n for n in r["notes"] if n.startswith("group [io] was skipped: ")] != []' some)" = True
	run 0 "$thpstorm" report some --format mail
	says '^thpstorm .*: PASS, 1 of 3 groups skipped: no harm in '
	says '  - group \[io\] was skipped: '
	run 0 "$thpstorm" report some --format ktap
	says '^# skipped +group \[io\] was skipped: '
	run 0 "$thpstorm" report some --format junit
	says 'group \[io\] was skipped: '
	echo "$was" >/proc/sys/kernel/io_uring_disabled
fi
finish
