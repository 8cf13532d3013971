#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What ci/kernels/build says of a kernel that does not build, and that the log is kept. The source tree,
# the compiler's complaints and the archive are stand-ins: no kernel is built, nothing is fetched.
. "$2/ci/smoke/lib.sh"
build=$source/ci/kernels/build
command -v make >/dev/null && command -v xz >/dev/null || skip "needs make and xz"
export THPSTORM_CACHE=$work/cache CC="${CC:-cc} -I$work/include" PATH="$work/bin:$PATH"

mkdir -p bin include/openssl tree/mm tree/scripts/kconfig
touch include/libelf.h include/openssl/opensslv.h tree/Kbuild
for tool in flex bison bc patch; do
	printf '#!/bin/sh\n' >bin/$tool
done
# Debian's archive.
cat >bin/apt-get <<-'E'
	#!/bin/sh
	case "$*" in
	*indextargets*) echo 'bookworm http://mirror.example/debian' ;;
	*download*) touch stand-in.deb ;;
	esac
E
cat >bin/apt-cache <<-'E'
	#!/bin/sh
	echo 'Version: 5.10.1-1'
E
cat >bin/dpkg-deb <<-E
	#!/bin/sh
	mkdir -p "\$3/usr/src" && tar -C "$work" -cJf "\$3/usr/src/linux-source-5.10.tar.xz" tree
E
# The kernel's tree: its configuration is what it is asked for, its build fails as FAILURE says.
cat >tree/scripts/kconfig/merge_config.sh <<-'E'
	#!/bin/sh
	grep -h '=' "$5" >"$3/.config"
E
cat >tree/Makefile <<-'E'
	.RECIPEPREFIX = >
	tinyconfig:
	> @touch $(O)/.config
	olddefconfig:
	bzImage:
	> @sh "$(FAILURE)"
	> @mkdir -p $(O)/arch/x86/boot && echo image >$(O)/arch/x86/boot/bzImage && touch $(O)/System.map
E
chmod +x bin/* tree/scripts/kconfig/merge_config.sh
cat >compiler <<-'E'
	echo '  CC      fs/namei.o'
	echo "fs/namei.c:17:9: error: 'struct nameidata' has no member named 'dept'"
	for i in $(seq 30); do echo "  CC      mm/other$i.o"; done
	for i in $(seq 9); do echo "fs/open.c:$i:1: error: a consequence"; done
	echo 'make[2]: *** [scripts/Makefile.build:286: fs/namei.o] Error 1'
	for i in $(seq 30); do echo "  CC      net/error$i.o"; done
	exit 1
E
printf "echo 'gcc: fatal error: Killed signal terminated program cc1'; exit 1\n" >memory
printf 'exit 1\n' >nothing
printf 'exit 0\n' >success

# broken NAME FAILURE PATTERN ARGUMENT...: it is said in a line, and the log that the line names is there.
broken() {
	FAILURE=$work/$1 pattern=$2
	export FAILURE
	shift 2
	run 3 "$build" "$@"
	one_line && says "$pattern"
	log=$(sed -n 's/.*all of its output: //p' err.txt)
	check "the log '$log' is not kept" test -s "$log"
}
for kernel in "--tree tree" fixed:5.10; do
	broken compiler "compile failed: fs/namei.c:17:9: error: 'struct nameidata' has no member named 'dept';" $kernel
	check "the log is not whole" grep -q net/error30.o "$log"
	broken memory 'compile failed: gcc: fatal error: Killed signal' $kernel
	broken nothing 'compile failed: make.*: \*\*\* .*bzImage.* Error 1' $kernel
	check "what failed is left: $(ls cache/kernels/work 2>/dev/null)" test -z "$(ls cache/kernels/work 2>/dev/null)"
done
FAILURE=$work/success
for kernel in "--tree tree" fixed:5.10; do
	run 0 "$build" $kernel
	check "$(cat out.txt) is no image" test "$(cat "$(cat out.txt)")" = image
done
finish
