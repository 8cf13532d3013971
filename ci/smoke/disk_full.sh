#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The disk fills up while the result is written: the run stops, the knobs are back, what was written
# stays readable, and the sentence says what happened.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
mkdir small
mount -t tmpfs -o size=192k none small 2>/dev/null || skip "cannot mount a small tmpfs"
trap 'umount "$work/small"; rm -rf "$work"' EXIT
sleepms=/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs
was=$(cat $sleepms)

began=$(date +%s)
run 2 "$thpstorm" run "$source/configs/tail_fault.conf" --duration=60s --quiet=100ms --interval=10ms \
	--arena=32M -o small/out
says 'No space left on device'
says 'small/out/'
check "the run went on although nothing could be written" test $(($(date +%s) - began)) -lt 50
check "knobs" test "$was" = "$(cat $sleepms)"
run 0 "$thpstorm" report small/out
check "the timeline is empty" test "$(wc -l <small/out/timeline.tsv)" -gt 10
finish
