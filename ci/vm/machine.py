# SPDX-License-Identifier: GPL-2.0-only
"""One virtual machine: QEMU as a child that dies with us, two serial ports, a time limit."""
import ctypes
import os
import re
import selectors
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from failure import SKIP, Failure
from frames import Decoder

QEMU = "qemu-system-x86_64"
BOOT_LIMIT = 90.0      # until the courier says hello, seconds; emulated and beside others
KVM_LIMIT = 15.0       # a machine that KVM really runs is up in two
POWER_OFF_LIMIT = 20.0 # from the command's end until the machine is off
KILL_LIMIT = 5.0
SILENT_S = 15.0        # a guest that is alive sends a line of its timeline ten times a second
PR_SET_PDEATHSIG = 1
LAST_LINES = 12
BOOTS_MAX = 4
# Under QEMU's multi-threaded emulation a CPU now and then runs the breakpoint of a static branch that
# another CPU has already patched (arch/x86/kernel/alternative.c: text_poke_bp_batch()). Seen while
# the kernel boots and when perf events are switched on, about once in fifty machines; a real CPU is
# serialized by then. It is known by what stands in memory where the breakpoint was run: no breakpoint.
EMULATION = re.compile(rb"Oops: int3.*?Code: [0-9a-f ]*?([0-9a-f]{2}) <", re.DOTALL)
BREAKPOINT = b"cc"
REASON = re.compile(r"Kernel panic - not syncing|BUG: |Oops: |Unable to mount root")


DISK_DEVICES = {"virtio": "virtio-blk-pci,drive=disk", "nvme": "nvme,drive=disk,serial=thpstorm"}


class Settings:
    """`layout` is a numa.Layout: CPUs, memory, nodes. `disk`: an image that the machine writes to, by
    the `driver` that the kernel has built in (Kernel.disk_driver())."""

    def __init__(self, layout, append="", accel="auto", timeout=300.0, disk=None, driver="virtio"):
        self.layout, self.append, self.accel, self.timeout = layout, append, accel, timeout
        self.disk = [] if not disk else ["-drive", "file=%s,if=none,id=disk,format=raw" % disk,
                                         "-device", DISK_DEVICES[driver]]


class Outcome:
    """What became of a machine. `ended`: exit, died, hung, time limit, no boot."""

    def __init__(self):
        self.ended = ""
        self.code = None        # of the command: 0..255, or 256 + signal
        self.release = ""       # the guest's uname -r
        self.accel = ""
        self.boot_s = self.total_s = None
        self.powered_off = False
        self.boots = 1          # emulation's own fault (EMULATION) is not the image's
        self.damaged = 0        # bytes of the result stream that belong to no frame
        self.emulation = False  # it did not boot or died, and the emulator is to blame
        self.last_lines = []
        self.silent_s = None    # between the last frame and the end


def die_with_parent():
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setpgid(0, 0)  # an interrupt at the terminal is ours to handle


def qemu_version():
    if not shutil.which(QEMU):
        raise Failure("needs %s (Debian: qemu-system-x86)" % QEMU, SKIP)
    done = subprocess.run([QEMU, "--version"], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True)
    return done.stdout.split("\n")[0]


def command_line(kernel, s, accel, initrd_fd, console_fd, result_fd):
    append = " ".join(filter(None, ["console=ttyS0 panic=-1", kernel.append, s.append]))
    cpu = "host" if accel == "kvm" else "max"
    return [QEMU, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-machine", "pc", "-accel", "tcg,thread=multi" if accel == "tcg" else accel,
            "-cpu", cpu, *s.layout.arguments(), *s.disk,
            "-chardev", "socket,id=console,fd=%d" % console_fd, "-serial", "chardev:console",
            "-chardev", "socket,id=result,fd=%d" % result_fd, "-serial", "chardev:result",
            "-kernel", kernel.image, "-initrd", "/proc/self/fd/%d" % initrd_fd,
            "-append", append]


class Console:
    """The console as a file and its last lines."""

    def __init__(self, out):
        self.out, self.tail = out, b""

    def take(self, data):
        self.out.write(data)
        self.tail = (self.tail + data)[-16384:]

    def blames_emulation(self):
        return any(byte != BREAKPOINT for byte in EMULATION.findall(self.tail))

    def last_lines(self):
        """The last ones, and before them the one that says why the kernel gave up."""
        text = self.tail.decode("utf-8", "replace").replace("\r", "")
        lines = [line for line in text.split("\n") if line.strip()]
        why = [line for line in lines[:-LAST_LINES] if REASON.search(line)]
        return why[-1:] + lines[-LAST_LINES:]


