"""From home to the report in a real browser: the score tile, an indicator, the tickets it counted, one ticket, the
explanation of its clock, the report. Four roles walk it; each is shown what it may see, and refused the rest."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer
from tests.cast import NOW, Cast, assemble
from tests.contracts.builders import a_target
from tests.evaluation.builders import BEFORE
from tests.servicedesk.builders import TABLE, a_fault, an_office_with_targets

from yunheng.contracts.models import Contract, Project
from yunheng.evaluation.actions.judging import evaluate
from yunheng.evaluation.actions.schemes import freeze_scheme, propose_scheme
from yunheng.evaluation.models import Evaluation, Seal
from yunheng.foundation.models import AuditEntry
from yunheng.people.models import User
from yunheng.servicedesk.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EVALUATION_PAGES = (
    "evaluation:evaluation",
    "evaluation:total",
    "evaluation:verification",
    "evaluation:result",
    "evaluation:evidence",
    "reporting:evaluation-page",
)


@dataclass(frozen=True, slots=True)
class Office:
    """Six faults, weighed by the real measures: five of contract C1, one of them restored late, and one of C2."""

    cast: Cast
    whole: Evaluation  # over the project
    part: Evaluation  # over contract C1
    late: Ticket  # of C1: level 2, eight hours to restore, restored after nine and a half
    elsewhere: Ticket  # of C2


def an_office_at_work() -> Office:
    cast = assemble()
    contract = an_office_with_targets(cast)
    other = Contract.objects.get(scope=cast.other_contract)
    for clock, (seconds, days, outside, calendar) in TABLE[2].items():
        a_target(other, 2, clock, seconds=seconds, days=days, outside_seconds=outside, calendar=calendar)
    project = Project.objects.get(scope=cast.project)
    scheme = propose_scheme(
        project=project,
        code="2021",
        name="2021年评价方案",
        kinds={1: "operations", 2: "operations"},
        actor=cast.owner.actor,
        now=BEFORE,
    )
    freeze_scheme(scheme=scheme, actor=cast.owner.actor, now=BEFORE)
    for day, level in (("2021-09-06", 1), ("2021-11-08", 3), ("2021-12-06", 4), ("2022-01-10", 2)):
        a_fault(
            cast,
            f"{day} 10:00",
            level=level,
            responded=f"{day} 10:05",
            restored=f"{day} 11:00",
            resolved=f"{day} 12:00",
        )
    late = a_fault(
        cast,
        "2021-10-11 09:00",
        level=2,
        responded="2021-10-11 09:10",
        restored="2021-10-11 18:30",
        resolved="2021-10-11 20:00",
    )
    elsewhere = a_fault(
        cast,
        "2022-02-14 10:00",
        level=2,
        responded="2022-02-14 10:05",
        restored="2022-02-14 11:00",
        resolved="2022-02-14 12:00",
        scope=cast.other_contract,
        worker=cast.outsider,
    )
    whole = evaluate(project=project, actor=cast.owner.actor, now=NOW)
    part = evaluate(project=project, contract=contract, actor=cast.owner.actor, now=NOW)
    return Office(cast, whole, part, late, elsewhere)


# ---------------------------------------------------------------- the browser and its visitors


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread; the tests themselves talk to the database plainly.
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def office(browser: Browser, transactional_db: None) -> Office:
    return an_office_at_work()


Enter = Callable[[User], "Visitor"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """One person at one browser; ``ask`` and ``send`` carry his session past the page."""

    page: Page
    root: str

    def open(self, path: str) -> Page:
        self.page.goto(self.root + path)
        return self.page

    def ask(self, path: str) -> int:
        """The status of the address."""
        return self.page.request.get(self.root + path, max_redirects=0).status

    def send(self, path: str, **form: str | float | bool) -> int:
        """The status of a form sent with the token of the page on the screen, whether or not it shows that form."""
        token = self.page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
        headers = {"X-CSRFToken": str(token), "Referer": self.root + "/"}
        return self.page.request.post(self.root + path, form=form, headers=headers, max_redirects=0).status


@pytest.fixture
def enter(browser: Browser, live_server: LiveServer, office: Office) -> Iterator[Enter]:
    """Sit a person down at a browser of his own; whatever it complains about fails the test."""
    complaints: list[str] = []
    contexts = []

    def sit_down(user: User) -> Visitor:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        contexts.append(context)
        context.add_cookies(
            [
                {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url},
                {"name": "yunheng_language", "value": "en", "url": live_server.url},
            ]
        )
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return Visitor(page, live_server.url)

    yield sit_down
    for context in contexts:
        context.close()
    assert complaints == []


# ---------------------------------------------------------------- the steps of the walk


def tile_of(page: Page) -> Locator:
    return page.locator("[data-tile='evaluation.score']")


def restored_in_time(row: Evaluation) -> dict[str, object]:
    found: dict[str, object] = next(item for item in row.result["indicators"] if item["id"] == "I06")
    return found


def see_what_was_counted(visitor: Visitor, row: Evaluation, *, counted: int) -> Locator:
    """Home, the tile's line of I06, its drawer; answers the drawer with every counted ticket in it."""
    page = visitor.open("/")
    expect(tile_of(page).locator(".tile-head a")).to_have_text(row.number)
    tile_of(page).locator("li", has_text="I06").locator("a.number-opens").click()
    drawer = page.locator("#drawer")
    expect(drawer.locator(".drawer-title")).to_contain_text("I06")
    expect(drawer.locator(".big-number")).to_have_text(str(restored_in_time(row)["score"]))
    expect(drawer).to_contain_text(f"{counted - 1} / {counted}")
    expect(drawer.locator(".records tbody tr")).to_have_count(1)
    drawer.get_by_role("link", name=f"Counted {counted}", exact=True).click()
    expect(drawer.locator(".records tbody tr")).to_have_count(counted)
    return drawer


