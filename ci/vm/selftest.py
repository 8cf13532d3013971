#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The tools of ci/vm against known answers; no machine is started."""
import gzip
import os
import math
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

sys.dont_write_bytecode = True

import bisect_runs
import guest
import interval
import kernels
import machine
import numa
import table
from failure import Failure
from frames import MAGIC, Decoder
from initramfs import Initramfs
from judge import Result, judge, known


def frame(kind, name=b"", offset=0, data=b""):
    head = struct.pack("<4scHIQ", MAGIC, kind, len(name), len(data), offset)
    check = zlib.crc32(name + data, zlib.crc32(head))
    return head + struct.pack("<I", check) + name + data


class Frames(unittest.TestCase):
    def test_any_cut(self):
        dice = random.Random(1)
        sent = [(b"d", b"hist/a.hgrm", 7 * i, os.urandom(dice.randrange(3000))) for i in range(50)]
        stream = b"".join(frame(*f) for f in sent)
        decoder, got = Decoder(), []
        while stream:
            n = dice.randrange(1, 700)
            got += decoder.feed(stream[:n])
            stream = stream[n:]
        self.assertEqual([(f.kind.encode(), f.name.encode(), f.offset, f.data) for f in got], sent)
        self.assertEqual((decoder.damaged, len(decoder.pending)), (0, 0))

    def test_noise_is_counted(self):
        decoder = Decoder()
        good = frame(b"1", b"", 0, b"text")
        got = decoder.feed(b"noise" + good + b"TSF" + good)
        self.assertEqual([f.data for f in got], [b"text", b"text"])
        self.assertEqual(decoder.damaged, 8)

    def test_a_changed_byte_costs_one_frame(self):
        for at in range(len(frame(b"d", b"n", 1, b"abcdef"))):
            bad = bytearray(frame(b"d", b"n", 1, b"abcdef"))
            bad[at] ^= 0x55
            decoder = Decoder()
            got = decoder.feed(bytes(bad) + frame(b"x") * 3000)
            self.assertTrue(all(f.kind == "x" for f in got), at)
            self.assertTrue(decoder.damaged or decoder.pending, at)

    def test_a_damaged_length_swallows_nothing(self):
        for at, value in ((5, 255), (6, 0x7f), (7, 0xff), (8, 0x3f), (10, 0x7f)):
            bad = bytearray(frame(b"d", b"n", 1, b"abcdef"))
            bad[at] = value
            decoder = Decoder()
            got = decoder.feed(bytes(bad) + frame(b"d", b"m", 0, b"next") + frame(b"x"))
            got += decoder.finish()
            self.assertEqual([f.kind for f in got], ["d", "x"], at)
            self.assertGreater(decoder.damaged, 0)

    def test_cut_off(self):
        decoder = Decoder()
        self.assertEqual(decoder.feed(frame(b"d", b"a", 0, b"whole") + frame(b"d", b"a")[:10])[0].data,
                         b"whole")
        self.assertEqual(len(decoder.pending), 10)
        self.assertEqual(decoder.finish(), [])
        self.assertEqual((decoder.cut, decoder.damaged), (10, 0))

    def test_cut_off_is_not_damaged(self):
        for at, end in ((1, frame(b"d", b"a", 0, b"x" * 99)[:60]), (2, b"TS"), (0, b"noise")):
            decoder = Decoder()
            decoder.feed(frame(b"x") + end)
            decoder.finish()
            self.assertEqual((decoder.cut, decoder.damaged), (len(end), 0) if at else (0, len(end)))


