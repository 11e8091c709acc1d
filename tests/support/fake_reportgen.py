"""The command `reportgen` with a trainer that trains nothing; FAKE_NO_REPORT spares the report too.

FAKE_PATIENCE is for how many seconds the head of a cluster may be silent.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from reportgen import api
from reportgen.api import training
from reportgen.cli import commands, main

FAKE = (sys.executable, str(Path(__file__).with_name("fake_trainer.py")))


def count(project, _reasons, _known, announce, *_):
    """What rendering would say, without rendering."""
    announce()
    known = {}
    runs = api.plan_with(project, known).runs
    return (), len(runs), sum(known[run.key].status == "ok" for run in runs if run.key in known)


if __name__ == "__main__":
    # What a shell starts in the background ignores Ctrl-C, and so would all that tests start there.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    plain = commands._request
    commands._request = lambda arguments, **more: replace(plain(arguments, **more), worker=FAKE)
    if patience := os.environ.get("FAKE_PATIENCE"):
        from reportgen.runner.cluster import driver

        driver.PATIENCE = float(patience)
    if os.environ.get("FAKE_NO_REPORT"):
        training.render_all = count
    sys.exit(main())
