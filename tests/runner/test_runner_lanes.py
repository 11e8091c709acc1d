"""Takes plans and machines of any size, checks which runs share the machine, in what order, by whom."""

from __future__ import annotations

import pytest
from support import fake_trainer as fake
from support.configurations import HEAD, plan_of

from reportgen.plan.layers import is_convolutional, is_large
from reportgen.runner import pool as pool_module
from reportgen.runner import schedule
from reportgen.runner import worker as worker_module
from reportgen.runner.schedule import lanes

NETWORKS = """
[model.densa]
layers = [{ layer = "Flatten" }, { layer = "Dense", units = "$unidades" }]
parameters = { unidades = 8 }
[model.conv]
layers = [{ layer = "Conv2D", filters = 8, kernel_size = 3 }, { layer = "Flatten" }]
[model.grande]
layers = [{ backbone = "VGG16", weights = "none" }, { layer = "Flatten" }]
[study.grandes]
model = "grande"
seeds = [0, 1]
[study.densas]
model = "densa"
grid.unidades = [8, 512, 64]
[study.convs]
model = "conv"
seeds = [0, 1]
"""


@pytest.fixture
def runs(tmp_path):
    return plan_of(tmp_path, HEAD + NETWORKS).runs


def test_small_networks_share_the_machine_and_large_ones_have_it_alone(runs):
    found = lanes(runs, 2, 0, gpus=0)
    assert [(lane.workers, lane.threads, lane.runs[0].study) for lane in found] == [
        (2, 1, "densas"),
        (2, 1, "convs"),
        (1, 0, "grandes"),
    ]
    assert [lane.why for lane in found] == [
        "redes densas: 2 procesos de un hilo a la vez",
        "redes convolucionales pequeñas: 2 procesos de un hilo a la vez",
        "redes grandes: un proceso con todos los hilos",
    ]


def test_few_runs_get_more_threads_each(runs):
    found = lanes(runs, 8, 0, gpus=0)
    assert [(lane.workers, lane.threads) for lane in found] == [(3, 2), (2, 4), (1, 0)]
    assert lanes(runs[2:3], 8, 0, gpus=0)[0].threads == 0, "a single run has the machine"
    assert {(lane.workers, lane.threads) for lane in lanes(runs, 1, 0, gpus=0)} == {(1, 0)}


def test_no_more_workers_than_there_is_memory_for(runs, monkeypatch):
    monkeypatch.setattr(schedule, "memory", lambda: 4 * 1024**3)
    assert [lane.workers for lane in lanes(runs, 8, 0, gpus=0)] == [2, 2, 1]
    monkeypatch.setattr(schedule, "memory", lambda: 1024**3)
    assert [lane.workers for lane in lanes(runs, 8, 0, gpus=0)] == [1, 1, 1]


def test_long_runs_begin_first(runs):
    densas = lanes(runs, 2, 0, gpus=0)[0].runs
    assert [run.parameters["unidades"] for run in densas] == [512, 64, 8]


@pytest.fixture
def devices(tmp_path, monkeypatch):
    """Gives this machine GPUs, as far as the system shows."""
    monkeypatch.setattr(schedule, "DEVICES", str(tmp_path))
    monkeypatch.setattr(schedule.shutil, "which", lambda _name: None)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    def make(count, chosen=None):
        for name in [*map(str, range(count)), "ctl", "-uvm"]:
            (tmp_path / f"nvidia{name}").touch()
        if chosen is not None:
            monkeypatch.setenv("CUDA_VISIBLE_DEVICES", chosen)
        return schedule.gpus()

    return make


@pytest.mark.parametrize(
    ("count", "chosen", "found"),
    [
        (0, None, ()), (0, "0,1", ()), (2, None, ("0", "1")), (3, "2, 0", ("2", "0")),
        (2, "", ()), (2, "-1", ()), (3, "1,-1,2", ("1",)), (1, "GPU-5f1a", ("GPU-5f1a",)),
    ],
)  # fmt: skip
def test_gpus_are_those_that_the_system_shows_and_the_user_allows(devices, count, chosen, found):
    assert devices(count, chosen) == found


def test_a_driver_without_devices_of_the_system_has_one_gpu(devices, monkeypatch):
    monkeypatch.setattr(schedule.shutil, "which", lambda _name: "/usr/bin/nvidia-smi")
    assert devices(0) == ("0",)


