# SPDX-License-Identifier: GPL-2.0-only
"""What a row of the table must show, held against what the machine left behind."""
import json
import os

import guest
import table

# Harm must be seen so soon after the storm began (its warm-up included), besides the watchdog's own
# delay where it is the watchdog that sees it: 2 * threshold and a look every 2/5 of it.
HARM_LIMIT_S = {"tail_move": 10.0, "tail_fault": 30.0}
WATCHDOG_S = table.WATCHDOG_THRESH_S * 2 * 1.4
LOCKUP_EVENTS = ("soft_lockup", "hard_lockup", "cpu_lockup")


class Result:
    """One machine's directory, read."""

    def __init__(self, path):
        self.path = path
        self.vm = self._json("vm.json") or {}
        self.host = self._json("host.json") or {}
        self.result = self._json("result.json")
        self.events = []
        for line in self._text("events.jsonl").split("\n"):
            try:
                self.events.append(json.loads(line))
            except ValueError:
                pass  # the last one, torn

    def _text(self, name):
        try:
            with open(os.path.join(self.path, name), errors="replace") as f:
                return f.read()
        except OSError:
            return ""

    def _json(self, name):
        try:
            return json.loads(self._text(name))
        except ValueError:
            return None

    def console(self):
        return self._text("console.log")

    def timeline(self):
        return self._text("timeline.tsv").split("\n")[1:-1]

    def kernel_log(self):
        return self._text("kernel.log")

    def code(self):
        return self.vm.get("exit_code")

    def model(self):
        return self.host.get("preempt", {}).get("model", "?")

    def count(self, kind):
        return sum(e["kind"] == kind for e in self.events)

    def texts(self, kind):
        return [e["text"] for e in self.events if e["kind"] == kind]

    def in_state(self, kind, state):
        """Events of that kind about a thread, or a storm, of which that became."""
        return [e for e in self.events if e["kind"] == kind and e.get("state") == state]

    def storm_began(self):
        """The warm-up storms as well."""
        for e in self.events:
            if e.get("phase") == "warmup":
                return e["when_ns"]
        return None

    def first(self, *kinds):
        """Seconds from the storm's beginning to the first of these events; None: there was none."""
        began = self.storm_began()
        when = [e["when_ns"] for e in self.events
                if (e["kind"] in kinds if kinds else e["weight"] == "finding")]
        return max(0.0, (min(when) - began) / 1e9) if began and when else None

    def delta(self, counter):
        return (self.result or {}).get("vmstat", {}).get("delta", {}).get(counter)

    def group(self, role):
        """Latency of the storm's operations of the groups with this role, the slowest group's."""
        groups = [g for g in (self.result or {}).get("groups", []) if g["role"] == role]
        return max((g["latency"]["storm_fault"] for g in groups), key=lambda l: l["max_ns"],
                   default={})

    def oldest_s(self):
        return max((g["in_flight_max_ns"] for g in (self.result or {}).get("groups", [])),
                   default=0) / 1e9


def must(complaints, holds, text):
    if not holds:
        complaints.append(text)


def lockup(r, row, complaints):
    lockups = (r.result or {}).get("lockups", {})
    log = r.kernel_log()
    harm, watchdog = r.first(), r.first("soft_lockup")
    limit = HARM_LIMIT_S[row.config]
    must(complaints, r.code() == 1, "exit code %s instead of 1 (FAIL)" % r.code())
    must(complaints, r.count("soft_lockup"), "the kernel reported no soft lockup")
    must(complaints, harm is not None and harm <= limit,
         "harm was seen %s s into the storm; the limit is %g" % (harm, limit))
    must(complaints, watchdog is not None and watchdog <= limit + WATCHDOG_S,
         "the soft lockup came %s s into the storm; the limit is %g" % (watchdog, limit + WATCHDOG_S))
    must(complaints, lockups.get("rescued"), "no lockup was ended by the rescue: %s"
         % (r.texts("rescue_failed") or "it did not try"))
    after = lockups.get("thp_moved_after" if row.config == "tail_move" else "folio_splits_after")
    must(complaints, after, "the storm did not go on after the rescue (moved or split: %s)" % after)
    must(complaints, r.vm.get("powered_off"), "the machine did not power itself off")
    must(complaints, r.in_state("lockup_thread", "running"),
         "no spinning thread is named in the evidence")
    must(complaints, r.in_state("lockup_thread", "starved"),
         "no starved thread is named in the evidence")
    must(complaints, "Call Trace" in log and "soft lockup" in log and "newfstat" in log,
         "kernel.log holds no trace of the lockup")


