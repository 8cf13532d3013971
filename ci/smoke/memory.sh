#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Each kind of memory: a run sets its THP knob and puts it back, its slots become huge and are split.
# What can't split a kind is refused before the storm.
. "$2/ci/smoke/lib.sh"
need_root
need_thp

knobs() {
	grep . /sys/kernel/mm/transparent_hugepage/*enabled /sys/kernel/mm/transparent_hugepage/hugepages-*/*enabled
}

storm_config storm.conf
printf '[expose]\nfolio_splits = 20\nkernel_hot_tail_faults = 20\n' >>storm.conf
knobs >before.txt
for memory in $("$thpstorm" list memory | awk '{ print $1 }'); do
	reaches "$memory" "$thpstorm" run storm.conf $short --memory="$memory" || continue
	made=$(json '[(g["quiet"]["made_huge"] + g["storm"]["made_huge"], g["proof_claimed"], g["proof_counted"]) for g in r["groups"] if g["name"]=="splitter"][0]' "$memory")
	echo "$memory: made huge, claimed and counted alone: $made"
	check "$memory: made huge, claimed and counted alone: $made" \
		python3 -c "huge, a, b = $made; import sys; sys.exit(not (huge and a >= 8 and b * 2 >= a))"
	knobs >after.txt
	check "$memory: the knobs are not back" cmp -s before.txt after.txt
done

for splitter in split_free split_dontneed; do
	run 77 "$thpstorm" run storm.conf $short --memory=shmem --splitter.worker=$splitter -o refused-$splitter
	check "shmem with $splitter is refused by one sentence" \
		grep -q "$splitter splits private anonymous memory only, not memory = shmem" out.txt err.txt
done
finish
