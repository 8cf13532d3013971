# SPDX-License-Identifier: GPL-2.0-only
"""The NUMA nodes of a virtual machine: how many CPUs and how much memory each has, how far apart."""
import re

from failure import Failure
from options import size

LOCAL, REMOTE = 10, 20  # ACPI's SLIT: what distances are where no table says otherwise
FARTHEST = 254
NODES_MAX, CPUS_MAX = 16, 64


class Layout:
    """`nodes`: pairs of CPU count and bytes, either may be 0. `distances`: rows, or None."""

    def __init__(self, nodes, distances=None):
        self.nodes, self.distances = nodes, distances
        self.cpus = sum(cpus for cpus, _ in nodes)
        self.memory = sum(memory for _, memory in nodes)

    def arguments(self):
        """QEMU's. CPUs are dealt out in the order of the nodes; each is a socket of its own, for one that
        reached over two nodes would be a topology that the kernel warns of (topology_sane())."""
        words, first = ["-smp", "%d,sockets=%d,cores=1,threads=1" % (self.cpus, self.cpus),
                        "-m", "%dM" % (self.memory >> 20)], 0
        for node, (cpus, memory) in enumerate(self.nodes):
            word = "node,nodeid=%d" % node
            if memory:
                words += ["-object", "memory-backend-ram,id=m%d,size=%dM" % (node, memory >> 20)]
                word += ",memdev=m%d" % node
            if cpus:
                word += ",cpus=%d-%d" % (first, first + cpus - 1)
            words += ["-numa", word]
            first += cpus
        for src, row in enumerate(self.distances or []):
            for dst, distance in enumerate(row):
                if src != dst:
                    words += ["-numa", "dist,src=%d,dst=%d,val=%d" % (src, dst, distance)]
        return words


def even(cpus, nodes, memory):
    """As even as it goes, the first nodes take the rest; nodes beyond the CPUs have memory only."""
    mib = memory >> 20
    return Layout([(cpus // nodes + (node < cpus % nodes),
                    (mib // nodes + (mib % nodes if node == 0 else 0)) << 20)
                   for node in range(nodes)])


def parse(text):
    """"2:1G,1:1G,0:512M,1:0": CPUS:MEMORY of each node."""
    nodes = []
    for part in text.split(","):
        found = re.fullmatch(r"(\d{1,2}):(0|\d+[MG])", part)
        if not found or (found[1] == "0" and found[2] == "0"):
            raise Failure("--numa %s: '%s' is no node; write CPUS:MEMORY, like 2:1G, or 0:512M for "
                          "one without CPUs, or 1:0 for one without memory" % (text, part))
        nodes.append((int(found[1]), size(found[2]) if found[2] != "0" else 0))
    if not nodes[0][0] or not nodes[0][1]:
        raise Failure("--numa %s: the first node needs CPUs and memory, else nothing boots" % text)
    layout = Layout(nodes)
    if len(nodes) > NODES_MAX or layout.cpus > CPUS_MAX:
        raise Failure("--numa %s: at most %d nodes and %d CPUs" % (text, NODES_MAX, CPUS_MAX))
    return layout


def parse_distances(text, layout):
    """"10,21,31/21,10,31/31,31,10": a row for each node."""
    rows = [row.split(",") for row in text.split("/")]
    n = len(layout.nodes)
    if len(rows) != n or any(len(row) != n for row in rows):
        raise Failure("--distances %s: wants %d rows of %d, one for each node: 10,20/20,10"
                      % (text, n, n))
    for src, row in enumerate(rows):
        for dst, word in enumerate(row):
            low, high = (LOCAL, LOCAL) if src == dst else (LOCAL + 1, FARTHEST)
            if not word.isdigit() or not low <= int(word) <= high:
                raise Failure("--distances %s: '%s' from node %d to node %d; a node is %d from itself "
                              "and %d to %d from others"
                              % (text, word, src, dst, LOCAL, LOCAL + 1, FARTHEST))
    layout.distances = [[int(word) for word in row] for row in rows]