def see_why_it_was_late(visitor: Visitor, drawer: Locator, late: Ticket) -> None:
    """The ticket named in the drawer, and how the deadline came about that it missed."""
    page = visitor.page
    line = drawer.locator(".records tbody tr", has_text=late.number)
    expect(line).to_contain_text("did not meet the target")
    line.get_by_role("link", name=late.number).click()
    expect(page.locator("h1")).to_contain_text(late.number)
    page.locator("a.clock.state-late", has_text="Restore").click()
    expect(page.locator("#drawer .drawer-title")).to_contain_text(late.number)
    expect(page.locator("#drawer")).to_contain_text("Missed.")
    expect(page.locator("#drawer")).to_contain_text("clause 6.2")
    expect(page.locator("#drawer")).to_contain_text("2021-10-11 17:00")  # due: 09:00 and eight hours
    expect(page.locator("#drawer")).to_contain_text("2021-10-11 18:30")  # stopped
    expect(page.locator("#drawer ol.reading li")).not_to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#drawer-frame")).to_be_hidden()


def read_the_report(visitor: Visitor, row: Evaluation) -> None:
    """By the menu to the list, the evaluation and its report, whose figure of I06 opens the drawer of the tile."""
    page = visitor.page
    page.locator("#menu, .sidebar").first.get_by_role("link", name="Evaluations").click()
    page.get_by_role("link", name=row.number).first.click()
    page.get_by_role("link", name="Read the report").click()
    expect(page.locator("h1.page-title")).to_have_text(f"Report of {row.number}")
    figure = page.locator("article.report a.report-figure[data-key^='I06.']").first
    figure.click()
    expect(page.locator("#drawer .drawer-title")).to_contain_text("I06")
    expect(page.locator("#drawer .big-number")).to_have_text(str(restored_in_time(row)["score"]))
    page.keyboard.press("Escape")
    expect(page.locator("#drawer-frame")).to_be_hidden()


def walk(visitor: Visitor, row: Evaluation, late: Ticket, *, counted: int) -> None:
    drawer = see_what_was_counted(visitor, row, counted=counted)
    see_why_it_was_late(visitor, drawer, late)
    read_the_report(visitor, row)


def buttons(visitor: Visitor, row: Evaluation) -> set[str]:
    """Which of evaluating and sealing the evaluation's page offers."""
    head = visitor.open(reverse("evaluation:evaluation", args=[row.uid])).locator(".page-actions")
    expect(head.get_by_text("Verify")).to_be_visible()
    return {name for name in ("Evaluate again", "Seal evaluation") if head.get_by_text(name).count()}


def refusals_of(user: User) -> int:
    """Refused for want of the role, and audited as such; a form refused for its token leaves no entry."""
    return AuditEntry.objects.filter(verb="refused", actor_id=user.pk).count()


# ---------------------------------------------------------------- the four roles, and the clerk


