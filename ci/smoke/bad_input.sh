#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Bad input gets one clear sentence that names the thing, the place and the remedy, and exit code 2.
. "$2/ci/smoke/lib.sh"

# bad PATTERN COMMAND...
bad() {
	pattern=$1
	shift
	run 2 "$@" || return
	says "$pattern"
	one_line
}

printf '[tails]\nworker = fault_fstat\ntreads = 3\n' >typo.conf
bad "typo.conf:3: .*treads.*did you mean 'threads'" "$thpstorm" run typo.conf
printf 'duration = -5s\n[null]\n' >negative.conf
bad 'negative.conf:1: .*duration' "$thpstorm" run negative.conf
printf '[tails]\nworker = fault_fstt\n' >worker.conf
bad "fault_fstt.*fault_fstat" "$thpstorm" run worker.conf
printf '[null]\nthreads = 9999\n' >threads.conf
bad 'threads.conf:2: .*9999.*1 to 256' "$thpstorm" run threads.conf
printf '[a]\nworker = null\nthreads = 200\n[b]\nworker = null\nthreads = 200\n' >many.conf
bad '400 threads.*256' "$thpstorm" run many.conf
for i in $(seq 40); do printf '[g%d]\nworker = null\n' "$i"; done >forty.conf
run 0 "$thpstorm" check forty.conf
seq -s , 0 2 1022 | sed 's/^/[null]\ncpus = /' >long.conf
bad 'long.conf:2: cpus = 0,2,.*\.\.\.: must be at most 1023 characters long' "$thpstorm" run long.conf
printf 'what is this\n' >junk.conf
bad 'junk.conf:1: ' "$thpstorm" run junk.conf
bad 'missing.conf' "$thpstorm" run ./missing.conf
bad "there is no file 'tail_falt' and no config of that name .*did you mean 'tail_fault'" "$thpstorm" run tail_falt
bad "$work" "$thpstorm" run "$work"
bad 'configs/tail_fault.conf' "$thpstorm" run
bad 'arena = 921600M: .* are free, of which .* are kept for the machine; use --arena=[0-9]+M or less' "$thpstorm" run "$source/configs/null.conf" --arena=900G -o big
bad 'cpus = 4000: .*numbers from 0 to 1023' "$thpstorm" run "$source/configs/null.conf" --cpus=4000 -o cpus
bad 'memory_max = 64M: the storm needs .*M and would be killed; use --swap=' "$thpstorm" run "$source/configs/null.conf" --memory_max=64M -o limit
bad 'durration.*duration' "$thpstorm" run "$source/configs/null.conf" --durration=2s
bad 'cpus = 1000: this process may run only on CPUs .*taskset -c 1000. is refused as well' "$thpstorm" run "$source/configs/null.conf" --cpus=1000 -o cpus2
bad "axis 'floor.threads' is given twice" "$thpstorm" sweep "$source/configs/null.conf" -v floor.threads=1 -v floor.threads=2 -n
bad '--duration conflicts with the axis of that name' "$thpstorm" sweep "$source/configs/null.conf" -v duration=1s,2s -t 5s -n
bad '--accept kernel,hope: must be one or more of binary,kernel,machine,config' "$thpstorm" sweep --resume "$work" --accept kernel,hope
bad '--accept config: must be one or more of binary,kernel,machine' "$thpstorm" merge out "$work" "$work" --accept config
bad 'nosuch' "$thpstorm" nosuch
bad 'nowhere' "$thpstorm" report nowhere
mkdir empty
bad 'empty' "$thpstorm" report empty
bad '--format must be table, mail, json, tsv, ktap or junit' "$thpstorm" report empty --format xml
: >file
bad 'file' "$thpstorm" run "$source/configs/null.conf" $short -o file/below
bad "null.conf|more than one|one config" "$thpstorm" run "$source/configs/null.conf" "$source/configs/null.conf"
bad "must be workers, memory, witnesses, detectors, options" "$thpstorm" list many
# All of a config's mistakes at once, and no more than can be read.
printf '[tails]\nworker = fault_fstat\ntreads = 3\nnice = 77\njunk\n' >three.conf
for command in run check sweep; do
	run 2 "$thpstorm" $command three.conf
	check "$command: not each line is told: $(cat err.txt)" \
		test "$(cut -d: -f2,3 err.txt | tr -d ' ' | tr '\n' ,)" = three.conf:3,three.conf:4,three.conf:5,
