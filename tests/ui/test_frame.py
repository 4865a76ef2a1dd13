"""The frame: who sees which pages, the project switch, language, drawers, home tiles and panels."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from tests.cast import Cast

from yunheng.foundation import access
from yunheng.foundation.models import Scope, ScopeKind
from yunheng.people.models import User
from yunheng.people.roles import Role
from yunheng.ui import context, home, navigation, panels

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.ui.urls")]
SignedIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def own_registries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Registries without the entries of other packages."""
    monkeypatch.setattr(navigation, "_entries", {})
    monkeypatch.setattr(home, "_tiles", {})
    monkeypatch.setattr(panels, "_panels", {})
    monkeypatch.setattr(
        access, "_policies", {context.PROJECT_KIND: {"view": frozenset({Role.OWNER_LEAD, Role.VENDOR_MANAGER})}}
    )
    yield


def english(client: Client) -> Client:
    client.cookies["yunheng_language"] = "en"
    return client


def test_a_page_is_offered_only_to_those_who_may_view_something_there(cast: Cast, signed_in: SignedIn) -> None:
    access.declare("ui.ledger", {"view": {Role.OWNER_LEAD}})
    navigation.register(group="assets", label="Ledger", url_name="drawer-example", kind="ui.ledger", icon="server-2")
    assert "Ledger" in signed_in(cast.owner).get("/").content.decode()
    assert "Ledger" not in signed_in(cast.clerk).get("/").content.decode()


def test_a_group_without_pages_is_not_shown(cast: Cast, signed_in: SignedIn) -> None:
    html = english(signed_in(cast.owner)).get("/").content.decode()
    assert "Monitoring" not in html


def test_a_page_that_this_installation_lacks_is_left_out(cast: Cast, signed_in: SignedIn) -> None:
    navigation.register(group="assets", label="Elsewhere", url_name="nowhere:at-all")
    assert "Elsewhere" not in signed_in(cast.owner).get("/").content.decode()


def test_the_longest_matching_address_is_current(cast: Cast, signed_in: SignedIn) -> None:
    navigation.register(group="assets", label="Ledger", url_name="drawer-example")
    html = signed_in(cast.owner).get("/ui/drawer/").content.decode()
    assert 'href="/ui/drawer/" title="Ledger" aria-current="page"' in html


def test_an_unknown_group_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no group"):
        navigation.register(group="cellar", label="x", url_name="home")


def test_a_vendor_sees_the_project_of_his_contract_and_nothing_elsewhere(cast: Cast, signed_in: SignedIn) -> None:
    html = signed_in(cast.vendor).get("/").content.decode()
    assert "运维项目" in html
    assert "别处" not in html


def test_administrators_have_no_project(cast: Cast, signed_in: SignedIn) -> None:
    assert "运维项目" not in signed_in(cast.system_admin).get("/").content.decode()


def test_the_chosen_project_is_kept(cast: Cast, signed_in: SignedIn) -> None:
    second = Scope.objects.create_child(kind=ScopeKind.PROJECT, code="P2", name="第二项目", parent=cast.tenant)
    from tests.cast import grant

    grant(cast.owner, Role.OWNER_LEAD, second)
    client = signed_in(cast.owner)
    assert client.get("/").context["current_project"] == cast.project
    answer = client.post("/ui/project/", {"project": second.uid, "next": "/ui/drawer/"})
    assert answer.headers["Location"] == "/ui/drawer/"
    assert client.get("/").context["current_project"] == second


def test_a_project_of_others_cannot_be_chosen(cast: Cast, signed_in: SignedIn) -> None:
    other = Scope.objects.create_child(
        kind=ScopeKind.PROJECT, code="P9", name="别人的", parent=Scope.objects.get(code="T2")
    )
    assert signed_in(cast.owner).post("/ui/project/", {"project": other.uid}).status_code == 404


def test_the_way_back_never_leaves_this_site(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    answer = client.post("/ui/project/", {"project": cast.project.uid, "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


def test_after_a_form_in_the_drawer_the_whole_page_moves_on(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    answer = client.post("/ui/project/", {"project": cast.project.uid, "next": "/"}, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/"


def test_the_language_can_be_changed_and_stays(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    assert "工作台" in client.get("/").content.decode()
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert '<html lang="en"' in client.get("/").content.decode()


def test_a_drawer_is_a_page_on_its_own_and_a_fragment_for_htmx(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    alone = client.get("/ui/drawer/").content.decode()
    inside = client.get("/ui/drawer/", headers={"HX-Request": "true", "HX-Target": "drawer"}).content.decode()
    assert "<html" in alone
    assert "<h1" in alone
    assert inside.lstrip().startswith('<article class="drawer-inner">')
    assert "<html" not in inside


def test_appearance_comes_from_the_cookie_and_only_known_ones(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    client.cookies["yunheng_theme"] = "dark"
    assert 'data-bs-theme="dark"' in client.get("/").content.decode()
    client.cookies["yunheng_theme"] = "x onload"
    assert "data-bs-theme=" not in client.get("/").content.decode()


def test_home_shows_tiles_in_order_and_hides_those_with_nothing(cast: Cast, signed_in: SignedIn) -> None:
    home.register_tile("second", "ui/trouble.html", lambda *_: {"trouble": {"message": "due today"}}, order=20)
    home.register_tile("first", "ui/trouble.html", lambda *_: {"trouble": {"message": "clocks"}}, order=10)
    home.register_tile("hidden", "ui/trouble.html", lambda *_: None)
    html = signed_in(cast.owner).get("/").content.decode()
    assert html.index("clocks") < html.index("due today")
    assert 'data-tile="hidden"' not in html


def test_home_without_tiles_says_what_will_be_here(cast: Cast, signed_in: SignedIn) -> None:
    assert "Nothing waits for you" in english(signed_in(cast.owner)).get("/").content.decode()


def test_home_needs_a_signed_in_person(client: Client) -> None:
    assert client.get("/").status_code == 302


def test_a_panel_fills_a_slot_of_another_packages_page(cast: Cast) -> None:
    seen = []

    def values(record: object, actor: object, now: object) -> dict[str, object] | None:
        seen.append((record, actor))
        return {"trouble": {"message": "from above"}}

    panels.register("ui.sample", "note", "ui/trouble.html", values)
    panels.register("ui.sample", "none", "ui/trouble.html", lambda *_: None)
    from django.template import Context, Template
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.user = cast.owner
    request.session = {}  # type: ignore[assignment]  # enough for the context processors
    html = Template("{% panels 'ui.sample' 7 %}").render(Context({"request": request}))
    assert "from above" in html
    assert seen == [(7, cast.owner.actor)]
    assert html.count("data-panel") == 1


def test_the_frame_costs_four_statements(
    cast: Cast, signed_in: SignedIn, django_assert_num_queries: Callable[[int], object]
) -> None:
    client = signed_in(cast.owner)
    client.get("/")
    with django_assert_num_queries(4):  # type: ignore[attr-defined]  # session, user, grants, projects
        client.get("/")


def test_pages_can_be_reached_by_keyboard_and_have_landmarks(cast: Cast, signed_in: SignedIn) -> None:
    html = signed_in(cast.owner).get("/ui/components/").content.decode()
    for part in ('class="skip" href="#content"', "<main", "<header", "<nav", "<h1", 'id="notices" aria-live="polite"'):
        assert part in html
