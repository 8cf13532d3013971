#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A terminal that takes nothing (Ctrl-S, a session that nobody reads) holds up the report and nothing else:
# the storm ends, its result is whole and the knobs are back before anybody reads a line.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
command -v python3 >/dev/null || skip "needs python3"
KNOB=/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs
WANTED=$(cat $KNOB)
export KNOB WANTED
storm_config storm.conf
run 0 python3 "$source/ci/smoke/terminal.py" out/result.json "$thpstorm" run storm.conf $short -o out
says 'the knobs are back, ended: None'
says 'PASS'
run 0 python3 "$source/ci/smoke/terminal.py" sweep/cells.tsv "$thpstorm" sweep storm.conf $short -v tails.threads=1,2 -o sweep
says 'the knobs are back, ended: None'
says '2 cells: 2 PASS'
finish
