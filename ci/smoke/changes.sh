#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Somebody else changes a setting while the run goes on: a warning says what and when, the verdict
# says when that is why nothing was split, and the setting stays as they want it.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
enabled=/sys/kernel/mm/transparent_hugepage/enabled
was=$(sed 's/.*\[\(.*\)\].*/\1/' $enabled)
[ -w $enabled ] || skip "$enabled can't be set here"
keep $enabled $was

# storm_and_set DIR OPTION...: `never` once the storm is on; ends it when the run has seen that.
storm_and_set() {
	dir=$1
	shift
	"$thpstorm" run config.conf $short --duration=1h -q -o "$dir" "$@" >out.txt 2>err.txt </dev/null &
	pid=$!
	await_storm "$dir"
	echo never >$enabled
	await "$dir/events.jsonl" '"kind":"knob_changed"' 60
	# Rounds later every slot came out small.
	until_holds 60 sh -c "tail -n 1 $dir/timeline.tsv | awk -F'\t' 'NR == 1 { exit \$6 != 0 }'"
	kill -TERM $pid
	wait $pid 2>/dev/null
}

storm_config config.conf
cat >>config.conf <<-E2
	[expose]
	folio_splits = 1000000000
E2
# Held by the run, or as the run found it.
for held in madvise always; do
	echo $held >$enabled
	storm_and_set $held --thp_enabled=$held
	says "$enabled was changed by somebody else \\(from '$held' to 'never'\\), seen [0-9.]+m?s into the storm"
	check "enabled stays as it was set" grep -q '\[never\]' $enabled
done
echo madvise >$enabled
storm_and_set set --thp_enabled=always
says "$enabled was changed by somebody else \\(from 'always' to 'never'\\), seen [0-9.]+m?s into the storm"
says "$enabled was changed by somebody else during the run \\(from 'always' to 'never'\\): left"
check "the record has it" test "$(json 'r["event_counts"]["knob_changed"]' set)" = 1
finish
