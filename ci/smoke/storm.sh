#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A short tail_fault: it passes, the kernel counted the splits, the result is whole, knobs are back.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
before=$(cat /sys/kernel/mm/transparent_hugepage/enabled /proc/sys/vm/min_free_kbytes \
	/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs)
splits=$(sed -n 's/^thp_split_page //p' /proc/vmstat)

reaches out "$thpstorm" run "$source/configs/tail_fault.conf" $short --expose.folio_splits=20 \
	--expose.kernel_hot_tail_faults=20 || finish
says '^thpstorm .*PASS'
says 'repeat: thpstorm run .*plan.conf'
check "a line of the report is longer than 76 columns" test -z "$(grep -E '.{77}' out.txt)"
check "the report is ASCII" test -z "$(LC_ALL=C grep -n '[^ -~]' out.txt)"

now=$(sed -n 's/^thp_split_page //p' /proc/vmstat)
counted=$(json 'r["vmstat"]["delta"]["thp_split_page"]' out)
check "splits: $counted in the result, $((now - splits)) in vmstat" test "$counted" -gt 20
check "splits: $counted in the result, $((now - splits)) in vmstat" test "$counted" -le $((now - splits))
in_manual out plan.conf host.json events.jsonl timeline.tsv heartbeat.tsv kernel.log result.json 'hist/*.hgrm'
check "the knobs are not back" test "$before" = "$(cat /sys/kernel/mm/transparent_hugepage/enabled \
	/proc/sys/vm/min_free_kbytes \
	/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs)"

# The report again, in each format; the plan repeats.
run 0 "$thpstorm" report out --format mail
check "a line of the mail is longer than 72 columns" python3 "$source/ci/report/mail.py" out.txt
run 0 "$thpstorm" report out --format json
check "json does not parse" python3 -c 'import json; json.load(open("out.txt"))'
run 0 "$thpstorm" run out/plan.conf -n
grep -v '^#' out.txt >again.txt
grep -v '^#' out/plan.conf >first.txt
check "the plan does not repeat itself" cmp -s first.txt again.txt

# The same directory again is refused.
run 2 "$thpstorm" run "$source/configs/null.conf" $short -o out
one_line
finish
