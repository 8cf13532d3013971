#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Root that may not do what root does: as in a container (read-only /sys and /proc/sys, few
# capabilities), in a user namespace, without a kernel log. `check` and `run` agree.
. "$(dirname "$0")/lib.sh"
need_root
need_thp
unshare -m true 2>/dev/null || skip "no mount namespace can be made here"
storm_config config.conf
slow=/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs
[ -w $slow ] || skip "khugepaged can't be set here"
grep -q '\[never\]' /sys/kernel/mm/transparent_hugepage/enabled && skip "THP is off"

cat >container <<-E
	mount --bind /sys /sys && mount -o remount,bind,ro /sys || exit 99
	mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys || exit 99
	exec setpriv --bounding-set -all,+chown,+dac_override,+kill,+setgid,+setuid,+sys_chroot \
		--inh-caps -all "\$@"
E
before=$(cat $slow)
run 0 unshare -m sh container "$thpstorm" check config.conf
says "left as they are: .*scan_sleep_millisecs '$before'.*Read-only file system"
says "kernel log +not readable"
run 0 unshare -m sh container "$thpstorm" run config.conf $short -q -o ro
says "left as they are: .*scan_sleep_millisecs '$before'.*Read-only file system"
says "kernel log was not watched"
# What was named is an error, before anything is made.
run 2 unshare -m sh container "$thpstorm" check config.conf --khugepaged=off
says "cannot run: khugepaged: .*can.t be set to '3600000' here"
run 2 unshare -m sh container "$thpstorm" run config.conf $short -q -o named --khugepaged=off
says "khugepaged: $slow can't be set to '3600000' here \(it is '$before'\): Read-only file system; run it where that is not read-only, as it mostly is in a container, or take keep, or the word with try_"
one_line
check "no result of it" [ ! -e named ]
# The plan of a run that left knobs as they are repeats that run, and nothing in it is a comment.
run 0 unshare -m sh container "$thpstorm" run ro/plan.conf -q -o again
check "the plans differ: $(diff ro/plan.conf again/plan.conf)" cmp -s ro/plan.conf again/plan.conf
check "comments that look like settings: $(grep '^[;#].*=' ro/plan.conf)" test -z "$(grep '^[;#].*=' ro/plan.conf)"

# No state directory that could be written: as for the knobs.
run 0 env THPSTORM_STATE=/dev/null/state "$thpstorm" check config.conf
says "left as they are: .*scan_sleep_millisecs '$before'.*Not a directory"
run 0 env THPSTORM_STATE=/dev/null/state "$thpstorm" run config.conf $short -q -o stateless
says "left as they are: .*scan_sleep_millisecs '$before'.*Not a directory"
printf '[floor]\nworker = null\n' >floor.conf
run 0 env THPSTORM_STATE=/dev/null/state "$thpstorm" sweep floor.conf -v floor.threads=1,2 --duration=300ms \
	--warmup=0 --quiet=0 --arena=4M -o stateless.sweep
says '2 cells: 2 PASS'
check "khugepaged as it was" [ "$(cat $slow)" = "$before" ]

# Root of a user namespace.
if setpriv --reuid 12345 --regid 12345 --clear-groups unshare -Ur true 2>/dev/null; then
	mkdir user && chown 12345 user && chmod 755 .
	run 0 env -u THPSTORM_STATE HOME="$work/user" setpriv --reuid 12345 --regid 12345 \
		--clear-groups unshare -Ur "$thpstorm" run config.conf $short -q -o user/result
	says "left as they are: .*Permission denied"
fi

# Root of the machine, whose kernel log is something else.
run 0 unshare -m sh -c "mount --bind /dev/null /dev/kmsg && exec $thpstorm run config.conf $short -q -o log"
says "the kernel log was not watched: /dev/kmsg is not the kernel log here"
check "a note of it" [ "$(json '[n for n in r["notes"] if "kernel log was not watched" in n] != []' log)" = True ]
finish