class Intervals(unittest.TestCase):
    def test_clopper_pearson(self):
        """By its definition: at either end the tail of the binomial distribution holds 2.5 %."""
        def chance(n, p, hits):
            return sum(math.comb(n, i) * p ** i * (1 - p) ** (n - i) for i in hits)

        for n in (1, 10, 100):
            for k in sorted({0, 1, 3 * n // 10, n - 1, n}):
                low, high = interval.interval(k, n)
                if k:
                    self.assertAlmostEqual(chance(n, low, range(k, n + 1)), 0.025, 6)
                if k < n:
                    self.assertAlmostEqual(chance(n, high, range(k + 1)), 0.025, 6)
        self.assertEqual((interval.interval(0, 10)[0], interval.interval(10, 10)[1]), (0, 1))
        self.assertAlmostEqual(interval.interval(0, 10)[1], 1 - 0.025 ** 0.1, 6)

    def test_runs(self):
        # 0.7^8 = 0.0576, 0.7^9 = 0.0404; 0.5^4 = 0.0625, 0.5^5 = 0.03125
        self.assertEqual(interval.runs_needed(0.3, 0.95), 9)
        self.assertEqual(interval.runs_needed(0.5, 0.95), 5)
        self.assertEqual(interval.runs_needed(0.99, 0.5), 1)


class Bisect(unittest.TestCase):
    def answer(self, codes, **more):
        a = bisect_runs.Answer(0.3, 0.95, **more)
        for i, code in enumerate(codes):
            self.assertIsNone(a.code(), i)
            a.take(code)
        return a.code()

    def test_one_hit_is_bad(self):
        self.assertEqual(self.answer([0, 0, 1]), 1)
        self.assertEqual(self.answer([4]), 1)

    def test_good_needs_nine(self):
        self.assertIsNone(self.answer([0] * 8))
        self.assertEqual(self.answer([0] * 9), 0)
        self.assertEqual(self.answer([0, 3, 0, 77] + [0] * 7), 0)

    def test_silence(self):
        self.assertEqual(self.answer([3, 77, None]), 125)
        self.assertEqual(self.answer([0, 0, 2, 2, 2]), 125)

    def test_hit_rate_is_measured(self):
        self.assertIsNone(self.answer([1, 0, 1], runs=4))
        self.assertEqual(self.answer([1, 0, 1, 0], runs=4), 1)

    def test_simulated(self):
        """Of kernels whose bug hits with 30 %, at most 5 % are called good."""
        dice, wrong = random.Random(7), 0
        for _ in range(2000):
            a = bisect_runs.Answer(0.3, 0.95)
            while a.code() is None:
                a.take(int(dice.random() < 0.3))
            wrong += a.code() == 0
        self.assertLess(wrong, 2000 * 0.05)


class Files(unittest.TestCase):
    @unittest.skipUnless(shutil.which("busybox"), "needs busybox to unpack")
    def test_initramfs(self):
        image = Initramfs()
        image.file("/a/b/file", b"12345", 0o755)
        image.link("/a/link", "b/file")
        image.file("/a/empty", b"")
        with tempfile.TemporaryDirectory() as root:
            done = subprocess.run(["busybox", "cpio", "-idm"], cwd=root, capture_output=True,
                                  input=gzip.decompress(image.bytes()))
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(os.path.join(root, "a/link"), "rb") as f:
                self.assertEqual(f.read(), b"12345")
            self.assertEqual(os.stat(os.path.join(root, "a/b/file")).st_mode & 0o777, 0o755)
            self.assertEqual(os.path.getsize(os.path.join(root, "a/empty")), 0)

    def test_no_image(self):
        for path in ("/nowhere/bzImage", __file__):
            with self.assertRaises(Failure) as caught:
                kernels.find(path)
            self.assertIn(path, str(caught.exception))

    def test_nodes(self):
        self.assertEqual(numa.even(5, 2, 3 << 20).nodes, [(3, 2 << 20), (2, 1 << 20)])
        self.assertEqual([cpus for cpus, _ in numa.even(2, 3, 3 << 30).nodes], [1, 1, 0])
        layout = numa.parse("2:1G,1:0,0:512M")
        numa.parse_distances("10,20,30/20,10,40/30,40,10", layout)
        text = " ".join(layout.arguments())
        for word in ("-smp 3,sockets=3,cores=1,threads=1 -m 1536M", "node,nodeid=0,memdev=m0,cpus=0-1 ", "node,nodeid=1,cpus=2-2 ",
                     "node,nodeid=2,memdev=m2 ", "dist,src=1,dst=2,val=40"):
            self.assertIn(word, text + " ")

    def test_bad_nodes(self):
        for bad in ("", "2", "2:1G,", "2:1G,0:0", "0:1G,2:1G", "1:0,1:1G", "x:1G", "2:1T", "60:1G,9:1G",
                    ",".join(["1:64M"] * 17)):
            with self.assertRaises(Failure, msg=bad) as caught:
                numa.parse(bad)
            self.assertIn("--numa " + bad, str(caught.exception))
        for bad in ("10,20", "10,20/20", "11,20/20,10", "10,9/20,10", "10,255/20,10", "10,x/20,10"):
            with self.assertRaises(Failure, msg=bad) as caught:
                numa.parse_distances(bad, numa.even(2, 2, 2 << 30))
            self.assertIn("--distances " + bad, str(caught.exception))


@unittest.skipUnless(shutil.which("cc"), "needs a compiler")
class Courier(unittest.TestCase):
    def test_the_same_set_of_files(self):
        """Also those that hold nothing: a run that was refused has no events."""
        with tempfile.TemporaryDirectory() as work:
            courier, command, result = (os.path.join(work, n) for n in ("courier", "command", "result"))
            os.mkdir(result)
            subprocess.run(["cc", "-D_GNU_SOURCE", "-o", courier, os.path.join(guest.HERE, "courier.c")],
                           check=True)
            with open(command, "w") as f:
                f.write("/bin/sh\n-c\ncd %s; : >events.jsonl; echo a >host.json; exit 77\n" % result)
            port, line = os.openpty()
            child = subprocess.Popen([courier, os.ttyname(line), result, command])
            decoder, got = Decoder(), []
            while not got or got[-1].kind != "x":
                got += decoder.feed(os.read(port, 65536))
            child.wait()
            os.close(port)
            os.close(line)
        self.assertEqual(got[-1].offset, 77)
        files = {f.name: f.data for f in got if f.kind == "d"}
        self.assertEqual(files, {"events.jsonl": b"", "host.json": b"a\n"})


class CommandLine(unittest.TestCase):
    """A mistake is told at once: cmake and make are not asked for anything."""

    def setUp(self):
        self.work = tempfile.TemporaryDirectory()
        self.addCleanup(self.work.cleanup)
        self.image = self.place("image", b"\0" * 0x1fe + b"\x55\xaa\0\0HdrS")
        self.place("full/vm.json", b"")
        for tool in ("cmake", "make"):
            self.tool(tool, ">%s; exit 1" % self.path("built"))
        self.tool(machine.QEMU, "echo none")

    def path(self, name):
        return os.path.join(self.work.name, name)

    def place(self, name, data):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as f:
            f.write(data)
        return self.path(name)

    def tool(self, name, script):
        os.chmod(self.place("bin/" + name, b"#!/bin/sh\n" + script.encode() + b"\n"), 0o755)

    def refused(self, tool, says, *words):
        path = self.path("bin") + os.pathsep + os.environ["PATH"]
        done = subprocess.run([os.path.join(guest.HERE, tool), *words], env={**os.environ, "PATH": path},
                              cwd=self.work.name, capture_output=True, text=True)
        self.assertRegex(done.stderr, says)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertFalse(os.path.exists(self.path("built")), "%s %s built something" % (tool, words))
        self.assertNotEqual(done.returncode, 0)

    def test_the_kernel(self):
        for bad, says in (("debain:6.12", "debain:6.12: No such file.*a name like debian:6.12"),
                          ("known-bad:1.0", "no patch for known-bad:1.0"), ("fixed:", "'fixed:' is no kernel"),
                          (__file__, "this is no bzImage")):
            self.refused("run", says, "--kernel", bad, "--", "check")
        self.refused("run", "/nowhere is no kernel source tree", "--build", "/nowhere", "--", "check")
        # The one before it would take a quarter of an hour to build.
        self.refused("sweep", "debain:6.12: No such", "--kernel", "known-bad:6.12", "--kernel", "debain:6.12",
                     "--", "null.conf")

    def test_the_rest(self):
        for says, options, command in (
                ("-o after --", (), ("run", "-o", "x")),
                ("a word of the command is empty", (), ("check", "")),
                ("--bring /nowhere: there is no such", ("--bring", "/nowhere"), ("check",)),
                ("full holds a result already .vm.json", ("-o", self.path("full")), ("check",)),
                ("--offline 4: the guest's CPUs are 0 to 3", ("--offline", "4"), ("check",)),
                ("--hit-rate is of --bisect", ("--hit-rate", "30"), ("check",)),
                ("no finding 'softlockup'; there are soft_lockup", ("--bisect", "--finding", "softlockup"), ("check",))):
            self.refused("run", says, "--kernel", self.image, *options, "--", *command)


class Guest(unittest.TestCase):
    def words(self, *arguments):
        return guest.words_for_guest(list(arguments), Initramfs())

    def test_the_result_has_its_place(self):
        self.assertEqual(self.words("run", "-t", "5s"), ["run", "-t", "5s", "-o", "/result"])
        self.assertEqual(self.words("run", "-n"), ["run", "-n"])
        self.assertEqual(self.words("check"), ["check"])

    def test_files_come_along(self):
        config = os.path.join(guest.ROOT, "configs", "null.conf")
        self.assertEqual(self.words("run", config)[1], "/configs/null.conf")
        with tempfile.NamedTemporaryFile() as f:
            first, second = self.words("check", f.name, f.name)[1:]
            self.assertNotEqual(first, second)

    def test_what_the_courier_cannot_take(self):
        for bad in (["run", "-o", "x"], ["check", ""], ["check", "a\nb"], ["check"] + ["x"] * 200):
            with self.assertRaises(Failure):
                self.words(*bad)

    def test_the_command_is_no_file(self):
        here = os.getcwd()
        os.chdir(guest.HERE)  # there is a file run
        try:
            self.assertEqual(self.words("run")[0], "run")
        finally:
            os.chdir(here)


# A machine that writes one of these lines for each boot, and in the end says hello and exits with 7.
EMULATOR = """#!{python}
import os, sys
def out(port, data):
    at = next(a for a in sys.argv if a.startswith("socket,id=%s," % port))
    os.write(int(at.split("fd=")[1]), data)
with open({path!r}) as f:
    lines = f.read().splitlines()
with open({path!r}, "w") as f:
    f.write("".join(l + "\\n" for l in lines[1:]))
if lines:
    if lines[0].startswith("begun "):
        out("result", {hello!r})
    out("console", lines[0].encode() + b"\\n")
else:
    out("result", {hello!r} + {end!r})
"""


LAYOUT = numa.even(4, 2, 4 << 30)


class Emulation(unittest.TestCase):
    PATCHED = "[ 2.0] Oops: int3: 0000 [#1] Code: fb 0f 1f 44 00 00 e9 <cf> 01"
    BREAKPOINT = "[ 2.0] Oops: int3: 0000 [#1] Code: fb 0f 1f 44 00 00 cc <cf> 01"

    def boots(self, *lines, accel="tcg", discard=None):
        kernel = kernels.Kernel("none", "none")
        with tempfile.TemporaryDirectory() as work:
            path, qemu = os.path.join(work, "lines"), os.path.join(work, "qemu")
            with open(path, "w") as f:
                f.write("".join(line + "\n" for line in lines))
            with open(qemu, "w") as f:
                f.write(EMULATOR.format(python=sys.executable, path=path, hello=frame(b"h", b"6.0"),
                                        end=frame(b"x", b"", 7)))
            os.chmod(qemu, 0o755)
            real, machine.QEMU = machine.QEMU, qemu
            try:
                with open(os.path.join(work, "console"), "wb", buffering=0) as console:
                    outcome = machine.run(kernel, b"", machine.Settings(LAYOUT, accel=accel, timeout=20.0),
                                          work, console, lambda frame: None, discard)
                with open(console.name) as f:
                    self.assertEqual(f.read().splitlines(), list(lines[:outcome.boots]))
            finally:
                machine.QEMU = real
        return outcome.ended, outcome.code, outcome.boots

    def test_boots_again(self):
        self.assertEqual(self.boots(), ("exit", 7, 1))
        self.assertEqual(self.boots(self.PATCHED, self.PATCHED), ("exit", 7, 3))

    def test_not_for_ever(self):
        self.assertEqual(self.boots(*[self.PATCHED] * 9), ("no boot", None, machine.BOOTS_MAX))

    def test_other_ends_are_the_images(self):
        self.assertEqual(self.boots("Oops: 0002 Code: 00 <cf>"), ("no boot", None, 1))
        self.assertEqual(self.boots(self.BREAKPOINT), ("no boot", None, 1))
        self.assertEqual(self.boots(self.PATCHED, accel="kvm"), ("no boot", None, 1))

    def test_what_had_begun_is_forgotten(self):
        forgotten = []
        self.assertEqual(self.boots("begun " + self.PATCHED, discard=lambda: forgotten.append(1)),
                         ("exit", 7, 2))
        self.assertEqual(forgotten, [1])
        self.assertEqual(self.boots("begun " + self.PATCHED), ("died", None, 1))


class Table(unittest.TestCase):
    def test_names_are_unique(self):
        names = [row.name for row in table.ROWS]
        self.assertEqual(len(names), len(set(names)))

    def test_nothing_is_wrong(self):
        """A machine that left nothing fulfils no row."""
        with tempfile.TemporaryDirectory() as empty:
            for row in table.ROWS:
                self.assertTrue(judge(Result(empty), row), row.name)


    def test_known_findings(self):
        """Only what is listed is known, and only where nothing else was found."""
        row = table.ROWS[0]
        listed = {row.name: (("hung_task",), "seen before")}
        with tempfile.TemporaryDirectory() as path:
            r = Result(path)
            r.vm = {"exit_code": 1}
            r.events = [{"kind": "hung_task", "weight": "finding"}, {"kind": "phase", "weight": "note"}]
            self.assertEqual(known(r, row, listed), "seen before")
            self.assertIsNone(known(r, table.ROWS[1], listed))
            r.events.append({"kind": "data_lost", "weight": "finding"})
            self.assertIsNone(known(r, row, listed))


if __name__ == "__main__":
    unittest.main()
