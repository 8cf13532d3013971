#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is installed works where it is installed: by cmake --install, from the .deb and from the .tar.xz, each
# in an empty root. The man page and the completion know what the program knows.
#	test.sh THPSTORM SOURCE BUILD
. "$2/ci/smoke/lib.sh"
build=$3

# works ROOT: the program below it, its configs, scripts and pages.
works() {
	program=$1/usr/bin/thpstorm
	run 0 "$program" --version
	"$program" check >out.txt 2>err.txt
	check "$1: check ended with $?" test -s out.txt
	run 0 "$program" run "$1/usr/share/thpstorm/configs/null.conf" -t 200ms --warmup=0 --quiet=100ms \
		--arena=4M -o "${1##*/}.out" -q
	if command -v gnuplot >/dev/null; then
		run 0 env THPSTORM_PLOTS=/nowhere "$program" plot "${1##*/}.out" time
	fi
	for file in man/man8/thpstorm.8 bash-completion/completions/thpstorm thpstorm/thpstorm.schema.json; do
		ls "$1/usr/share/$file"* >/dev/null 2>&1
		check "$1: no $file" test $? = 0
	done
	check "$1: no unit" test -s "$1/usr/lib/systemd/system/thpstorm-sweep@.service"
}

run 0 env DESTDIR="$work/installed" cmake --install "$build" --prefix /usr
works "$work/installed"

run 0 cpack --config "$build/CPackConfig.cmake" -G "DEB;TXZ" -B "$work/packages"
if command -v dpkg-deb >/dev/null; then
	deb=$(ls packages/*.deb)
	mkdir deb && run 0 dpkg-deb -x "$deb" deb && works "$work/deb"
	run 0 dpkg-deb -f "$deb" Depends
	for library in libnuma1 liburing2 libjansson4 libinih1; do says "$library"; done
fi
mkdir txz && run 0 tar -C txz --strip-components=1 -xJf packages/*.tar.xz && works "$work/txz"

# The page: every name that the program has, and clean for its readers.
page=$work/installed/usr/share/man/man8/thpstorm.8
for word in $("$thpstorm" list commands) $("$thpstorm" list keys) $("$thpstorm" list plots) \
	$("$thpstorm" list workers | awk '/^[a-z]/ { print $1 }') \
	$("$thpstorm" list detectors | awk '/^[a-z]/ { print $1 }'); do
	escaped=$(printf '%s' "$word" | sed 's/-/\\-/g')
	grep -qF "\\fB$escaped\\fR" "$page"
	check "the man page does not have $word" test $? = 0
done
if command -v man >/dev/null && command -v groff >/dev/null; then
	LC_ALL=C man --warnings -l "$page" 2>&1 >page.txt | tee warnings
	check "man has warnings" test ! -s warnings
	check "the page is short: $(wc -l <page.txt)" test "$(wc -l <page.txt)" -gt 200
fi

# complete WORDS...: what the last one becomes.
complete() {
	PATH=$work/installed/usr/bin:$PATH bash -c '
		. '"$work"'/installed/usr/share/bash-completion/completions/thpstorm
		compopt() { :; }
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_thpstorm
		printf "%s\n" "${COMPREPLY[@]}"' - "$@"
}
if command -v bash >/dev/null; then
	check "completion of a command: $(complete thpstorm sw)" test "$(complete thpstorm sw)" = sweep
	check "completion of a key: $(complete thpstorm run --heartb)" \
		test "$(complete thpstorm run --heartb)" = --heartbeat_period=
	check "completion of a format: $(complete thpstorm report --format kt)" \
		test "$(complete thpstorm report --format kt)" = ktap
fi
finish
