#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Whatever ends programs in the field ends a run in order: the knobs are back, the result is whole and
# names the signal, and the run ends by it, so that a loop around it ends too.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
sleepms=/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs
was=$(cat $sleepms)
storm_config storm.conf
long="--duration=100s --warmup=0 --quiet=0 --arena=4M"

# begin DIR COMMAND...: starts it in the background and waits until its storm rages.
begin() {
	dir=$1
	shift
	"$@" >out.txt 2>err.txt &
	pid=$!
	await_storm "$dir"
}

# ended CODE DIR SIGNAL: the code of the run, its result, the knob.
ended() {
	wait $pid
	code=$?
	check "exit code $code after $3, wanted $1" test $code = "$1"
	check "the result after $3" test "$(json 'r["complete"], r["interrupted_by"]' "$2")" = "(True, '$3')"
	check "the report after $3" grep -q "interrupted by $3" out.txt
	check "knobs after $3" test "$was" = "$(cat $sleepms)"
}

for s in USR1=138 ALRM=142 XCPU=152 PIPE=141; do
	code=${s#*=}
	s=${s%=*}
	begin $s "$thpstorm" run storm.conf $long -q -o $s
	kill -$s $pid
	ended $code $s SIG$s
done

# To all processes of the job at once; setsid gives it a group of its own.
begin group setsid "$thpstorm" run storm.conf $long -q -o group
kill -TERM -$pid
ended 143 group SIGTERM

# nohup: the session ends, the storm does not.
begin nohup nohup "$thpstorm" run storm.conf $long -q -o nohup
kill -HUP $pid
kill -INT $pid # ignored as well: of a shell's background job
kill -USR2 $pid
ended 140 nohup SIGUSR2

# The reader of both outputs leaves after a line: the run goes on to its end.
"$thpstorm" run storm.conf $short --detectors=none -o unread 2>&1 | true
until_holds 60 test -s unread/result.json
check "the result of a run that nobody reads" test "$(json 'r["verdict"], r["interrupted_by"]' unread)" = "('PASS', None)"
# A reader that is gone before the first byte, for a report that is longer than what standard output holds back.
unread() {
	python3 - "$@" <<-'P'
		import os, subprocess, sys
		reader, writer = os.pipe()
		os.close(reader)
		sys.exit(subprocess.call(sys.argv[1:], stdout=writer))
	P
}
run 0 unread "$thpstorm" run storm.conf $short -q -o unread2
run 0 unread sh -c "trap '' PIPE; exec '$thpstorm' report unread --format=json"
run 0 sh -c "exec '$thpstorm' run storm.conf $short -q -o closed >&- 2>&-"
check "the result of a run without outputs" test "$(json 'r["verdict"]' closed)" = PASS

# Files of more than 4 KiB can't be written: the sentence names the first of them.
run 2 sh -c "ulimit -f 8; exec '$thpstorm' run storm.conf $short -q -o large"
says 'cannot write large/[a-z.]*: File too large'
check "knobs after RLIMIT_FSIZE" test "$was" = "$(cat $sleepms)"

# A sweep passes the signal on to its cell, and ends by it.
"$thpstorm" sweep storm.conf -v tails.threads=1,2 $long -q -o sweep >out.txt 2>err.txt &
pid=$!
until_holds 60 sh -c 'grep -q "\"text\":\"storm\"" sweep/cells/*/events.jsonl'
kill -USR1 $pid
wait $pid
code=$?
check "exit code $code of a sweep after USR1" test $code = 138
check "the cell's signal" test "$(json 'r["interrupted_by"]' "$(echo sweep/cells/*)")" = SIGUSR1
check "the line that resumes it" grep -q 'go on with `thpstorm sweep --resume sweep`' out.txt
check "knobs after the sweep" test "$was" = "$(cat $sleepms)"
finish
