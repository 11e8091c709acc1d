"""Takes a request, gives its outcome: the straight line load, plan, run, collect, find, render, write."""

from reportgen.api.explaining import Explained, explain
from reportgen.api.planning import Planned, PlannedPass, PlannedRun, plan
from reportgen.api.project import Outcome, Project, Request, check, open_project, plan_with, records_of
from reportgen.api.prose import Reviewed, review
from reportgen.api.rendering import render
from reportgen.api.showing import show, show_run
from reportgen.api.starting import init
from reportgen.api.training import prepare, probed, run

__all__ = [
    "Explained", "Outcome", "Planned", "PlannedPass", "PlannedRun", "Project", "Request", "Reviewed", "check",
    "explain", "init", "open_project", "plan", "plan_with", "prepare", "probed", "records_of", "render",
    "review", "run", "show", "show_run",
]  # fmt: skip
