"""Plain tables written as TOML in as many ways as there are: order, tables, numbers, texts, comments."""

from __future__ import annotations

import json
import re

from hypothesis import strategies as st

NOISE = ("", "  # nota [1, {", '\t# = "x"')


class Spelling:
    """Writes a document; every choice that TOML leaves to the author is drawn."""

    def __init__(self, draw):
        self.draw = draw
        self.lines = []

    def write(self, document):
        self.table((), document)
        return "\n".join(self.lines) + "\n"

    def pick(self, *choices):
        return self.draw(st.sampled_from(choices))

    def shuffled(self, table):
        return self.draw(st.permutations(sorted(table)))

    def line(self, text):
        if self.draw(st.integers(0, 9)) == 0:
            self.lines += ["", "   # otra nota"]
        self.lines.append(text + self.pick(*NOISE))

    def table(self, path, table):
        """A table with its header; those inside it have one too, or are dotted keys, or stand in braces."""
        later = []
        for key in self.shuffled(table):
            value = table[key]
            if isinstance(value, dict):
                style = self.pick("header", "dotted", "braces") if value else "braces"
                if style == "header":
                    later.append(key)
                elif style == "dotted":
                    self.dotted((key,), value)
                else:
                    self.line(f"{self.key(key)} = {self.value(value, inline=False)}")
            else:
                self.line(f"{self.key(key)} = {self.value(value, inline=False)}")
        for key in later:
            here = (*path, key)
            self.line(f"[{'.'.join(self.key(part) for part in here)}]")
            self.table(here, table[key])

    def dotted(self, path, table):
        for key in self.shuffled(table):
            here = (*path, key)
            if isinstance(table[key], dict) and table[key] and self.pick(True, False):
                self.dotted(here, table[key])
            else:
                text = self.pick(".", " . ").join(self.key(part) for part in here)
                self.line(f"{text} = {self.value(table[key], inline=False)}")

    def key(self, key):
        if not re.fullmatch(r"[A-Za-z0-9_-]+", key):
            return json.dumps(key)
        return self.pick(key, key, json.dumps(key), f"'{key}'")

    def value(self, value, *, inline):
        """A value; inside braces everything stays on one line."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return self.number(value)
        if isinstance(value, str):
            return self.pick(json.dumps(value), f"'{value}'", f'"""{value}"""')
        if isinstance(value, dict):
            pairs = [f"{self.key(k)} = {self.value(value[k], inline=True)}" for k in self.shuffled(value)]
            return "{ " + ", ".join(pairs) + " }"
        items = [self.value(item, inline=inline) for item in value]
        if items and not inline and self.pick(True, False):
            return "[\n  " + ",  # nota\n  ".join(items) + ",\n]"
        return f"[{', '.join(items)}]"

    def number(self, value):
        if isinstance(value, int):
            return self.pick(str(value), f"+{value}", hex(value)) if value >= 0 else str(value)
        forms = {repr(value), f"{value:.12e}", f"{value:.6f}", f"{value:.3E}"}
        return self.pick(*sorted(form for form in forms if float(form) == value))


@st.composite
def spelled(draw, document):
    """The document as TOML."""
    return Spelling(draw).write(document)
