"""The frame in a real browser under the strict policy: drawer, list keys, palette, appearance, phone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer
from tests.cast import Cast, assemble
from tests.ui.builders import some_notes
from tests.ui.models import make_table

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.ui.urls"), pytest.mark.django_db(transaction=True)]

DESK = (1440, 900)
PHONE = (390, 844)
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread; the tests themselves talk to the database plainly.
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def office(browser: Browser, transactional_db: None) -> Cast:
    make_table()
    cast = assemble()
    some_notes(cast.project, 30)
    some_notes(cast.contract, 30, first=100)
    return cast


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, office: Cast) -> Iterator[Visit]:
    """Open a page signed in as the owner; whatever the browser complains about fails the test."""
    client = Client()
    client.force_login(office.owner, backend="django.contrib.auth.backends.ModelBackend")
    complaints: list[str] = []
    contexts = []

    def open_page(path: str, size: tuple[int, int] = DESK, language: str = "en") -> Page:
        width, height = size
        context = browser.new_context(viewport={"width": width, "height": height}, has_touch=size == PHONE)
        contexts.append(context)
        context.add_cookies(
            [
                {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url},
                {"name": "yunheng_language", "value": language, "url": live_server.url},
            ]
        )
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def test_a_number_opens_the_drawer_whose_address_can_be_shared(visit: Visit) -> None:
    page = visit("/ui/components/")
    page.locator(".big-number a").click()
    expect(page.locator("#drawer .drawer-title")).to_have_text("响应及时率")
    assert page.url.endswith("/ui/drawer/")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer-frame")).to_be_hidden()
    assert page.url.endswith("/ui/components/")
    expect(page.locator(".big-number a")).to_be_focused()


def test_going_back_closes_the_drawer_and_going_forward_opens_it_again(visit: Visit) -> None:
    page = visit("/ui/components/")
    page.locator(".big-number a").click()
    expect(page.locator("#drawer .drawer-title")).to_be_visible()
    page.go_back()
    expect(page.locator("#drawer-frame")).to_be_hidden()
    page.go_forward()
    expect(page.locator("#drawer .drawer-title")).to_be_visible()


def test_a_number_within_the_drawer_goes_deeper_and_back(visit: Visit) -> None:
    page = visit("/ui/components/")
    page.locator(".big-number a").click()
    page.locator("#drawer a.number-opens").first.click()
    page.wait_for_url("**/ui/drawer/?part=hit")
    page.go_back()
    page.wait_for_url("**/ui/drawer/")
    expect(page.locator("#drawer .drawer-title")).to_be_visible()


def test_keys_walk_pick_and_look_at_rows(visit: Visit) -> None:
    page = visit("/notes/")
    for key in ("j", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("tr[aria-current]")).to_contain_text("N-2021-000030")
    expect(page.locator("[data-picked]")).to_have_text("1")
    page.keyboard.press("o")
    expect(page.locator("#drawer .drawer-title")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    expect(page.locator("tr[aria-current]")).to_contain_text("N-2021-000129")


def test_picked_rows_stay_picked_while_paging(visit: Visit) -> None:
    page = visit("/notes/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("n")
    expect(page.locator("[data-row]").first).not_to_contain_text("N-2021-000129")
    expect(page.locator("[data-picked]")).to_have_text("1")
    page.keyboard.press("p")
    expect(page.locator("[data-row] input").first).to_be_checked()


def test_filters_swap_the_list_and_the_address_follows(visit: Visit) -> None:
    page = visit("/notes/")
    page.locator(".filters summary").click()
    page.locator(".filter-option input").first.check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".chip")).to_contain_text("P1")
    assert page.url.endswith("/notes/?level=1")
    page.locator(".chip a").click()
    expect(page.locator(".chip")).to_have_count(0)


def test_the_slash_key_searches(visit: Visit) -> None:
    page = visit("/notes/")
    page.keyboard.press("/")
    page.keyboard.type("n-2021-000101")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(1)


def test_the_palette_goes_to_a_page(visit: Visit) -> None:
    page = visit("/notes/")
    page.keyboard.press("Control+k")
    page.keyboard.type("home")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Home")


def test_the_question_mark_tells_the_keys(visit: Visit) -> None:
    page = visit("/notes/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_the_appearance_is_kept(visit: Visit) -> None:
    page = visit("/notes/")
    page.locator(".person-menu summary").click()
    page.get_by_role("button", name="Dark").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_menu_folds_and_stays_folded(visit: Visit) -> None:
    page = visit("/notes/")
    page.keyboard.press("[")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-sidebar", "narrow")


def test_the_trail_can_show_one_kind_of_entry(visit: Visit) -> None:
    page = visit("/ui/components/")
    page.locator("[data-trail-kind=file]").click()
    expect(page.locator(".trail-entry:visible")).to_have_count(1)


def test_a_list_too_wide_for_the_window_scrolls_in_its_frame(visit: Visit) -> None:
    page = visit("/notes/", (800, 700))
    page.locator(".filters summary").click()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("path", ["/", "/notes/", "/ui/components/", "/ui/drawer/"])
def test_nothing_is_wider_than_the_phone(visit: Visit, path: str, language: str) -> None:
    page = visit(path, PHONE, language)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_menu_opens_on_the_phone(visit: Visit) -> None:
    page = visit("/notes/", PHONE)
    page.locator(".bottombar a").last.click()
    expect(page.locator("#menu")).to_be_visible()
    page.locator(".sidebar-close").click()
    expect(page.locator("#menu")).to_be_hidden()


def test_pages_work_without_script(browser: Browser, live_server: LiveServer, office: Cast) -> None:
    client = Client()
    client.force_login(office.owner, backend="django.contrib.auth.backends.ModelBackend")
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/notes/")
    page.locator(".filters summary").click()
    page.locator(".filter-option").first.click()
    page.locator(".filter-actions button").click()
    assert "level=1" in page.url
    assert page.locator("[data-row]").count() == 20
    page.goto(f"{live_server.url}/ui/components/")
    page.locator(".big-number a").click()
    assert page.url.endswith("/ui/drawer/")
    context.close()
