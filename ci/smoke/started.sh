#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What whoever starts thpstorm hands down to it: no huge pages (PR_SET_THP_DISABLE, as language
# runtimes, containers' shims and MemoryTHP= of systemd set it), fewer CPUs than there are.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
command -v python3 >/dev/null || skip "needs python3"
storm_config config.conf
printf '[expose]\nfolio_splits = 1\n' >>config.conf

# without VALUE FLAGS COMMAND...: started by a process that has disabled huge pages for itself.
cat >without.py <<-E2
	import ctypes, os, sys
	if ctypes.CDLL(None).prctl(41, int(sys.argv[1]), int(sys.argv[2]), 0, 0):
	    sys.exit(99)
	os.execvp(sys.argv[3], sys.argv[3:])
E2
without() {
	python3 without.py "$@"
}

# `check` says it and changes nothing; a run enables them for its storm, with a warning.
run 0 without 1 0 "$thpstorm" check config.conf
says 'disabled for this process by whoever started it \(PR_SET_THP_DISABLE\): a run enables them for its storm'
run 0 without 1 0 "$thpstorm" run config.conf $short -q -o off
says '^thpstorm .*: PASS'
says 'huge pages were disabled for this process by whoever started it \(PR_SET_THP_DISABLE\): enabled for the storm'
check "huge pages made" test "$(json 'sum(n["slots"] for n in r["memory_nodes"]) + sum(g["quiet"]["made_small"] for g in r["groups"])' off)" = 16
check "none came out huge" test "$(json 'r["groups"][0]["storm"]["made_huge"] > 0' off)" = True

# It may not: a SKIP that says so, of `check` as well.
run 77 without 1 0 env THPSTORM_BREAK=prctl_refused LD_PRELOAD="$faults" "$thpstorm" check config.conf
says 'disabled for this process by whoever started it \(PR_SET_THP_DISABLE\), and it may not enable them: Operation not permitted'
run 77 without 1 0 env THPSTORM_BREAK=prctl_refused LD_PRELOAD="$faults" "$thpstorm" run config.conf $short -q -o denied
says 'SKIP.*disabled for this process by whoever started it .* may not enable them: Operation not permitted'

# 6.18+: but for memory that asks by madvise(2), as the arena does.
if without 1 2 true; then
	run 0 without 1 2 "$thpstorm" check config.conf
	says 'disabled for this process except by madvise\(2\)'
	run 0 without 1 2 env THPSTORM_BREAK=prctl_refused LD_PRELOAD="$faults" "$thpstorm" run config.conf $short -q -o advised
	says '^thpstorm .*: PASS'
fi

# Fewer CPUs: `check` names the others, and they are used when they are named.
printf '[null]\n' >null.conf
set -- $(python3 -c 'import os; print(*sorted(os.sched_getaffinity(0))[:2])')
[ $# -eq 2 ] || finish
run 0 taskset -c $1 "$thpstorm" check null.conf
says "CPUs +$1 allowed, workers on $1;? .*only if named \\(--cpus\\): $2"
run 0 taskset -c $1 "$thpstorm" run null.conf $short --cpus=$2 -q -o beyond
says "workers on CPUs $2,"
says "null: null, 1 thread on CPUs? $2"
run 0 taskset -c $1 "$thpstorm" run null.conf $short -q -o within
says "workers on CPUs $1,"
run 2 taskset -c $1 "$thpstorm" run null.conf $short --cpus=1000 -q -o never
says 'cpus = 1000: this process may run only on CPUs [0-9,-]+ .*`taskset -c 1000` is refused as well'
one_line
unshare -m true 2>/dev/null || finish
printf '%s\n' $2 >fake
run 0 unshare -m sh -c 'mount --bind fake /sys/devices/system/cpu/isolated && exec "$@"' sh "$thpstorm" check null.conf
says "CPUs .*; isolated: $2"
finish
