"""The line of every key and element, in TOML that a generator spells in many ways."""

from __future__ import annotations

import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.spec.positions import Mark, line_of, positions

KEYS = st.one_of(
    st.from_regex(r"\A[a-z0-9_-]{1,4}\Z"),
    st.sampled_from(["a.b", "a b", "[x]", "#", "ñ", "=", "{", '"', "'"]),
)
PLAIN = ("1", "-2.5e3", "true", "2026-06-09", "07:32:00", "nan", "0xff")
TEXTS = (
    '""',
    '"[a, {b"',
    '"}] # no"',
    "'x = [1]'",
    r'"\" \\"',
    "'''\n# tres\n{'''",
    '"""a""""',
    r'"""\"" """',
)
SCALARS = st.sampled_from([*PLAIN, *TEXTS, '"""\nuno\n] = "dos"\n"""'])
COMMENTS = st.sampled_from(["", " # nota [1, {", "  #"])
SHAPES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.tuples(st.just("list"), st.lists(inner, max_size=4), st.booleans(), COMMENTS),
        st.tuples(st.just("table"), st.dictionaries(KEYS, inner, max_size=3)),
    ),
    max_leaves=8,
)


def spelled(key: str) -> str:
    if key and all(char.isascii() and (char.isalnum() or char in "_-") for char in key):
        return key
    return f"'{key}'" if "'" not in key else '"' + key + '"'


class Emitter:
    """Writes TOML and remembers on which line it wrote what."""

    def __init__(self):
        self.text = ""
        self.lines = {}

    def mark(self, path):
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], self.text.count("\n") + 1)

    def value(self, path, shape):
        if isinstance(shape, str):
            self.text += shape
        elif shape[0] == "list":
            self.sequence(path, *shape[1:])
        else:
            self.text += "{ "
            for number, (key, inner) in enumerate(shape[1].items()):
                self.text += ", " if number else ""
                self.pair((*path, key), [key], inner)
            self.text += " }"

    def sequence(self, path, items, long, comment):
        self.text += "["
        for index, inner in enumerate(items):
            self.text += f"{comment}\n\n  " if long else " "
            self.mark((*path, index))
            self.value((*path, index), inner)
            self.text += ","
        self.text += f"{comment}\n]" if long else "]"

    def pair(self, path, keys, inner):
        self.mark(path)
        self.text += " . ".join(spelled(key) for key in keys) + " = "
        self.value(path, inner)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        KEYS,
        st.dictionaries(KEYS, st.tuples(st.booleans(), SHAPES, COMMENTS), max_size=4),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.dictionaries(KEYS, SHAPES, max_size=2), max_size=3),
)
def test_every_key_and_element_has_its_line(tables, many):
    emitter = Emitter()
    for name, content in tables.items():
        emitter.text += "\n# [nada]\n"
        emitter.mark(("t", name))
        emitter.text += f"[t . {spelled(name)}] # x\n"
        for key, (dotted, shape, comment) in content.items():
            keys = [key, "z"] if dotted else [key]
            emitter.pair(("t", name, *keys), keys, shape)
            emitter.text += f"{comment}\n"
    for index, content in enumerate(many):
        emitter.mark(("many", index))
        emitter.text += "[[many]]\n"
        for key, shape in content.items():
            emitter.pair(("many", index, key), [key], shape)
            emitter.text += "\n"
    tomllib.loads(emitter.text)
    found = positions(emitter.text)
    assert {path: found.get(path) for path in emitter.lines} == emitter.lines


NESTED = """\
[[a]]
x = 1
[[a]]
x = 2
[a.t]
y = 3
[[a.b]]
z = 4
[[a.b]]
z = [
  5,
]
[c.d]
w = 6
"""


def test_tables_inside_tables_of_a_list_have_their_lines():
    tomllib.loads(NESTED)
    found = positions(NESTED)
    places = [
        ("a", 0), ("a", 0, "x"), ("a", 1), ("a", 1, "x"), ("a", 1, "t"), ("a", 1, "t", "y"), ("a", 1, "b", 0),
        ("a", 1, "b", 0, "z"), ("a", 1, "b", 1), ("a", 1, "b", 1, "z"), ("a", 1, "b", 1, "z", 0),
        ("c", "d"), ("c", "d", "w"),
    ]  # fmt: skip
    assert [found[place] for place in places] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14]


def test_what_has_no_line_of_its_own_has_the_line_of_what_holds_it():
    marks = {path: Mark("e.toml", line) for path, line in positions("[a]\nb = 1\n").items()}
    assert line_of(marks, ("a", "b", "c", 3)) == ("e.toml", 2)
    assert line_of(marks, ("x",)) == ("", 1)
