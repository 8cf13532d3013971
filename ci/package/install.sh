#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is installed works where it is installed: by cmake --install, from the .deb and from the .tar.xz, each
# in an empty root.
#	install.sh THPSTORM SOURCE BUILD
. "$2/ci/smoke/lib.sh"
build=$3
unset THPSTORM_SHARE

# unit_starts ROOT: what the unit starts is a program of that root, where systemd looks for one.
unit_starts() {
	unit=$1/usr/lib/systemd/system/thpstorm-sweep@.service
	started=$(sed -n 's/^ExecStart=\([^ ]*\) .*/\1/p' "$unit")
	check "$1: the unit starts '$started'" test "$started" = thpstorm
	if command -v systemd-path >/dev/null; then
		check "systemd does not look into /usr/bin" \
			sh -c "systemd-path search-binaries-default | tr : '\n' | grep -qx /usr/bin"
	fi
}

# works ROOT: the program below it finds what is installed beside it.
works() {
	program=$1/usr/bin/thpstorm
	share=$1/usr/share
	result=${1##*/}.out
	run 0 "$program" --version
	"$program" check null >out.txt 2>err.txt
	check "$1: check ended with $?: $(cat err.txt)" test $? = 0
	run 0 "$program" list configs
	says "They are in $share/thpstorm/configs"
	run 0 "$program" run null -t 1s --warmup=0 --quiet=100ms --arena=4M -o "$result" -q
	check "$1: ran $(json 'r["config"]' "$result")" \
		test "$(json 'r["config"]' "$result")" = "$share/thpstorm/configs/null.conf"
	if command -v gnuplot >/dev/null; then
		run 0 "$program" plot "$result" time
		check "$1: nothing was drawn" test -s "$result/time.svg"
	fi
	for file in man/man8/thpstorm.8.gz man/man7/thpstorm-numbers.7.gz bash-completion/completions/thpstorm \
		thpstorm/thpstorm.schema.json thpstorm/plots/common.gp doc/thpstorm/copyright; do
		check "$1: no $file" test -s "$share/$file"
	done
	unit_starts "$1"
}

# depends DEB: it depends on the package of each library that the program is linked with.
depends() {
	run 0 dpkg-deb -f "$1" Depends
	for library in $(ldd "$thpstorm" | awk '$2 == "=>" { print $1 }'); do
		package=$(dpkg -S "*/$library" | sed 's/:.*//' | sort -u | head -n 1)
		says "(^| )$package \\(>= [0-9]"
	done
}

# dpkg_installs DEB: into a root without anything, and nothing is left of it when it is removed.
dpkg_installs() {
	mkdir -p dpkg/var/lib/dpkg/info dpkg/var/lib/dpkg/updates && : >dpkg/var/lib/dpkg/status
	run 0 dpkg --root="$work/dpkg" --force-depends -i "$1" && works "$work/dpkg"
	run 0 dpkg --root="$work/dpkg" --verify thpstorm
	run 0 dpkg --root="$work/dpkg" --purge thpstorm
	check "left behind: $(ls dpkg/usr 2>/dev/null)" test ! -e dpkg/usr
}

run 0 env DESTDIR="$work/installed" cmake --install "$build" --prefix /usr
works "$work/installed"

run 0 cpack --config "$build/CPackConfig.cmake" -G "DEB;TXZ" -B "$work/packages"
mkdir txz && run 0 tar -C txz --strip-components=1 -xJf packages/*.tar.xz && works "$work/txz"
command -v dpkg-deb >/dev/null || { echo "not tried: the .deb, without dpkg"; finish; }
deb=$(ls "$work"/packages/*.deb)
mkdir deb && run 0 dpkg-deb -x "$deb" deb && works "$work/deb"
depends "$deb"
[ "$(id -u)" = 0 ] && dpkg_installs "$deb"
if command -v lintian >/dev/null; then
	run 0 lintian --allow-root --fail-on error "$deb"
else
	echo "not tried: lintian"
fi
finish