done
{ echo '[null]' && seq 30; } >thirty.conf
run 2 "$thpstorm" run thirty.conf && says '^thpstorm: .*thirty.conf: 10 more mistakes$'
check "$(wc -l <err.txt) lines" test "$(wc -l <err.txt)" = 21
# What is empty is mostly a variable that is not set.
bad "the word after '-o' is empty" "$thpstorm" run null -o ""
bad "the word after '-t' is empty" "$thpstorm" run null -t ""
for command in run check sweep report plot bundle merge compare list; do
	bad "the word after '$command' is empty" "$thpstorm" $command ""
done
bad "the word after '-o' is empty" "$thpstorm" plot empty cdf -o ""
bad "the word after '-o' is empty" "$thpstorm" bundle empty -o ""
bad "the word after '-x' is empty" "$thpstorm" sweep null -x ""
bad "the word after '-v' is empty" "$thpstorm" sweep null -v ""
bad "\-\-resume needs a value" "$thpstorm" sweep --resume ""
run 0 "$thpstorm" run null --cpus "" -n
bad "THPSTORM_SHARE=/nonexist holds no directory configs; set it to the one that does, or unset it" \
	env THPSTORM_SHARE=/nonexist "$thpstorm" run null -n
bad "THPSTORM_SHARE=/nonexist holds no directory configs" env THPSTORM_SHARE=/nonexist "$thpstorm" list configs
run 0 env THPSTORM_SHARE= "$thpstorm" run null -n
run 0 env THPSTORM_SHARE="$source" "$thpstorm" run null -n
mkdir here && bad 'here is a directory: name a config file in it' "$thpstorm" run here
# What check says of a storm that does nothing, the run says too.
printf 'quiet = 0\n[tails]\nworker = fault_read\ntarget = hot_tail\n' >vain.conf
run 2 "$thpstorm" check vain.conf && says 'cannot run: \[tails\] aims at .* use --tails.target=random'
bad '\[tails\] aims at what is being split' "$thpstorm" run vain.conf -o vain
run 0 "$thpstorm" check vain.conf --tails.target=random -t 200ms && says 'warnings +a storm of less than 1s' &&
	says 'no group splits or moves huge pages' && says 'declares nothing: a PASS may mean'
run 0 "$thpstorm" check "$source/configs/tail_fault.conf" && check "a warning" sh -c '! grep -q ^warnings out.txt'
# The first word.
bad "unknown option '--helpp' before the command; did you mean '--help'" "$thpstorm" --helpp
bad "unknown option '--versoin' before the command; did you mean '--version'" "$thpstorm" --versoin
bad "unknown option '--duration=2s' before the command; see thpstorm --help" "$thpstorm" --duration=2s run null
bad "unknown command 'halp'; did you mean 'help'" "$thpstorm" halp
bad "unknown command 'runn'; did you mean 'run'" "$thpstorm" help runn
bad "help takes one command, not 'sweep' as well" "$thpstorm" help run sweep
bad "version takes no arguments, not 'run' as well" "$thpstorm" version run
bad "unknown option '--helpp'; did you mean '--help'" "$thpstorm" run --helpp null
for words in "help help" "help --help" "--help help" help; do
	run 0 "$thpstorm" $words && says '^  thpstorm run ' && says 'Exit codes'
done
run 0 "$thpstorm" version && says '^thpstorm [0-9]+\.[0-9.]+$'
cp out.txt version.txt
run 0 "$thpstorm" --version && check "--version says another" cmp -s out.txt version.txt

# A SKIP leaves a result as well, and names it.
printf '[null]\n[expose]\nkernel_faults = 1\n' >skip.conf
run 77 "$thpstorm" run skip.conf $short -o "skipped here" && says '^SKIP: kernel_faults cannot be' &&
	says '^result +skipped here$'
run 77 "$thpstorm" run skip.conf $short -q && says '^result +results/[0-9]+-[0-9]+-skip'
check "nothing is at $(sed -n 's/^result *//p' out.txt)" test -s "$(sed -n 's/^result *//p' out.txt)/result.json"
# What the README tells people to write is accepted.
sed -n '/^```ini$/,/^```$/p' "$source/README.md" | grep -v '^```' >readme.conf
check "the README has no config" test -s readme.conf
run 0 "$thpstorm" run readme.conf -n
finish
