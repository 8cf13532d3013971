# SPDX-License-Identifier: GPL-2.0-only
"""What the courier sends over the serial port (courier.c says how), taken apart as it comes."""
import struct
import zlib

MAGIC = b"TSF1"
HEADER = struct.Struct("<4scHIQI")
# The courier's own limits: a damaged length must not swallow what follows.
DATA_MAX = 16384
NAME_MAX = 255


class Frame:
    def __init__(self, kind, name, offset, data):
        self.kind, self.name, self.offset, self.data = kind, name, offset, data


class Decoder:
    """feed() returns the whole frames so far. Bytes that belong to none are counted in `damaged`,
    at the end those of a cut last frame in `cut`."""

    def __init__(self):
        self.pending = bytearray()
        self.damaged = 0
        self.cut = 0  # bytes of a last frame that did not come whole

    def feed(self, data):
        self.pending += data
        frames = []
        while True:
            start = self.pending.find(MAGIC)
            if start < 0:
                # The beginning of a magic may stand at the end.
                self._drop(max(0, len(self.pending) - len(MAGIC) + 1))
                return frames
            self._drop(start)
            if len(self.pending) < HEADER.size:
                return frames
            _, kind, name_bytes, data_bytes, offset, check = HEADER.unpack_from(self.pending)
            if data_bytes > DATA_MAX or name_bytes > NAME_MAX:
                self._drop(1)
                continue
            end = HEADER.size + name_bytes + data_bytes
            if len(self.pending) < end:
                return frames
            body = bytes(self.pending[HEADER.size:end])
            if zlib.crc32(body, zlib.crc32(bytes(self.pending[:HEADER.size - 4]))) != check:
                self._drop(1)
                continue
            del self.pending[:end]
            frames.append(Frame(kind.decode("latin-1"), body[:name_bytes].decode("utf-8", "replace"),
                                offset, body[name_bytes:]))

    def finish(self):
        """At the end of the stream what is pending is no whole frame. Either it is the beginning of
        one that a dying machine did not get out, or a damaged one with whole ones behind it."""
        frames, cut, damaged = [], bytes(self.pending), self.damaged
        while self.pending:
            self._drop(1)
            frames += self.feed(b"")
        if not frames and MAGIC.startswith(cut[:len(MAGIC)]):
            self.cut, self.damaged = len(cut), damaged
        return frames

    def _drop(self, count):
        self.damaged += count
        del self.pending[:count]
