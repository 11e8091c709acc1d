"""A Ray cluster of several nodes on this machine: `ray_nodes.py NODE...`, each NODE a JSON object.

A node says what it offers (`num_cpus`, `num_gpus`, `env_vars`); the first is the head. Says the address and
the nodes' processes as one line of JSON, then adds the node of every line that it reads, and says them again.
Ends, with everything it started, when its input does. Ray keeps its files below RAY_TMPDIR.
"""

from __future__ import annotations

import json
import sys

from ray.cluster_utils import Cluster


def main():
    cluster = Cluster(shutdown_at_exit=True)
    started = []

    def add(text):
        quiet = {"include_dashboard": False, "include_log_monitor": False} if not started else {}
        started.append(cluster.add_node(**json.loads(text), **quiet))

    for node in sys.argv[1:]:
        add(node)
    address = cluster.address
    answer(address, started)
    for line in sys.stdin:
        add(line)
        answer(address, started)
    cluster.shutdown()


def answer(address, started):
    pids = [[info.process.pid for found in node.all_processes.values() for info in found] for node in started]
    sys.stdout.write(json.dumps({"address": address, "processes": pids}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
