# SPDX-License-Identifier: GPL-2.0-only
"""What goes into a guest: busybox, the static thpstorm, the courier, configs, the command."""
import fcntl
import functools
import os
import re
import shutil
import subprocess

from failure import BROKEN, SKIP, Failure
from initramfs import Initramfs

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, "build-static")
RESULT = "/result"
WORDS_MAX, COMMAND_MAX = 120, 8000


@functools.lru_cache(maxsize=None)
def build_static():
    """The static binaries, built where they are missing or older than the sources."""
    os.makedirs(BUILD, exist_ok=True)
    with open(os.path.join(BUILD, "vm.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        steps = [["cmake", "--build", BUILD, "--target", "thpstorm", "courier", "-j",
                  str(os.cpu_count())]]
        if not os.path.exists(os.path.join(BUILD, "Makefile")):
            steps.insert(0, ["cmake", "-S", ROOT, "-B", BUILD, "-DTHPSTORM_STATIC=ON"])
        for step in steps:
            try:
                done = subprocess.run(step, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True)
            except OSError as e:
                raise Failure("cannot run %s: %s" % (step[0], e.strerror), SKIP)
            if done.returncode:
                raise Failure("the static build failed: %s; try cmake --preset static && "
                              "cmake --build --preset static"
                              % " ".join(done.stdout.strip().split("\n")[-2:]))
    return os.path.join(BUILD, "thpstorm"), os.path.join(BUILD, "courier")


def is_static(path):
    """An ELF file without PT_INTERP (3) among its program headers."""
    with open(path, "rb") as f:
        head = f.read(64)
        if head[:5] != b"\x7fELF\x02":
            return False
        table = int.from_bytes(head[32:40], "little")
        size, count = (int.from_bytes(head[at:at + 2], "little") for at in (54, 56))
        for i in range(count):
            f.seek(table + i * size)
            if int.from_bytes(f.read(4), "little") == 3:
                return False
    return True


def busybox():
    path = shutil.which("busybox")
    if not path or not is_static(path):
        raise Failure("needs a statically linked busybox (Debian: busybox-static)", SKIP)
    return path


def read(path):
    with open(path, "rb") as f:
        return f.read()


def words_for_guest(arguments, image):
    """Files that the command names come along; a run gets a place for its result. A Failure of a
    command that no guest takes."""
    words = [arguments[0]]
    for number, word in enumerate(arguments[1:]):
        if os.path.isfile(word):
            inside = os.path.relpath(os.path.abspath(word), ROOT)
            if inside.startswith(".."):
                inside = "files/%d/%s" % (number, os.path.basename(word))
            image.file(inside, read(word))
            word = "/" + inside
        words.append(word)
    if words[0] in ("run", "sweep") and "--resume" not in words:
        if "-o" in words:
            raise Failure("-o after -- names a directory in the guest; put it before --")
        if "-n" not in words:
            words += ["-o", RESULT]
    # courier.c: read_command()
    if not all(words) or any("\n" in word for word in words):
        raise Failure("a word of the command is empty or has a newline in it")
    if len(words) > WORDS_MAX or sum(len(word) + 1 for word in words) > COMMAND_MAX:
        raise Failure("the command is too long: put its options into a config")
    return words


PHASES = re.compile(r"^(?:duration|warmup|quiet) = (\d+)(ns|us|ms|s|m|h)?$", re.MULTILINE)
UNIT_S = {"": 1, "ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}


def is_shipped(word):
    """Not a file here, but in the guest: below its root is what is below ours."""
    return not os.path.isfile(word) and os.path.isfile(os.path.join(ROOT, word))


def check_before_build(arguments, brought=None):
    """What can be told of a command without the program."""
    words_for_guest(arguments, Initramfs())
    if brought and not os.path.isdir(brought):
        raise Failure("--bring %s: there is no such directory" % brought)


def check(arguments):
    """How long a run is planned to take, seconds; None: it is no run. An unknown command, and a mistake
    in a run's options, are told before anything is booted."""
    if not arguments[0].startswith("-"):
        done = subprocess.run([build_static()[0], "help", arguments[0]], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode == BROKEN:
            raise Failure(done.stderr.strip())
    if arguments[0] != "run" or "-n" in arguments:
        return None
    words = [os.path.join(ROOT, word) if is_shipped(word) else word for word in arguments]
    done = subprocess.run([build_static()[0], *words, "-n"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode == BROKEN:
        raise Failure(done.stderr.strip())
    return sum(int(n) * UNIT_S[unit] for n, unit in PHASES.findall(done.stdout))


def report(directory, style="table"):
    """The run's report, with the paths of this machine; None where there is nothing to report."""
    done = subprocess.run([build_static()[0], "report", directory, "--format", style], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return None if done.returncode else done.stdout


# What ci/vm/run adds to a result; the rest of the directory is the guest's own.
OF_THE_HOST = ("console.log", "vm.json", "report.txt")


def bring(image, directory):
    """An earlier machine's result goes to where the guest writes its own."""
    for path, _, names in os.walk(directory):
        below = os.path.relpath(path, directory)
        for name in names:
            if below == "." and name in OF_THE_HOST:
                continue
            image.file(os.path.normpath("%s/%s/%s" % (RESULT, below, name)),
                       read(os.path.join(path, name)))


def command(image, path, words):
    image.file(path, "".join(w + "\n" for w in ["/bin/thpstorm"] + words).encode())


def initramfs(kernel, arguments, brought=None, runner=""):
    """`runner`: what a report's line that repeats the run begins with, in place of "thpstorm"."""
    thpstorm, courier = build_static()
    image = Initramfs()
    for path in ("/proc", "/sys", "/dev", "/tmp", "/var/lib", "/disk", RESULT):
        image.directory(path)
    image.character_device("/dev/console", 5, 1)
    image.file("/init", read(os.path.join(HERE, "init")), 0o755)
    image.file("/bin/busybox", read(busybox()), 0o755)
    for applet in ("sh", "zcat"):  # thpstorm unpacks /proc/config.gz through them
        image.link("/bin/" + applet, "busybox")
    if kernel.config:
        image.file("/boot/config-" + kernel.release(), read(kernel.config))
    image.file("/bin/thpstorm", read(thpstorm), 0o755)
    image.file("/bin/courier", read(courier), 0o755)
    configs = os.path.join(ROOT, "configs")
    for name in sorted(os.listdir(configs)):
        image.file("/configs/" + name, read(os.path.join(configs, name)))
    image.file("/runner", runner.encode())
    if brought:
        bring(image, brought)
    command(image, "/command", words_for_guest(arguments, image))
    command(image, "/resume", ["sweep", "--resume", RESULT])
    return image.bytes()
