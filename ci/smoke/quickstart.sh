#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# ci/quickstart where something is missing: each time an answer that says what could not be done. cmake
# and apt-get are stand-ins: what is built is there already, and nothing is installed.
. "$2/ci/smoke/lib.sh"
need_root
need_thp
unshare -m true 2>/dev/null || skip "cannot make a mount namespace"
chmod 755 "$work"
mkdir -p clone/ci there home
cp "$source/ci/quickstart" "$source/ci/packages.sh" clone/ci/
cp -r "$source/configs" clone/
cp "$thpstorm" there/thpstorm
chmod -R a+rX clone there

# All commands of this machine but for the ones that a case takes away.
mkdir bin
for place in /usr/local/bin /usr/bin /bin /usr/sbin /sbin; do
	[ ! -d $place ] || cp -rsn $place/. bin/ 2>/dev/null
done
rm -f bin/cmake bin/apt-get bin/gnuplot
cat >bin/cmake <<-E
	#!/bin/sh
	mkdir -p "$work/clone/build" && cp "$work/there/thpstorm" "$work/clone/build/"
	echo "\$*" >>"$work/clone/cmake.log"
E
cat >bin/apt-get <<-E
	#!/bin/sh
	echo "\$*" >>"$work/apt.log"
	case "\$*" in *install*gnuplot-nox*) echo 'E: Unable to locate package' && exit 100 ;; esac
E
chmod 755 bin/cmake bin/apt-get
nobody="setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all"
# quick CODES COMMAND...: the last words are ci/quickstart's.
quick() {
	codes=$1
	shift
	env PATH="$work/bin" HOME="$work/home" THPSTORM_STATE="$work/clone/state" "$@" -t 1s --quiet=100ms --warmup=100ms \
		>out.txt 2>err.txt </dev/null
	code=$?
	case " $codes " in *" $code "*) ;; *) check "quickstart ended with $code, must be $codes: $(cat err.txt out.txt)" false ;; esac
}

run 0 clone/ci/quickstart --help && says '^usage: ci/quickstart .*thpstorm run'
check "--help built something" [ ! -e cmake.log -a ! -e clone/build ]

# Root: the one package that is missing is asked for; without it the run goes on.
quick "0 3" clone/ci/quickstart -o root
check "apt-get was not asked for gnuplot-nox" grep -q 'install.* gnuplot-nox' apt.log
says 'could not install gnuplot-nox'
says 'going on without the packages for: plot'
says '^thpstorm .*(PASS|NOT EXERCISED)'
[ -e /sys/devices/system/node/node1 ] || says '^one node with memory: .* numa=fake=2 .*or ci/vm/run'

check "the log of apt is left in ${TMPDIR:-/tmp}" [ -z "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -newer clone/cmake.log -name 'thpstorm-apt*')" ]

# Root in the clone of a user: what is built stays the user's, and so does the place of results.
rm -rf clone/build
chown -R 65534:65534 clone
rm -rf clone/state
quick "0 3" clone/ci/quickstart
find clone ! -user 65534 ! -path 'clone/state*' ! -path 'clone/results/*' ! -path 'clone/root*' ! -name cmake.log >others.txt
check "not the owner's: $(cat others.txt)" test ! -s others.txt
chown -R 0:0 clone

# A machine with 180 MiB free.
sed 's/^MemTotal:.*/MemTotal:         262144 kB/; s/^MemAvailable:.*/MemAvailable:     184320 kB/' /proc/meminfo >meminfo
run_small='mount --bind meminfo /proc/meminfo && exec "$@"'
: >clone/cmake.log
quick "0 2 3" unshare -m sh -c "$run_small" sh clone/ci/quickstart -o small
says '180 MiB of memory are free: the arena is 45M instead of 128M'
check "the build has $(cat clone/cmake.log)" grep -q -- '-j 1 ' clone/cmake.log

# A container of 256 MiB, of which 100 are used, a quarter of them for files that may go.
limited='mount -t tmpfs none /sys/fs/cgroup && cd /sys/fs/cgroup && echo 268435456 >memory.max &&
	echo 104857600 >memory.current && printf "anon 1\ninactive_file 20971520\nactive_file 5242880\n" >memory.stat &&
	cd "$OLDPWD" && exec "$@"'
: >clone/cmake.log
quick "0 2 3" unshare -m sh -c "$limited" sh clone/ci/quickstart -o contained
says '181 MiB of memory are free: the arena is 45M instead of 128M'
check "the build has $(cat clone/cmake.log)" grep -q -- '-j 1 ' clone/cmake.log

# An ordinary user: the same, and what only root can do is said.
chown -R 65534:65534 clone
quick "0 3 77" $nobody clone/ci/quickstart -o "$work/clone/user"
says 'without root: no kernel log'
says 'missing: gnuplot-nox; only root may install packages'
says '^thpstorm .*(PASS|NOT EXERCISED|SKIP)|SKIP'
rm bin/cmake
quick 2 $nobody clone/ci/quickstart -o "$work/clone/none"
says 'missing: cmake; only root may install packages: sudo apt-get install cmake'
one_line
rm bin/apt-get
quick 2 $nobody clone/ci/quickstart -o "$work/clone/none"
says "these are missing \(Debian's names\): cmake"
says 'dnf install gcc make cmake '
run 2 env PATH="$work/bin" sh -c '. clone/ci/packages.sh && install_packages plot'
says 'dnf install gnuplot$' && says 'pacman -S gnuplot$'
chown -R 0:0 clone
quick 2 $nobody clone/ci/quickstart
one_line && says 'cannot write to .*clone, where it builds'
finish
