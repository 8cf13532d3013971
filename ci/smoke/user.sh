#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A storm of an ordinary user: huge pages are split, faults in user mode are counted where perf allows it,
# no knob is touched, and the report says what root would have besides. Root plays nobody.
. "$2/ci/smoke/lib.sh"
enabled=/sys/kernel/mm/transparent_hugepage/enabled
[ -r $enabled ] || skip "this kernel has no transparent huge pages"
grep -q '\[never\]' $enabled && skip "transparent huge pages are switched off"
chmod 755 "$work"
mkdir -m 777 user
cp "$thpstorm" thpstorm
as=
[ "$(id -u)" != 0 ] || as="setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all"
knobs() {
	grep -H . /sys/kernel/mm/transparent_hugepage/enabled /sys/kernel/mm/transparent_hugepage/khugepaged/* \
		/proc/sys/vm/* /proc/sys/kernel/*watchdog* /proc/sys/kernel/numa_balancing 2>/dev/null |
		grep -v 'khugepaged/\(pages_collapsed\|full_scans\)\|/stat_refresh'
}

# Nothing of one's own is left; what root's run left, root puts back.
run 0 $as env -u THPSTORM_STATE HOME="$work/user" XDG_STATE_HOME="$work/user/xdg" "$work/thpstorm" restore
says 'nothing to restore'
cat >user.conf <<-E
	[splitter]
	worker = split_cold
	[tails]
	worker = fault_read
	threads = 2
	target = hot_tail
	nap = 50us
	[expose]
	folio_splits = 10
E
faults=0
if [ "$(cat /proc/sys/kernel/perf_event_paranoid)" -le 2 ]; then
	echo 'user_hot_tail_faults = 10' >>user.conf
	faults=10
fi
before=$(knobs)
reaches user/out $as env THPSTORM_STATE="$work/user/state" "$work/thpstorm" run user.conf $short || finish
says '^thpstorm .*PASS'
says 'left as they are: .*Permission denied'
says 'to have these settings changed for the run: run it as root \(sudo\)'
says 'the watch has no real-time priority: run it as root'
split=$(json 'r["exposures"]["folio_splits"]["reached"]' user/out)
met=$(json 'r["exposures"]["user_hot_tail_faults"]["reached"]' user/out)
echo "$split folio splits, $met faults of user mode on their tails"
check "$split folio splits" test "$split" -ge 10
# Where nobody may count them (perf_event_paranoid) there is no number.
[ $faults = 0 ] || check "$met faults counted" test "$met" -ge $faults
check "a knob was changed" test "$before" = "$(knobs)"
finish
