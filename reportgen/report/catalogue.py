"""Takes the rules of findings and their words, gives the page that explains every code.

``python -m reportgen.report.catalogue > docs/hallazgos.md`` makes it anew.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from reportgen.findings.model import Role
from reportgen.findings.registry import RULES, Rule
from reportgen.report.packaged import packaged
from reportgen.report.templates import Templates

WORDS = "es/rules.toml"
"""Titles, rules and reasons by code."""


def catalogue() -> str:
    """The page, as Markdown."""
    words = Templates([packaged()]).toml(WORDS)
    page = words["page"]
    chapters = []
    for role in Role:
        entries = [_entry(rule, words) for rule in RULES if rule.role is role]
        chapters += [f"## {page[role]['title']}\n", *entries]
    return "\n".join([page["head"], *chapters])


def _entry(rule: Rule, words: Mapping[str, Any]) -> str:
    page, said = words["page"], words[rule.code]
    told = ", ".join(page[rule.role][verdict] for verdict in rule.verdicts)
    return (
        f"### `{rule.code}`: {said['title']}\n\n"
        f"- **{page['rule']}** {said['rule']}\n"
        f"- **{page['why']}** {said['why']}\n"
        f"- **{page['verdicts']}** {told[0].upper()}{told[1:]}.\n"
    )


def main() -> None:
    """Writes the page to standard output."""
    sys.stdout.write(catalogue())


if __name__ == "__main__":
    main()
