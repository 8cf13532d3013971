# SPDX-License-Identifier: GPL-2.0-only
"""From a kernel's name to an image: debian:6.12, known-bad:5.10, or somebody's own bzImage."""
import os
import signal
import subprocess

from failure import BROKEN, SKIP, DoesNotBuild, Failure

HERE = os.path.dirname(os.path.abspath(__file__))
KERNELS = os.path.join(os.path.dirname(HERE), "kernels")


DOES_NOT_BUILD = 3  # ci/kernels/build


class Kernel:
    """`config` is its configuration, which the archive and the build keep beside the image."""

    def __init__(self, name, image, append=""):
        self.name, self.image, self.append = name, image, append
        config = os.path.join(os.path.dirname(image), "config")
        self.config = config if os.path.isfile(config) and name != image else None

    def disk_driver(self):
        """A key of machine.DISK_DEVICES: which disk the kernel can mount without a module. Of an image
        whose configuration is not known: virtio."""
        if not self.config:
            return "virtio"
        with open(self.config) as f:
            built_in = {line.strip() for line in f}
        for driver, option in (("virtio", "CONFIG_VIRTIO_BLK=y"), ("nvme", "CONFIG_BLK_DEV_NVME=y")):
            if {option, "CONFIG_EXT4_FS=y"} <= built_in:
                return driver
        raise Failure("--disk: %s has neither VIRTIO_BLK nor BLK_DEV_NVME with EXT4_FS built in"
                      % self.name, SKIP)

    def release(self):
        """uname -r, from the image: Documentation/arch/x86/boot.rst, kernel_version at 0x20e."""
        with open(self.image, "rb") as f:
            f.seek(0x20e)
            f.seek(0x200 + int.from_bytes(f.read(2), "little"))
            return f.read(256).split(b"\0")[0].split(b" ")[0].decode("ascii", "replace")


def ask(tool, *arguments):
    """What ci/kernels/TOOL prints. An interrupt ends it with all that it started."""
    tool = subprocess.Popen([os.path.join(KERNELS, tool), *arguments], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            start_new_session=True)
    try:
        out, err = tool.communicate()
    except BaseException:
        os.killpg(tool.pid, signal.SIGTERM)
        tool.wait()
        raise
    text = (err.strip().splitlines() or ["%s failed" % tool.args[0]])[-1]
    if tool.returncode == DOES_NOT_BUILD:
        raise DoesNotBuild(text)
    if tool.returncode:
        raise Failure(text, SKIP if tool.returncode == 2 else BROKEN)
    return out.strip()


def find(name):
    """Raises Failure with SKIP where the archive can't give it, DoesNotBuild where it can't be built."""
    image, append = check(name)
    return Kernel(name, image or ask("build", name), append)


def own(path):
    try:
        with open(path, "rb") as f:
            head = f.read(0x206)
    except OSError as e:
        raise Failure("--kernel %s: %s; give a bzImage, or a name like debian:6.12 or known-bad:5.10"
                      % (path, e.strerror))
    # Documentation/arch/x86/boot.rst: boot_flag at 0x1fe, header magic at 0x202.
    if head[0x1fe:0x200] != b"\x55\xaa" or head[0x202:0x206] != b"HdrS":
        raise Failure("--kernel %s: this is no bzImage (an x86 kernel is arch/x86/boot/bzImage)"
                      % path)


def build_tree(tree):
    return Kernel(tree, ask("build", "--tree", tree))


def check(name):
    """A wrong name, told before anything is built: Failure, as of find(). Returns the image, None where
    it is to be built, and what its command line needs."""
    if name.startswith("debian:"):
        return ask("get", name), ""
    if name.startswith(("known-bad:", "fixed:")):
        return None, ask("build", "--append", name)
    own(name)
    return name, ""


def check_tree(tree):
    ask("build", "--append", "--tree", tree)
