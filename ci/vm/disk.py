# SPDX-License-Identifier: GPL-2.0-only
"""A disk image with ext4 on it, made and read on the host without mounting it."""
import os
import subprocess

from failure import SKIP, Failure

CORRECTED = 1  # e2fsck(8): file system errors corrected


def tool(*words, good=(0,)):
    paths = os.environ["PATH"] + ":/usr/sbin:/sbin"
    try:
        done = subprocess.run(words, env=dict(os.environ, PATH=paths), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except FileNotFoundError:
        raise Failure("needs %s (Debian: e2fsprogs)" % words[0], SKIP)
    if done.returncode not in good:
        raise Failure("%s failed: %s" % (" ".join(words), done.stdout.strip()))


def make(path, size):
    with open(path, "wb") as f:
        f.truncate(size)
    tool("mkfs.ext4", "-q", "-F", path)


def read(path, into):
    """The files of a disk whose machine is off, as a machine that boots now would find them: the file
    system's own journal is played back, in a copy."""
    copy = into + ".image"
    tool("cp", "--sparse=always", path, copy)
    try:
        tool("e2fsck", "-p", "-f", copy, good=(0, CORRECTED))
        os.makedirs(into)
        tool("debugfs", "-R", "rdump / " + into, copy)
    finally:
        os.unlink(copy)
    return into
