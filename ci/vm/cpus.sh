#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# CPUs of a machine: one that is isolated from boot on is stormed where it is named, and one that goes
# offline while it is stormed is told of. Arguments: the program, the source directory.
. "$2/ci/smoke/lib.sh"
command -v qemu-system-x86_64 >/dev/null || skip "needs qemu-system-x86_64 (Debian: qemu-system-x86)"
"$source/ci/kernels/get" debian:6.12 >/dev/null 2>&1 || skip "debian:6.12 can't be had"

run 0 "$source/ci/vm/run" -q --kernel debian:6.12 --cpus 3 --nodes 1 --mem 512M --append isolcpus=1 \
	--offline 1 -o out -- run "$source/configs/null.conf" --cpus=1 -t 10s --quiet=200ms --arena=16M
says 'workers on CPUs 1, CPU 2 spare'
says 'CPU 1 left the run [0-9.]+m?s into the storm \(offline, or taken from its cpuset\)'
check "CPU 1 was not in the affinity mask" test "$(json 'json.load(open("out/host.json"))["topology"]["allowed"]' out)" = 0,2
finish
