"""What is kept: given back as it was or not at all, and never too much of it."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.api.cache import Cache


def test_what_was_kept_is_given_back(tmp_path):
    cache = Cache(tmp_path / "c")
    assert cache.get("figures/a") is None
    for content in (b"", b"uno", b"\0" * 1000):
        cache.put("figures/a", content)
        assert cache.get("figures/a") == content
    assert [path.name for path in (tmp_path / "c" / "figures").iterdir()] == ["a"]


@settings(deadline=None)
@given(st.binary(max_size=40), st.data())
def test_any_other_byte_is_noticed(tmp_path_factory, content, data):
    folder = tmp_path_factory.mktemp("c")
    cache = Cache(folder)
    cache.put("a", content)
    found = (folder / "a").read_bytes()
    at = data.draw(st.integers(0, len(found) - 1))
    for damaged in (found[:at], found + b"x", found[:at] + bytes([found[at] ^ 1]) + found[at + 1 :]):
        (folder / "a").write_bytes(damaged)
        assert cache.get("a") is None


def test_content_belongs_to_its_name(tmp_path):
    cache = Cache(tmp_path)
    cache.put("a", b"uno")
    (tmp_path / "b").write_bytes((tmp_path / "a").read_bytes())
    assert cache.get("b") is None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path):
    (tmp_path / "c").write_text("un archivo")
    cache = Cache(tmp_path / "c")
    cache.put("figures/a", b"uno")
    cache.sweep("figures", set(), 0)
    assert cache.get("figures/a") is None


@pytest.mark.parametrize(("limit", "left"), [(1000, "abcd"), (67 * 3, "acd"), (67 * 2, "ad"), (0, "a")])
def test_the_oldest_go_first_and_none_that_is_in_use(tmp_path, limit, left):
    cache = Cache(tmp_path)
    for at, name in enumerate("abcd"):
        cache.put(f"figures/{name}", b"uno")
        os.utime(tmp_path / "figures" / name, (at, at))
    cache.sweep("figures", {"figures/a"}, limit)
    assert "".join(sorted(path.name for path in (tmp_path / "figures").iterdir())) == left