def test_the_owner_walks_from_home_to_the_report_and_may_seal(enter: Enter, office: Office) -> None:
    visitor = enter(office.cast.owner)
    walk(visitor, office.whole, office.late, counted=6)
    assert buttons(visitor, office.whole) == {"Evaluate again", "Seal evaluation"}
    assert visitor.ask(reverse("evaluation:seal", args=[office.whole.uid])) == 200


def test_the_supervisor_walks_the_same_way_and_may_not_seal(enter: Enter, office: Office) -> None:
    visitor = enter(office.cast.supervisor)
    walk(visitor, office.whole, office.late, counted=6)
    assert buttons(visitor, office.whole) == {"Evaluate again"}
    seal = reverse("evaluation:seal", args=[office.whole.uid])
    assert visitor.ask(seal) == 403
    assert visitor.send(seal, sure="on") == 403
    assert refusals_of(office.cast.supervisor) == 2
    assert not Seal.objects.exists()


def test_the_auditor_walks_the_same_way_and_changes_nothing(enter: Enter, office: Office) -> None:
    auditor = office.cast.auditor
    visitor = enter(auditor)
    walk(visitor, office.whole, office.late, counted=6)
    assert buttons(visitor, office.whole) == set()
    expect(visitor.open(reverse("evaluation:evaluation-list")).get_by_text("Evaluate now")).to_have_count(0)
    assert visitor.send(reverse("evaluation:evaluate")) == 403
    assert visitor.send(reverse("evaluation:seal", args=[office.whole.uid]), sure="on") == 403
    assert visitor.send(reverse("evaluation:enter", args=[office.whole.uid, "I01"]), state="measured") == 403
    assert refusals_of(auditor) == 3
    assert Evaluation.objects.count() == 2
    assert not Seal.objects.exists()


def test_the_vendor_walks_through_the_verdict_over_his_own_contract(enter: Enter, office: Office) -> None:
    visitor = enter(office.cast.vendor)
    walk(visitor, office.part, office.late, counted=5)
    assert buttons(visitor, office.part) == set()
    assert visitor.send(reverse("evaluation:evaluate"), contract="C1") == 403
    assert visitor.send(reverse("evaluation:seal", args=[office.part.uid]), sure="on") == 403
    assert refusals_of(office.cast.vendor) == 2


def test_for_the_vendor_the_projects_verdict_and_the_other_contracts_tickets_do_not_exist(
    enter: Enter, office: Office
) -> None:
    visitor = enter(office.cast.vendor)
    for name in EVALUATION_PAGES:
        assert visitor.ask(reverse(name, args=[office.part.uid])) == 200, name
        assert visitor.ask(reverse(name, args=[office.whole.uid])) == 404, name
    assert visitor.ask(reverse("evaluation:indicator", args=[office.whole.uid, "I06"])) == 404
    assert visitor.ask(reverse("servicedesk:ticket", args=[office.elsewhere.uid])) == 404
    assert visitor.ask(reverse("servicedesk:clock", args=[office.elsewhere.uid, "restore"])) == 404
    content = visitor.open(reverse("evaluation:evaluation-list")).locator("#content")
    expect(content).to_contain_text(office.part.number)
    expect(content).not_to_contain_text(office.whole.number)
    content = visitor.open(reverse("servicedesk:ticket-list")).locator("#content")
    expect(content.locator("[data-row]")).to_have_count(5)
    expect(content.locator("[data-row]", has_text=office.elsewhere.number)).to_have_count(0)


def test_the_clerk_sees_his_tickets_and_no_evaluation(enter: Enter, office: Office) -> None:
    visitor = enter(office.cast.clerk)
    page = visitor.open("/")
    expect(tile_of(page)).to_have_count(0)
    expect(page.get_by_role("link", name="Evaluations")).to_have_count(0)
    assert visitor.ask(reverse("servicedesk:ticket", args=[office.late.uid])) == 200
    for row in (office.whole, office.part):
        for name in EVALUATION_PAGES:
            assert visitor.ask(reverse(name, args=[row.uid])) == 404, name
    content = visitor.open(reverse("evaluation:evaluation-list")).locator("#content")
    expect(content).to_contain_text("Nothing has been weighed yet")
    expect(content.locator("[data-row]")).to_have_count(0)
    assert visitor.send(reverse("evaluation:evaluate")) == 404