def test_each_worker_sees_one_gpu(devices, study, monkeypatch):
    devices(2)
    made = study("SGD", more="seeds = [0, 1, 2, 3, 4, 5]\n")
    seen = []
    plain = worker_module.Worker._spawn

    def spawn(worker, command, log, more):
        seen.append(more)
        return plain(worker, command, log, more)

    monkeypatch.setattr(worker_module.Worker, "_spawn", spawn)
    assert made.run(jobs=3).trained == 6
    assert sorted(more["CUDA_VISIBLE_DEVICES"] for more in seen) == ["0", "0", "1"], "three share two"


def test_jobs_and_a_gpu_decide_instead(runs):
    assert [(lane.workers, lane.threads, lane.why) for lane in lanes(runs, 8, 4, gpus=0)] == [
        (4, 2, "según --jobs")
    ]
    assert [(lane.workers, lane.threads, lane.why) for lane in lanes(runs, 8, 0, gpus=1)] == [
        (1, 0, "una GPU entrena una ejecución a la vez")
    ]
    assert [(lane.workers, lane.threads, lane.why) for lane in lanes(runs, 8, 0, gpus=2)] == [
        (2, 4, "2 GPU entrenan, cada una, una ejecución a la vez")
    ]
    assert [lane.workers for lane in lanes(runs[:1], 8, 0, gpus=2)] == [1]
    assert lanes((), 8, 0, gpus=0) == ()


CHAIN = """
[study.s]
model = "mlp"
grid.optimizer = ["SGD", "Adam"]
[study.t]
from = { study = "s", best = "validation.accuracy" }
seeds = [1, 2]
"""


@pytest.fixture
def started(monkeypatch):
    found = []
    plain = pool_module.Worker

    def start(*arguments, **settings):
        found.append(settings["threads"])
        return plain(*arguments, **settings)

    monkeypatch.setattr(pool_module, "Worker", start)
    return found


def test_workers_stay_warm_from_data_to_the_last_lane(study, started, monkeypatch):
    monkeypatch.setattr("reportgen.runner.execute.usable_cores", lambda: 2)
    made = study(text=HEAD + CHAIN)
    summary = made.run(jobs=0)
    assert (summary.trained, summary.failed) == (4, 0)
    assert started == [1, 1], "two workers for data, parents and children"
    assert [event.total for event in made.events if event.kind == "lane"] == [2, 2]


@pytest.mark.parametrize(("limit", "value"), [("MAX_STALE", 0), ("WORKERS_SHARE", 0.0)])
def test_a_worker_that_has_grown_is_replaced(study, started, monkeypatch, limit, value):
    monkeypatch.setattr(pool_module, limit, value)
    made = study(fake.OK, "Adam", data=False)
    assert made.run(jobs=1).trained == 2
    assert len(started) == 3, "for the data and for each run"


def test_a_worker_that_died_idle_costs_the_next_run_no_attempt(study, started, monkeypatch):
    plain = pool_module.Pool.work
    rounds = []

    def work(self, jobs):
        if rounds:
            worker = self.slots[0]
            worker.process.kill()
            worker.process.wait()
        rounds.append(len(jobs))
        yield from plain(self, jobs)

    monkeypatch.setattr(pool_module.Pool, "work", work)
    monkeypatch.setattr(worker_module, "ATTEMPTS", 1)
    made = study(text=HEAD + CHAIN)
    assert made.run(jobs=1).trained == 4
    assert len(started) == len(rounds) > 1


def test_workers_of_other_lanes_end_where_memory_is_short(study, started, monkeypatch):
    monkeypatch.setattr("reportgen.runner.execute.usable_cores", lambda: 2)
    monkeypatch.setattr("reportgen.runner.execute.memory", lambda: 0)
    ended = []
    plain = pool_module.Pool.end
    monkeypatch.setattr(pool_module.Pool, "end", lambda self: ended.append(self.size) or plain(self))
    made = study(text=HEAD + CHAIN.replace("seeds = [1, 2]", "seeds = [1]"))
    assert made.run(jobs=0).trained == 3
    assert ended == [2], "a single child has one process with all threads"
    assert started == [1, 1, 0]


def test_layers_inside_others_are_seen():
    wrapped = {"layers": [{"layer": "Bidirectional", "layer_": {"layer": "LSTM", "units": 4}}]}
    assert is_large(wrapped)
    assert is_convolutional(wrapped)
    assert is_large({"layers": [{"layer": "ConvLSTM2D", "filters": 4}]})
    assert not is_large({"layers": [{"layer": "Conv2D", "filters": 4}]})
    assert not is_convolutional({"layers": [{"layer": "Dense", "units": 4}]})
