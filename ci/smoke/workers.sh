#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Each splitter really splits (by the kernel's counter, alone and in the storm), each faulter really
# faults (by evidence).
. "$2/ci/smoke/lib.sh"
need_root
need_thp

for splitter in split_cold split_pageout split_free split_dontneed; do
	cat >$splitter.conf <<-E
		[$splitter]
		[fault_read]
		threads = 2
		target = hot_tail
		nap = 50us
		[expose]
		folio_splits = 20
	E
	reaches $splitter.out "$thpstorm" run $splitter.conf $short || continue
	proof=$(json '[(g["proof_claimed"],g["proof_counted"]) for g in r["groups"] if g["name"]=="'$splitter'"][0]' $splitter.out)
	echo "$splitter alone, claimed and counted: $proof"
	check "$splitter alone split nothing: $proof" \
		python3 -c "a, b = $proof; import sys; sys.exit(not (a >= 8 and b * 2 >= a))"
done

for faulter in fault_read fault_write fault_fstat fault_uring fault_uring_wq fault_gup; do
	memory=
	case $faulter in
	fault_uring_wq) faults= ;; # in other threads
	fault_read | fault_write) faults='user_faults = 20' ;;
	fault_gup) # by get_user_pages in another process: perf sees none of these faults, getrusage(2) does
		faults='kernel_hot_tail_faults = 20'
		memory=--memory=memfd
		;;
	*) faults='kernel_faults = 20' ;;
	esac
	cat >$faulter.conf <<-E
		[split_cold]
		nice = 19
		[$faulter]
		threads = 4
		target = hot_tail
		nap = 50us
		[expose]
		folio_splits = 20
		$faults
	E
	reaches $faulter.out "$thpstorm" run $faulter.conf $short $memory || continue
	faults=$(json '[g["storm"]["faults"] for g in r["groups"] if g["name"]=="'$faulter'"][0]' $faulter.out)
	errors=$(json '[g["storm"]["errors"] for g in r["groups"] if g["name"]=="'$faulter'"][0]' $faulter.out)
	echo "$faulter: $faults faults by evidence, $errors errors"
	check "$faulter: errors" test "$errors" = 0
	case $faulter in
	fault_uring_wq) check "$faulter: faults can't be counted" test "$faults" = 0 ;;
	*) check "$faulter met $faults faults" test "$faults" -ge 20 ;;
	esac
done
# What a victim sees of private memory is not what is split: the faulter is left out.
run 77 "$thpstorm" run fault_gup.conf $short --memory=anon -q -o gup_anon
says 'fault_gup needs memory that another process goes on to share when it is made anew; memory = memfd is, memory = anon is not'

# Migration entries on one node: the kernel looked for pages to move, and moved some.
cat >compact.conf <<-E
	[split_cold]
	[fault_read]
	threads = 2
	nap = 50us
	[disturb_compact]
	process = own
	nap = 50ms
	[expose]
	pages_migrated = 1
E
if reaches compact "$thpstorm" run compact.conf $short; then
	counts=$(json '[(g["storm"]["errors"], g["effect"], r["vmstat"]["delta"]["compact_migrate_scanned"]) for g in r["groups"] if g["name"]=="disturb_compact"][0]' compact)
	echo "disturb_compact: errors, effect, pages looked at: $counts"
	check "disturb_compact: errors, effect, pages looked at: $counts" \
		python3 -c "e, w, n = $counts; import sys; sys.exit(not (e == 0 and w == 'compacted' and n > 0))"
fi

# What a round has only queued is no claim that the kernel did not keep: 64 huge pages, 30 calls.
cat >lazy.conf <<-E
	duration = 2s
	warmup = 100ms
	quiet = 0s
	arena = 128M
	[split_dontneed]
	nap = 60ms
	[fault_read]
	nap = 1ms
E
run 0 "$thpstorm" run lazy.conf -q -o lazy
finish