def livelock(r, row, complaints):
    harm = r.first()
    must(complaints, r.code() == 1, "exit code %s instead of 1 (FAIL)" % r.code())
    for kind in LOCKUP_EVENTS:
        must(complaints, not r.count(kind), "%s was reported" % kind)
    must(complaints, r.count("livelock"), "faults per touch did not show the livelock")
    must(complaints, r.count("stuck"), "the age in flight did not show the livelock (oldest %.1f s)"
         % r.oldest_s())
    must(complaints, harm is not None and harm <= HARM_LIMIT_S[row.config],
         "harm was seen %s s into the storm" % harm)
    must(complaints, "NMI backtrace for cpu" in r.kernel_log() and "newfstat" in r.kernel_log(),
         "kernel.log holds no trace of the spinning thread")
    must(complaints, any(e.get("page") and e.get("tid") for e in r.events if e["kind"] == "livelock"),
         "no spinning thread is named in the evidence")


def passes(r, row, complaints):
    reason = (r.result or {}).get("reason", "no result")
    must(complaints, r.code() == 0, "exit code %s instead of 0 (PASS): %s" % (r.code(), reason))
    for name, exposure in (r.result or {}).get("exposures", {}).items():
        must(complaints, not exposure["declared"] or (exposure["reached"] or 0) >= exposure["declared"],
             "exposure %s: %s reached, %s declared" % (name, exposure["reached"], exposure["declared"]))


def skips(r, row, complaints):
    must(complaints, r.code() == 77, "exit code %s instead of 77 (SKIP)" % r.code())
    must(complaints, "not supported by this kernel" in (r.result or {}).get("reason", "") and
         "transparent huge pages" in (r.result or {}).get("reason", ""),
         "the reason does not say that this kernel has no transparent huge pages: %s"
         % (r.result or {}).get("reason"))


def seen(r, row, complaints):
    must(complaints, r.code() in (0, 1, 3), "exit code %s" % r.code())


def lost(r, row, complaints):
    """The machine is lost, by whichever way; what had been streamed tells of it."""
    gone = r.vm.get("ended") in ("died", "hung", "time limit") or not r.vm.get("powered_off")
    panics = "--on_lockup=panic" in row.extra
    # Left to themselves, the CPUs may still be freed at the very end (seen once: whoever wants mmap_lock
    # for writing makes the spinning threads sleep); it counts that nobody helped them during the run.
    left = "--on_lockup=leave" in row.extra and not (r.result or {}).get("lockups", {}).get("rescued") \
        and r.in_state("stuck", "survived")
    must(complaints, gone or left, "the machine lived on: %s, exit code %s" % (r.vm.get("ended"), r.code()))
    must(complaints, not panics or r.vm.get("ended") == "died", "the kernel did not panic")
    must(complaints, not panics or "Kernel panic - not syncing: softlockup" in r.console(),
         "the console does not tell of the panic")
    must(complaints, "soft lockup" in r.console(), "the console does not tell of a lockup")
    must(complaints, r.host, "host.json was not streamed")
    must(complaints, len(r.timeline()) > 10, "no timeline was streamed")
    # Without a spare CPU nobody is left to tell what the lockup is.
    watched = "--spare_cpus=0" not in row.extra
    must(complaints, not watched or r.count("livelock"), "no finding was streamed")
    must(complaints, not watched or r.count("lockup_thread"), "no evidence of the threads was streamed")
    report = (r.host and guest.report(r.path, "mail")) or ""
    must(complaints, "Call Trace" in report and "soft lockup" in report,
         "the report does not quote the kernel's trace of the lockup")
    must(complaints, "swapper/" not in report, "the report quotes the trace of an idle CPU")


CHECKS = {"LOST": lost, "LOCKUP": lockup, "LIVELOCK": livelock, "PASS": passes, "SKIP": skips, "SEEN": seen}


def known(r, row, listed):
    """What is known of the findings of this FAIL; None where one of them is not listed."""
    kinds, text = listed.get(row.name, ((), None))
    found = {e["kind"] for e in r.events if e["weight"] == "finding"}
    return text if r.code() == 1 and found and found <= set(kinds) else None


def judge(r, row):
    """What of the row does not hold, as sentences; [] when all of it does."""
    complaints = []
    if r.result is None and row.expect != "LOST":
        return ["the machine left no result (%s)" % r.vm.get("ended", "it never ran")]
    must(complaints, r.model() == row.model,
         "the preemption model was taken for %s (%s)" % (r.model(), r.host.get("preempt")))
    CHECKS[row.expect](r, row, complaints)
    return complaints
