"""The HTML in a real browser: nothing refused, nothing fetched, nothing cut, at any width."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import sync_playwright
from support.documents import sample

WIDTHS = (360, 768, 1280, 2560)
FLAGS = ["--no-sandbox", "--headless=new", "--disable-gpu", "--disable-dev-shm-usage"]


@pytest.fixture(scope="module")
def browser():
    path = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None
    )
    if path is None:
        pytest.fail("no Chromium on this machine: apt install chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS, headless=True)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("html") / "informe.html"
    path.write_text(sample()[2].html, encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser, address):
    page = browser.new_page()
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(address)
    yield page
    page.close()


def test_the_browser_has_nothing_to_say_and_nothing_to_fetch(page, address):
    page.wait_for_load_state("networkidle")
    assert page.said == []
    assert [url for url in page.asked if not url.startswith("data:")] == [address]
    assert page.evaluate("document.styleSheets.length") == 1
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 10


@pytest.mark.parametrize("width", WIDTHS)
def test_no_width_scrolls_sideways(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    wide = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.table, pre'))
            .map(e => e.tagName + '.' + e.className + '#' + e.id).slice(0, 5)"""
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width, wide
    assert wide == []


def test_every_image_is_decoded_and_inside_the_text(page):
    images = page.evaluate(
        "[...document.images].map(i => [i.complete, i.naturalWidth, i.getBoundingClientRect().width])"
    )
    assert images
    for complete, natural, shown in images:
        assert complete
        assert natural > 0
        assert shown > 20


def test_a_link_of_the_contents_scrolls_to_its_heading(page):
    link = page.locator("nav.toc a").last
    target = link.get_attribute("href").removeprefix("#")
    link.click()
    page.wait_for_function("scrollY > 100")
    top = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", target)
    assert -5 <= top <= page.viewport_size["height"]
    assert page.said == []


def test_printing_shows_all_of_it(page):
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert page.said == []
