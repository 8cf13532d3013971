#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Huge pages smaller than a PMD: made, split and counted by the kernel at their own size, and at no other;
# sizes that can't be had are refused or skipped with what there is.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
sysfs=/sys/kernel/mm/transparent_hugepage

sizes() {
	cat $sysfs/hugepages-*kB/enabled 2>/dev/null
}

storm_config sizes.conf 2
cat >>sizes.conf <<-E
	[expose]
	folio_splits = 20
	kernel_hot_tail_faults = 1
E
run 2 "$thpstorm" run sizes.conf --thp_size=48K
says 'thp_size = 48K: must be a power of two above the base page'
run 77 "$thpstorm" run sizes.conf --thp_size=64M
says 'thp_size = 64M: this kernel (offers|has huge pages of 2M only)'
run 2 "$thpstorm" run sizes.conf --thp_size=64Q
one_line && says "thp_size = 64Q: must be a size from 0 to 1T, like 2M"

[ -w $sysfs/hugepages-64kB/enabled ] || {
	run 77 "$thpstorm" run sizes.conf --thp_size=64K
	says 'thp_size = 64K: this kernel (offers|has huge pages of)'
	[ "$failures" = 0 ] && skip "this kernel has no huge pages of 64 KiB"
	finish
}
before=$(sizes)
for splitter in split_cold split_pageout split_free split_dontneed; do
	splits=$(cat $sysfs/hugepages-64kB/stats/split)
	pmd=$(sed -n 's/^thp_split_page //p' /proc/vmstat)
	reaches $splitter "$thpstorm" run sizes.conf $short --thp_size=64K --splitter.worker=$splitter || continue
	counted=$(json 'r["exposures"]["folio_splits"]["reached"]' $splitter)
	claimed=$(json 'sum(g["storm"]["claimed"] for g in r["groups"])' $splitter)
	splits=$(($(cat $sysfs/hugepages-64kB/stats/split) - splits))
	pmd=$(($(sed -n 's/^thp_split_page //p' /proc/vmstat) - pmd))
	echo "$splitter, 64K: claimed $claimed, counted $counted in the storm, $splits in the whole run; PMD-sized $pmd"
	check "$splitter: $counted splits in the storm, the kernel counted $splits" \
		test "$counted" -ge 20 -a "$counted" -le "$splits"
	check "$splitter: $pmd huge pages of a PMD's size were split" test "$pmd" -lt 20
	check "$splitter: slots of $(json 'r["slot_bytes"]' $splitter) bytes" test "$(json 'r["slot_bytes"]' $splitter)" = 65536
done
check "the sizes are not as before: $(sizes)" test "$(sizes)" = "$before"

# An axis like any other; a size that is not there is a SKIP among the cells.
run 0 "$thpstorm" sweep sizes.conf -v thp_size=64K,2M,64M $short --sweep.repeats=1 -o sweep -q
check "verdicts: $(cut -f 4 sweep/cells.tsv | sort | tr '\n' ' ')" \
	test "$(cut -f 4 sweep/cells.tsv | sort | tr '\n' ' ')" = "PASS PASS SKIP verdict "
finish
