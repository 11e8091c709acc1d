"""Takes this machine and process, gives the facts about them that a record may carry."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

import keras
import tensorflow as tf

from reportgen.records.model import Environment
from reportgen.training.process import threads_wanted

PACKAGES = ("tensorflow", "keras", "numpy", "scikit-learn", "reportgen")
"""The only packages whose versions are recorded."""


def configure() -> None:
    """Sets threads and GPU memory; must come before the first operation.

    Raises:
        RuntimeError: Keras would load unsafe objects; the worker refuses to go on.
    """
    threads = threads_wanted()
    if threads:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(min(threads, 2))
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    if unsafe_loading():
        raise RuntimeError("Keras tiene activada la deserialización insegura; reportgen no la admite")


def unsafe_loading() -> bool:
    """Whether somebody called ``keras.config.enable_unsafe_deserialization``."""
    from keras.src.saving.serialization_lib import in_safe_mode

    return in_safe_mode() is False


def describe(concurrent: int = 1) -> Environment:
    """Python, system, processor, device and versions; no names of hosts, people or folders."""
    return Environment(
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release().split('.')[0]}",
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        threads=threads_wanted() or _usable_cpus(),
        device=_device(),
        packages=_versions(),
        concurrent_runs=concurrent,
    )


def _versions() -> dict[str, str]:
    """Package -> version, for those of the allow-list that are installed."""
    found = {"keras": keras.__version__, "tensorflow": tf.__version__}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return dict(sorted(found.items()))


def _usable_cpus() -> int:
    """CPUs this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _device() -> str:
    """Names of the GPUs, or ``CPU``."""
    names = []
    for gpu in tf.config.list_physical_devices("GPU"):
        details = tf.config.experimental.get_device_details(gpu)
        names.append(str(details.get("device_name", "GPU")))
    return ", ".join(names) or "CPU"


def _cpu() -> str:
    """Model of the processor."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as stream:
            for line in stream:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
