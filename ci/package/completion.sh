#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What bash completes: sourced as an interactive one does, and the lines given as it cuts them (at '=' too).
#	completion.sh THPSTORM SOURCE
. "$2/ci/smoke/lib.sh"
PATH=${thpstorm%/*}:$PATH
compopt() { :; }
. "$source/bench/completion/thpstorm.bash"
cp "$source/configs/tail_fault.conf" here.conf
mkdir results

# completes "CANDIDATE..." WORD...: to just these, in any order.
completes() {
	local wanted=$1
	shift
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	_thpstorm
	check "'$*' completes to '${COMPREPLY[*]}' and not to '$wanted'" test \
		"$(printf '%s\n' "${COMPREPLY[@]}" | sed 's/ *$//' | sort)" = "$(printf '%s\n' $wanted | sort)"
}

# has CANDIDATE WORD...: this among others.
has() {
	local wanted=$1
	shift
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	_thpstorm
	check "'$*' completes to '${COMPREPLY[*]}', without '$wanted'" \
		grep -qxF -- "$wanted" <(printf '%s\n' "${COMPREPLY[@]}")
}

completes "$("$thpstorm" list commands) help --help --version" thpstorm ''
completes sweep thpstorm sw
completes "$("$thpstorm" list commands)" thpstorm help ''
completes "workers memory witnesses detectors options configs keys commands plots" thpstorm list ''
completes "$("$thpstorm" list plots) results" thpstorm plot ''
completes results thpstorm report ''
completes "" thpstorm restore ''

# Configs: those that are installed, and files.
completes "tail_fault tail_move" thpstorm run tail
completes here.conf thpstorm check he
completes results thpstorm sweep --resume ''

# Keys, each group's with the groups of the config that is named.
completes --heartbeat_period= thpstorm run --heartb
completes --tails.worker= thpstorm run tail_fault --tails.w
completes --splitter.worker= thpstorm run here.conf --splitter.w
completes --mover.threads= thpstorm sweep numa_sweep --mover.th
completes --sweep.repeats= thpstorm sweep null --sweep.r
completes "" thpstorm run null --sweep.r
has splitter.nice= thpstorm sweep tail_fault -v spl
for key in $("$thpstorm" list keys | cut -f1 | grep -v GROUP); do
	has "$key=" thpstorm sweep null "$key"
done

# Values, however the line is cut.
completes "rescue leave panic" thpstorm run --on_lockup =
completes rescue thpstorm run --on_lockup = re
completes --on_lockup=rescue thpstorm run --on_lockup=re
completes "yes no" thpstorm run --verify = ''
completes "$("$thpstorm" list workers | awk '/^fault_/ { print $1 }')" thpstorm run tail_fault --tails.worker = fault_
completes kmsg thpstorm run --detectors = k
completes "" thpstorm run --duration = ''

# Options of the commands themselves.
completes "-o --keep-names" thpstorm bundle -
completes "--resume" thpstorm sweep --res
completes "table mail json tsv ktap junit" thpstorm report --format ''
completes "table tsv" thpstorm compare --format = ''
completes "ascii pdf png svg" thpstorm plot --format ''
completes "binary kernel machine" thpstorm merge --accept ''
completes "p50= p90= p99= p99.9= p99.99=" thpstorm compare --fail-above p
finish
