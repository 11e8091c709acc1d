"""From one `experiments.toml` to trained networks and a full report in Spanish, PDF and HTML.

Rooms, in the order in which the data flows: spec, plan, runner with training
in its own processes, store, records, analysis, findings, report; `api` is the
straight line through them. See docs/architecture.md.
"""
