#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A worker, a kind of memory, a witness and a detector are one file and one word in stress/CMakeLists.txt.
# Counts the other source files that know one by its symbol or by its name in quotes, and holds the count:
# known elsewhere are only those listed below, each with its reason, and none is listed in vain.
set -eu
cd "$1"
bad=0
listed='
worker null stress/run/loop.c: the floor of each run is a null step
worker null stress/workers/worker.c: the role of what proves nothing
worker null bench/plot/cdf.c: that role
worker null bench/schema/schema.c: the JSON type
worker null bench/result/check.c: the JSON type
memory anon stress/memory/memory.h: the default
memory anon stress/memory/memory.c: the default
memory anon bench/words/option_table.c: the default
memory shmem bench/report/facts.c: the key of the shmem_enabled knob in host.json
memory shmem bench/result/json_host.c: the same
detector witness bench/words/option_table.c: the option of that name
detector witness bench/report/worth.c: the same
detector kmsg stress/run/notes.c: where no kernel log can be read a warning says so
detector kmsg bench/report/watch.c: it looks, and has no time to be late by
detector heartbeat stress/run/watch.c: its late beats are streamed
detector heartbeat stress/run/phases.c: the rescue asks it how late a CPU is
detector heartbeat stress/run/standstill_watch.c: what stopped it stopped the machine
detector heartbeat stress/run/collect.c: the CPU time of its threads is that of the observer
detector heartbeat bench/report/watch.c: its worst sample is a lateness
detector heartbeat bench/plot/time.c: the data block of the plot
detector progress stress/run/collect.c: it keeps the oldest operation in flight
detector progress bench/report/watch.c: its worst sample is an age
detector taint bench/report/facts.c: the beginning of event names
detector taint bench/report/opening.c: the same
'

# words LIST: what stress/CMakeLists.txt has in set(LIST ...).
words() {
	tr '\n\t' '  ' <stress/CMakeLists.txt | sed -n "s/.*set($1 \([^)]*\)).*/\1/p"
}

met=
for kind in worker:WORKERS memory:MEMORIES witness:WITNESSES detector:DETECTORS; do
	list=${kind#*:} kind=${kind%:*}
	all=$(words "$list")
	[ -n "$all" ] || {
		echo "stress/CMakeLists.txt has no set($list ...)"
		bad=1
	}
	for word in $all; do
		for file in $(grep -rlE "\b${kind}_$word\b|\"$word\"" stress bench --include='*.[ch]' |
			grep -vE "/$word\.[ch]$"); do
			met="$met$kind $word $file:
"
			echo "$listed" | grep -q "^$kind $word $file: " || {
				echo "$file knows the $kind $word: one more place that an addition touches"
				bad=1
			}
		done
	done
done
echo "$listed" | {
	vain=0
	while IFS= read -r line; do
		[ -z "$line" ] || echo "$met" | grep -qx "${line%%: *}:" || {
			echo "listed in vain: $line"
			vain=1
		}
	done
	exit $vain
} || bad=1
exit $bad
