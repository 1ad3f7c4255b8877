"""The pages in a real browser, headless Chromium: no error, nothing too wide, accessible, in light and in dark."""

import shutil
import struct
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from warehouse.public import render_public
from warehouse.store import Warehouse

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (Debian package chromium)")
PAGES = ("index.html", "initiatives/ini-corridor.html", "initiatives/cica.html")
Scheme = Literal["light", "dark"]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name is the library's)
        return


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, seeded_file: Path) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("public")
    with Warehouse.open(seeded_file) as warehouse:
        for name, content in render_public(warehouse).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
            ],
        )
        yield started
        started.close()


def opened(browser: Browser, address: str, width: int, scheme: Scheme) -> tuple[Page, list[str]]:
    """The page, and what the browser complains of."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
    page.on("request", lambda request: complaints.append(f"asks for {request.url}") if request.url != address else None)
    response = page.goto(address)
    assert response
    assert response.status == 200
    return page, complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_loads_nothing_but_itself(
    browser: Browser, site: str, tmp_path: Path, name: str, width: int, scheme: Scheme
) -> None:
    page, complaints = opened(browser, f"{site}/{name}", width, scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    picture = tmp_path / "page.png"
    page.screenshot(path=picture, full_page=True)
    assert struct.unpack(">I", picture.read_bytes()[16:20]) == (width,)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (int(background.split("(")[1].split(",")[0]) < 64) == (scheme == "dark")
    page.close()
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_barrier(browser: Browser, site: str, name: str, scheme: Scheme) -> None:
    page, _ = opened(browser, f"{site}/{name}", 1280, scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    results = Axe().run(page).response
    page.close()
    assert {"color-contrast", "heading-order", "link-name", "region"} <= {rule["id"] for rule in results["passes"]}
    found = [
        f"{rule['id']}: {node['html'][:200]} {node['any'][:1]}"
        for rule in results["violations"]
        for node in rule["nodes"]
    ]
    assert found == []


def test_the_keyboard_reaches_the_content_first_and_opens_the_evidence(browser: Browser, site: str) -> None:
    page, _ = opened(browser, f"{site}/index.html", 1280, "light")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]  # it is there, as just seen
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    summary = page.locator("article summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("article details").first.get_attribute("open") is not None
    page.close()


def test_headings_are_in_order_and_tables_have_headers(browser: Browser, site: str) -> None:
    for name in PAGES:
        page, _ = opened(browser, f"{site}/{name}", 1280, "light")
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(one => +one.tagName[1])")
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert page.evaluate("[...document.querySelectorAll('table')].every(one => one.querySelector('th[scope=col]'))")
        assert page.evaluate("[...document.querySelectorAll('svg')].every(one => one.getAttribute('aria-label'))")
        page.close()


def test_the_page_can_be_read_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/index.html")
    assert page.get_by_role("heading", name="Newest developments").is_visible()
    assert page.get_by_role("link", name="Middle Corridor border guard mechanism").first.is_visible()
    page.locator("article summary").first.click()
    assert page.locator("article .record").first.is_visible()
    context.close()
