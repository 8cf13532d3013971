#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Three answers of ci/vm/run --bisect, and git itself: eight commits, each naming the kernel that it
# stands for, the mistake comes with the sixth, the fourth does not boot.
# Arguments: the program, the source directory.
. "$2/ci/smoke/lib.sh"
vm=$source/ci/vm/run
export THPSTORM_CACHE=${THPSTORM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/thpstorm}
command -v qemu-system-x86_64 >/dev/null || skip "needs qemu-system-x86_64 (Debian: qemu-system-x86)"
image=$("$source/ci/kernels/build" known-bad:6.12 2>err.txt) || skip "$(tail -n 1 err.txt)"

git init -q tree && cd tree || exit 1
git config user.name thpstorm && git config user.email thpstorm@localhost
for commit in 1 2 3 4 5 6 7 8; do
	case $commit in
	4) echo "thpmutant=0 init=/nothing rdinit=/nothing" ;;
	[678]) echo "thpmutant=1 commit=$commit" ;;
	*) echo "thpmutant=0 commit=$commit" ;;
	esac >append
	git add append && git commit -q -m "commit $commit" && git tag "c$commit"
done
cat >../try <<EOF
#!/bin/sh
exec "$vm" -q --bisect --hit-rate 60 --confidence 60 --kernel "$image" \
	--append "preempt=full \$(cat append)" -o "$work/runs/\$(git rev-parse --short HEAD)" --timeout 40s -- \
	run configs/tail_move.conf -t 4s --watchdog_thresh=3
EOF
chmod +x ../try
git bisect start c8 c1 >/dev/null
git bisect run ../try >../out.txt 2>../err.txt </dev/null
check "git did not find the commit" test "$(git rev-parse refs/bisect/bad)" = "$(git rev-parse c6)"
cd "$work" || exit 1
says 'good: hits 0 of' && says 'bad: hits 1 of 1, 60 % interval'
check "the commit that does not boot was not passed over" \
	sh -c 'git -C tree bisect log | grep -q "skip.*commit 4"'

# A measured hit rate: two runs although the first one hits.
run 1 "$vm" -q --bisect --runs 2 --kernel "$image" --append "preempt=full thpmutant=1" -o rate -- \
	run configs/tail_move.conf -t 3s
says 'bad: hits 2 of 2, 95 % interval 15.8 to 100.0 %'
run 125 "$vm" -q --bisect --kernel "$image" --append "preempt=full" --nodes 1 -o none -- \
	run configs/tail_move.conf -t 1s
says "can't tell: hits 0 of 0.*3 runs said nothing"
finish