def boot(kernel, initramfs, s, accel, console_out, on_frame, limit):
    """Boots and follows until the end or the limits. Whatever happens, the process is ended."""
    outcome, decoder, console = Outcome(), Decoder(), Console(console_out)
    outcome.accel = accel
    host_console, guest_console = socket.socketpair()
    host_result, guest_result = socket.socketpair()
    initrd = os.memfd_create("initramfs")
    with os.fdopen(os.dup(initrd), "wb") as f:
        f.write(initramfs)
    fds = (initrd, guest_console.fileno(), guest_result.fileno())
    began = time.monotonic()
    complaints = tempfile.TemporaryFile()
    process = subprocess.Popen(command_line(kernel, s, accel, *fds), pass_fds=fds,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=complaints, preexec_fn=die_with_parent)
    os.close(initrd)
    guest_console.close()
    guest_result.close()
    try:
        follow(process, host_console, host_result, outcome, decoder, console, on_frame,
               began, limit, s.timeout)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        host_console.close()
        host_result.close()
    for frame in decoder.finish():
        take(frame, outcome, on_frame)
    outcome.total_s = time.monotonic() - began
    outcome.damaged = decoder.damaged
    outcome.last_lines = console.last_lines()
    outcome.emulation = accel == "tcg" and outcome.ended in ("no boot", "died") and \
        console.blames_emulation()
    with complaints:
        complaints.seek(0)
        text = complaints.read().decode("utf-8", "replace").strip().split("\n")
    if process.returncode > 0 and not outcome.last_lines:
        raise Failure("%s failed: %s" % (QEMU, text[-1]))
    return outcome


def take(frame, outcome, on_frame):
    if frame.kind == "h":
        outcome.release = frame.name
    elif frame.kind == "x":
        outcome.code = frame.offset
    else:
        on_frame(frame)


def follow(process, host_console, host_result, outcome, decoder, console, on_frame, began, limit,
           timeout):
    with selectors.DefaultSelector() as selector:
        selector.register(host_console, selectors.EVENT_READ)
        selector.register(host_result, selectors.EVENT_READ)
        deadline, heard = began + min(limit, timeout), began
        while selector.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                break
            for key, _ in selector.select(left):
                data = key.fileobj.recv(65536)
                if not data:
                    selector.unregister(key.fileobj)
                elif key.fileobj is host_console:
                    console.take(data)
                else:
                    heard = time.monotonic()
                    for frame in decoder.feed(data):
                        take(frame, outcome, on_frame)
                        if frame.kind == "h":
                            outcome.boot_s = heard - began
                            deadline = began + timeout
                        elif frame.kind == "x":
                            deadline = heard + POWER_OFF_LIMIT
        gone = not selector.get_map()
    outcome.silent_s = time.monotonic() - heard
    if gone:
        process.wait(KILL_LIMIT)
    outcome.powered_off = gone and process.returncode == 0
    if outcome.code is not None:
        outcome.ended = "exit"
    elif not outcome.release:
        outcome.ended = "no boot"
    else:
        outcome.ended = "died" if gone else "hung" if outcome.silent_s >= SILENT_S else "time limit"


class Acceleration:
    """KVM where it really boots, found out once a boot of the host; emulation otherwise."""

    def __init__(self, cache):
        with open("/proc/sys/kernel/random/boot_id") as f:
            self.path = os.path.join(cache, "vm", "kvm-" + f.read().strip())

    def known(self):
        if not os.access("/dev/kvm", os.R_OK | os.W_OK):
            return "tcg"
        try:
            with open(self.path) as f:
                word = f.read().strip()
        except OSError:
            return None
        return word if word in ("kvm", "tcg") else None

    def learn(self, accel):
        """Kept where it can be kept; else it is found out again."""
        try:
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
            with open("%s.%d" % (self.path, os.getpid()), "w") as f:
                f.write(accel + "\n")
            os.rename(f.name, self.path)
        except OSError:
            pass


def run(kernel, initramfs, settings, cache, console_out, on_frame, discard=None):
    """`discard` forgets what the frames brought, for another boot; without it a machine that began its
    command is not booted again."""
    acceleration = Acceleration(cache)
    accel = settings.accel if settings.accel != "auto" else acceleration.known()
    if accel is None:
        # The machine itself is the trial: where KVM boots it, it is the run.
        try:
            outcome = boot(kernel, initramfs, settings, "kvm", console_out, on_frame, KVM_LIMIT)
        except Failure:
            outcome = Outcome()
        if outcome.release:
            acceleration.learn("kvm")
            return outcome
        console_out.truncate(0)
        console_out.seek(0)
    for boots in range(1, BOOTS_MAX + 1):
        outcome = boot(kernel, initramfs, settings, accel or "tcg", console_out, on_frame, BOOT_LIMIT)
        outcome.boots = boots
        if not outcome.emulation or boots == BOOTS_MAX or (outcome.release and not discard):
            break
        if outcome.release:
            discard()
    # It was not the image's fault.
    if accel is None and outcome.release:
        acceleration.learn("tcg")
    return outcome
