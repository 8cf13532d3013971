# SPDX-License-Identifier: GPL-2.0-only
"""An initramfs (gzipped cpio, "newc": Documentation/driver-api/early-userspace/buffer-format.rst)."""
import gzip
import os
import stat


class Initramfs:
    def __init__(self):
        self.chunks = []
        self.known = set()
        self.inode = 0

    def _entry(self, path, mode, data=b"", rdev=(0, 0)):
        self.inode += 1
        name = path.lstrip("/").encode() + b"\0"
        fields = (self.inode, mode, 0, 0, 1, 0, len(data), 0, 0, rdev[0], rdev[1], len(name), 0)
        head = b"070701" + b"".join(b"%08X" % f for f in fields) + name
        self.chunks += [head, b"\0" * (-len(head) % 4), data, b"\0" * (-len(data) % 4)]

    def directory(self, path):
        path = path.strip("/")
        if not path or path in self.known:
            return
        self.directory(os.path.dirname(path))
        self.known.add(path)
        self._entry(path, stat.S_IFDIR | 0o755)

    def file(self, path, data, mode=0o644):
        self.directory(os.path.dirname(path))
        self._entry(path, stat.S_IFREG | mode, data)

    def link(self, path, target):
        self.directory(os.path.dirname(path))
        self._entry(path, stat.S_IFLNK | 0o777, target.encode())

    def character_device(self, path, major, minor):
        self.directory(os.path.dirname(path))
        self._entry(path, stat.S_IFCHR | 0o600, rdev=(major, minor))

    def bytes(self):
        self._entry("TRAILER!!!", 0)
        return gzip.compress(b"".join(self.chunks), 1)
