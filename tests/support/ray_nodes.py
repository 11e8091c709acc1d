"""A Ray cluster of several nodes on this machine: `ray_nodes.py NODE...`, each NODE a JSON object.

A node says what it offers (`num_cpus`, `num_gpus`, `env_vars`); the first is the head. Says the address and
the nodes' processes as one line of JSON. Ends, with everything it started, when its input does. Ray keeps
its files below RAY_TMPDIR.
"""

from __future__ import annotations

import json
import sys

from ray.cluster_utils import Cluster

QUIET = {"include_dashboard": False, "include_log_monitor": False}


def main():
    cluster = Cluster(shutdown_at_exit=True)
    head, *others = map(json.loads, sys.argv[1:])
    nodes = [cluster.add_node(**head, **QUIET), *(cluster.add_node(**other) for other in others)]
    pids = [[info.process.pid for found in node.all_processes.values() for info in found] for node in nodes]
    sys.stdout.write(json.dumps({"address": cluster.address, "processes": pids}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    cluster.shutdown()


if __name__ == "__main__":
    main()
