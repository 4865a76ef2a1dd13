"""Faults and requests as they came in, and what became of each.

A fault is a *story*: which way it went is decided first (answered late, restored late, never resolved ...), so that a
small demo has the same kinds of stories as a large one. Every step is taken by whoever takes it, when it is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto
from typing import Any

from yunheng.assets.models import Device, System
from yunheng.contracts.rules.template_targets import OFFICE_HOURS, TEMPLATE, TemplateTarget
from yunheng.foundation.models import Source
from yunheng.servicedesk import actions
from yunheng.servicedesk.actions.loading import FactDraft, Loader, TicketDraft
from yunheng.servicedesk.models import ClockEntry, Exclusion, Ticket, TicketFact, TicketKind
from yunheng.site.demo.stage import FIRST, LAST, Stage, at, texts

_SHARE_OF_FAULTS = 0.305
_LIMITS: dict[tuple[int, str], TemplateTarget] = {(line.level, line.clock): line for line in TEMPLATE}


class Way(Enum):
    """How a story goes."""

    GOOD = auto()
    LATE_ANSWER = auto()
    LATE_RESTORE = auto()
    ONLY_RESTORED = auto()  # temporarily restored in time, the repair never came
    NEVER = auto()  # neither restored nor repaired
    PAUSED = auto()
    PAUSE_REFUSED = auto()
    REOPENED = auto()
    DOWNGRADED = auto()
    EXCLUDED = auto()


#: The special stories in the order in which a demo of any size takes them; the others are good.
_SPECIAL: Sequence[Way] = (
    *(Way.LATE_ANSWER, Way.LATE_RESTORE, Way.NEVER, Way.ONLY_RESTORED, Way.PAUSED, Way.EXCLUDED, Way.PAUSE_REFUSED),
    *(Way.PAUSED, Way.LATE_RESTORE, Way.EXCLUDED, Way.ONLY_RESTORED, Way.REOPENED, Way.EXCLUDED, Way.LATE_ANSWER),
    *(Way.EXCLUDED, Way.DOWNGRADED, Way.PAUSED, Way.LATE_RESTORE, Way.ONLY_RESTORED, Way.NEVER, Way.EXCLUDED),
    *(Way.PAUSED, Way.LATE_RESTORE, Way.EXCLUDED, Way.ONLY_RESTORED, Way.PAUSED, Way.EXCLUDED, Way.NEVER),
    *(Way.LATE_RESTORE, Way.ONLY_RESTORED, Way.EXCLUDED, Way.PAUSED, Way.PAUSE_REFUSED, Way.PAUSED, Way.PAUSED),
)
_AT_THE_END = {Way.NEVER, Way.ONLY_RESTORED}


@dataclass(frozen=True, slots=True)
class Story:
    way: Way
    level: int
    no: int  # sub-project
    reported: datetime
    place: str  # code of the system or device
    title: str
    remedy: str
    reporter: str
    number: int  # its place in the order of reporting


def run_the_desk(stage: Stage, *, tickets: int) -> None:
    faults = max(24, round(tickets * _SHARE_OF_FAULTS))
    for story in _stories(stage, min(faults, 400)):
        stage.timeline.at(story.reported, _report(stage, story))
    _entered_afterwards(stage)
    _held(stage)
    _relocation(stage)
    _requests(stage, max(0, tickets - faults), max(0, faults - 400))
    for month in range(12):
        first = date(2021 + (6 + month + 1) // 12, (6 + month + 1) % 12 + 1, 1)
        stage.timeline.at(at(first, "00:30"), lambda now: actions.record_breaches(now=now))
    stage.timeline.at(at("2022-08-31", "23:00"), lambda now: actions.record_breaches(now=now))


# ---------------------------------------------------------------- the stories


def _stories(stage: Stage, count: int) -> list[Story]:
    desk, chance = texts("desk"), stage.chance
    special = _SPECIAL[: max(10, min(len(_SPECIAL), round(count * len(_SPECIAL) / 131)))]
    ways = [*special, *[Way.GOOD] * (count - len(special))]
    days = stage.workdays(FIRST, date(2022, 6, 22))
    late_days = stage.workdays(date(2022, 6, 13), date(2022, 6, 24))
    devices = [code for code in _devices(stage) if code not in {"FWQ-014", "CC-003", "YSP-003"}]
    made = []
    for index, way in enumerate(ways):
        level = _level(chance.random(), way)
        if index == len(special):
            level = 2  # every demo has a grave one among the good
        day = chance.choice(late_days if way in _AT_THE_END else days)
        clock = stage.clock("08:40", "11:30") if chance.random() < 0.55 else stage.clock("14:05", "17:10")
        if level <= 2 and chance.random() < 0.4:
            clock = stage.clock("19:00", "22:30")
        system = level <= 2 or (level == 3 and chance.random() < 0.25)
        system = system and way not in _AT_THE_END
        second = way in {Way.GOOD, Way.PAUSED} and index % 15 == 11
        if second:
            place, kinds = "SM", desk["faults"]["system"]["SM"]
        elif system:
            place = chance.choice(["OA", "OA", "YS", "WZ"])
            kinds = desk["faults"]["system"][place]
        else:
            place = chance.choice(devices)
            kinds = desk["faults"]["device"][place.split("-")[0]]
        title, remedy = chance.choice(kinds)
        reporter = chance.choice(["clerk", "clerk2"]) if level >= 3 else chance.choice(["clerk", "engineer"])
        if second:
            reporter = "clerk2"
        made.append(Story(way, level, 2 if second else 1, at(day, clock), place, title, remedy, reporter, 0))
    made.sort(key=lambda story: (story.reported, story.place))
    return [replace(story, number=number) for number, story in enumerate(made)]


def _level(chance: float, way: Way) -> int:
    if way in _AT_THE_END:
        return 3 if way is Way.ONLY_RESTORED or chance < 0.5 else 4
    if way is Way.DOWNGRADED:
        return 3
    if way is Way.LATE_RESTORE:
        return 3 if chance < 0.6 else 4
    return 1 if chance < 0.008 else 2 if chance < 0.06 else 3 if chance < 0.42 else 4


def _devices(stage: Stage) -> list[str]:
    weights = {"ZM": 3, "DY": 4, "JHJ": 2}
    codes = Device.objects.filter(scope=stage.scope(1)).order_by("code").values_list("code", flat=True)
    return [code for code in codes for _n in range(weights.get(code.split("-")[0], 1))]


# ---------------------------------------------------------------- one story


def _report(stage: Stage, story: Story) -> Callable[[datetime], None]:
    def report(now: datetime) -> None:
        impact, urgency = texts("desk")["levels"][str(story.level)]
        ticket = actions.open_ticket(
            scope=stage.scope(story.no),
            title=story.title,
            impact=impact,
            urgency=urgency,
            system=_system(stage, story),
            device=_device(stage, story),
            actor=stage.actor(story.reporter),
            now=now,
        )
        handle(stage, story, ticket)

    return report


def handle(stage: Stage, story: Story, ticket: Ticket) -> None:
    """Put down the steps that follow the report."""
    _Handling(stage, story, ticket).begin()


def _system(stage: Stage, story: Story) -> System | None:
    return System.objects.filter(scope=stage.scope(story.no), code=story.place).first()


def _device(stage: Stage, story: Story) -> Device | None:
    return Device.objects.filter(scope=stage.scope(story.no), code=story.place).first()


@dataclass(slots=True)
class _Handling:
    """The steps after the report, each at its working hour."""

    stage: Stage
    story: Story
    ticket: Ticket

    @property
    def worker(self) -> str:
        if self.story.no == 2:
            return "developer"
        if self.story.level <= 2:
            return "secondline"
        later = self.story.reported.date() >= date(2021, 12, 24)
        return "engineer2" if later and self.story.number % 2 else "engineer"

    def after(self, clock: str, share: float) -> datetime:
        """The moment at which this share of a clock's limit has passed."""
        line = _LIMITS.get((self.story.level, clock)) or _LIMITS[self.story.level, "repair"]
        seconds = line.seconds if line.seconds is not None else (line.days or 1) * 7 * 3600
        if line.calendar == OFFICE_HOURS:
            return self.stage.working(self.story.reported, share * seconds / 3600)
        return self.story.reported + timedelta(seconds=round(share * seconds))

    def begin(self) -> None:
        way, chance, line = self.story.way, self.stage.chance, self.stage.timeline
        if way is Way.EXCLUDED:
            line.at(self.after("response", 0.4), self.respond)
            line.at(self.after("restore", 0.5), self.exclude)
            return
        answered = self.after(
            "response", chance.uniform(1.3, 2.5) if way is Way.LATE_ANSWER else chance.uniform(0.1, 0.8)
        )
        line.at(answered, self.respond)
        if way is Way.NEVER:
            line.at(self.later(answered, 0.7), self.wait_for_parts)
            return
        if way is Way.DOWNGRADED:
            line.at(self.later(answered, 0.2), self.ask_downgrade)
        arrived = self.later(answered, chance.uniform(0.1, 0.6))
        if self.story.place not in {"OA", "YS", "WZ", "SM"}:
            line.at(arrived, self.arrive)
        if way in {Way.PAUSED, Way.PAUSE_REFUSED}:
            line.at(self.later(arrived, 0.3), self.pause)
            return
        self.mend(arrived)

    def later(self, moment: datetime, hours: float) -> datetime:
        if self.story.level <= 2:
            return moment + timedelta(hours=hours)
        return self.stage.working(moment, hours)

    def mend(self, arrived: datetime) -> None:
        """Restore and resolve, in time or not, counted from the report."""
        way, chance, line = self.story.way, self.stage.chance, self.stage.timeline
        has_restore = (self.story.level, "restore") in _LIMITS
        share = chance.uniform(1.1, 1.6) if way is Way.LATE_RESTORE else chance.uniform(0.35, 0.9)
        restored = max(self.after("restore", share), self.later(arrived, 0.3))
        if has_restore:
            line.at(restored, self.restore)
        if way is Way.ONLY_RESTORED:
            line.at(self.later(restored, 2), self.wait_for_parts)
            return
        resolved = self.later(restored, chance.uniform(0.3, 4)) if has_restore else restored
        line.at(resolved, self.resolve)

    # ---- steps

    def respond(self, now: datetime) -> None:
        actions.respond(ticket=self.ticket, actor=self.stage.actor(self.worker), now=now)

    def arrive(self, now: datetime) -> None:
        actions.arrive(ticket=self.ticket, actor=self.stage.actor(self.worker), now=now)

    def restore(self, now: datetime) -> None:
        spare = self.story.number % 3 == 0 and self.ticket.device_id is not None
        words = texts("desk")["temporary"]
        actions.restore(
            ticket=self.ticket,
            how="spare" if spare else "temporary",
            note=words["spare"] if spare else words["note"],
            actor=self.stage.actor(self.worker),
            now=now,
        )

    def resolve(self, now: datetime) -> None:
        actions.resolve(ticket=self.ticket, note=self.story.remedy, actor=self.stage.actor(self.worker), now=now)
        chance, line = self.stage.chance, self.stage.timeline
        answer = self.stage.working(now, chance.uniform(0.5, 8))
        if self.story.way is Way.REOPENED and not self.ticket.reopened:
            line.at(answer, self.reopen)
        elif chance.random() < 0.8 and self.story.reporter.startswith("clerk"):
            line.at(answer, self.confirm)
        else:
            line.at(self.stage.working(now, 21), self.close)

    def confirm(self, now: datetime) -> None:
        actor = self.stage.actor(self.story.reporter)
        actions.confirm_result(ticket=self.ticket, note=texts("desk")["result"], actor=actor, now=now)
        self.stage.timeline.at(self.stage.working(now, 14), self.close)

    def close(self, now: datetime) -> None:
        actor = self.stage.actor("vendor" if self.story.no == 1 else "vendor2")
        actions.close(ticket=self.ticket, actor=actor, now=now)

    def reopen(self, now: datetime) -> None:
        actor = self.stage.actor(self.story.reporter if self.story.reporter.startswith("clerk") else "owner")
        actions.reopen(ticket=self.ticket, reason=self.story.title, actor=actor, now=now)
        self.stage.timeline.at(self.later(now, 1.5), self.resolve)

    def pause(self, now: datetime) -> None:
        reasons = texts("desk")["pauses"]
        reason, note = reasons[self.story.number % len(reasons)]
        if self.story.way is Way.PAUSE_REFUSED:
            reason, note = "third_party", texts("desk")["unresolved"]["note"]
        entry = actions.pause(
            ticket=self.ticket, reason=reason, note=note, actor=self.stage.actor(self.worker), now=now
        )
        answer = self.stage.working(now, 3)
        self.stage.timeline.at(answer, lambda at_: self.answer_pause(entry, at_))
        self.stage.timeline.at(self.stage.working(now, self.stage.chance.uniform(7, 20)), self.resume)

    def answer_pause(self, entry: ClockEntry, now: datetime) -> None:
        supervisor = self.stage.actor("supervisor")
        fresh = ClockEntry.objects.select_related("ticket__scope").get(pk=entry.pk)
        if self.story.way is Way.PAUSE_REFUSED:
            reason = texts("desk")["unresolved"]["refused"]
            actions.refuse_pause(entry=fresh, reason=reason, actor=supervisor, now=now)
        else:
            actions.confirm_pause(entry=fresh, actor=supervisor, now=now)
        self.ticket.refresh_from_db()

    def resume(self, now: datetime) -> None:
        self.ticket.refresh_from_db()
        worker = self.stage.actor(self.worker)
        if self.ticket.paused_since is not None:
            actions.resume(ticket=self.ticket, actor=worker, now=now)
        if (self.story.level, "restore") in _LIMITS:
            self.stage.timeline.at(self.later(now, 0.5), self.restore)
        self.stage.timeline.at(self.later(now, 1.2), self.resolve)

    def wait_for_parts(self, now: datetime) -> None:
        """The vendor waits for its own supply: written down, but no clock stands still for it."""
        words = texts("desk")["unresolved"]
        actions.pause(
            ticket=self.ticket,
            reason="vendor_supply",
            note=words["note"],
            actor=self.stage.actor(self.worker),
            now=now,
        )

    def ask_downgrade(self, now: datetime) -> None:
        words = texts("desk")["downgraded"]
        decision = actions.change_level(
            ticket=self.ticket,
            impact=3,
            urgency=2,
            reason=words["reason"],
            actor=self.stage.actor(self.worker),
            now=now,
        )
        if decision is not None:
            asked = decision

            def answer(moment: datetime) -> None:
                self.ticket.refresh_from_db()
                actions.decide_level(
                    ticket=self.ticket,
                    decision=asked,
                    approve=True,
                    reason=words["answer"],
                    actor=self.stage.actor("owner"),
                    now=moment,
                )

            self.stage.timeline.at(self.later(now, 0.3), answer)

    def exclude(self, now: datetime) -> None:
        reasons = texts("desk")["excluded"]
        as_, reason = reasons[Ticket.objects.exclude(excluded="").count() % len(reasons)]
        earlier = (
            Ticket.objects.filter(scope=self.ticket.scope, kind=TicketKind.INCIDENT, excluded="")
            .exclude(pk=self.ticket.pk)
            .order_by("-reported_at")
            .first()
        )
        if as_ == Exclusion.DUPLICATE and earlier is None:
            as_, reason = reasons[-1]
        actions.exclude(
            ticket=self.ticket,
            as_=as_,
            reason=reason,
            duplicate_of=earlier.number if as_ == Exclusion.DUPLICATE and earlier else "",
            actor=self.stage.actor("supervisor"),
            now=now,
        )
        self.ticket.refresh_from_db()
        worker = self.stage.actor(self.worker)
        actions.resolve(ticket=self.ticket, note=reason, actor=worker, now=now)
        self.stage.timeline.at(self.stage.working(now, 7), self.close)


# ---------------------------------------------------------------- entered afterwards, on hold, moving house


def _entered_afterwards(stage: Stage) -> None:
    """Faults written down by hand at a week-end and entered days later; three are confirmed, one still waits."""
    for day, clock, code, title, note, confirmed in texts("desk")["back_filled"]:
        reported = at(day, clock)
        entered = at(stage.next_workday(reported.date(), 2), "09:30")
        stage.timeline.at(entered, _enter(stage, reported, code, title, note, confirmed))


def _enter(
    stage: Stage, reported: datetime, code: str, title: str, note: str, confirmed: bool
) -> Callable[[datetime], None]:
    def enter(now: datetime) -> None:
        engineer = stage.actor("engineer")
        ticket = actions.open_ticket(
            scope=stage.scope(1),
            title=title,
            description=note,
            impact=3,
            urgency=2,
            device=Device.objects.get(scope=stage.scope(1), code=code),
            actor=engineer,
            now=now,
            reported_at=reported,
            requester=stage.actor("clerk"),
        )
        actions.respond(ticket=ticket, actor=engineer, now=now, occurred_at=reported + timedelta(minutes=25))
        actions.resolve(ticket=ticket, note=note, actor=engineer, now=now, occurred_at=reported + timedelta(hours=2))
        if confirmed:
            stage.timeline.at(now + timedelta(hours=5), lambda later: _confirm_all(stage, ticket, later))

    return enter


def _confirm_all(stage: Stage, ticket: Ticket, now: datetime) -> None:
    for fact in TicketFact.objects.filter(ticket=ticket, source=Source.BACK_FILLED, confirmed_at__isnull=True):
        actions.confirm_fact(fact=fact, actor=stage.actor("supervisor"), now=now)
    ticket.refresh_from_db()
    actions.close(ticket=ticket, actor=stage.actor("vendor"), now=now)


def _held(stage: Stage) -> None:
    """A fault that waits for what the owner buys: its clock stands still, so it is not judged yet."""
    words = texts("desk")["held"]

    def report(now: datetime) -> None:
        engineer = stage.actor("engineer")
        ticket = actions.open_ticket(
            scope=stage.scope(1),
            title=words["title"],
            impact=2,
            urgency=2,
            device=Device.objects.get(scope=stage.scope(1), code=words["device"]),
            actor=stage.actor("clerk2"),
            now=now,
        )
        line = stage.timeline
        line.at(now + timedelta(minutes=20), lambda later: actions.respond(ticket=ticket, actor=engineer, now=later))
        line.at(now + timedelta(minutes=90), lambda later: hold(ticket, later))

    def hold(ticket: Ticket, now: datetime) -> None:
        engineer = stage.actor("engineer")
        entry = actions.pause(ticket=ticket, reason="owner_parts", note=words["note"], actor=engineer, now=now)
        stage.timeline.at(
            now + timedelta(hours=2),
            lambda later: actions.confirm_pause(entry=entry, actor=stage.actor("owner"), now=later),
        )

    stage.timeline.at(at("2022-06-23", "09:20"), report)


def _relocation(stage: Stage) -> None:
    words = texts("desk")["relocation"]

    def ask(now: datetime) -> None:
        ticket = actions.open_ticket(
            scope=stage.scope(1),
            kind=TicketKind.REQUEST,
            title=words["title"],
            description=words["description"],
            category=words["category"],
            impact=1,
            urgency=3,
            actor=stage.actor("owner"),
            now=now,
        )
        engineer = stage.actor("engineer")
        stage.timeline.at(now + timedelta(hours=1), lambda at_: actions.respond(ticket=ticket, actor=engineer, now=at_))
        stage.timeline.at(
            at(words["done"], "17:00"),
            lambda at_: actions.resolve(ticket=ticket, note=words["note"], actor=engineer, now=at_),
        )
        stage.timeline.at(
            at("2021-08-23", "10:00"),
            lambda at_: actions.confirm_result(ticket=ticket, actor=stage.actor("owner"), now=at_),
        )

    stage.timeline.at(at(words["opened"], "10:00"), ask)


# ---------------------------------------------------------------- the hotline's book, month by month


def _requests(stage: Stage, requests: int, more_faults: int) -> None:
    """What the hotline wrote down, brought in at the end of each month; and, in a large demo, further faults."""
    days = stage.workdays(FIRST, LAST)
    by_month: dict[date, list[TicketDraft]] = {}
    for place in range(requests + more_faults):
        day = stage.chance.choice(days)
        draft = _request(stage, day) if place < requests else _plain_fault(stage, day)
        by_month.setdefault(day.replace(day=1), []).append(draft)
    for month, drafts in sorted(by_month.items()):
        after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        drafts.sort(key=lambda draft: draft.reported)
        stage.timeline.at(at(stage.next_workday(after), "09:00"), _bring_in(stage, drafts))


def _bring_in(stage: Stage, drafts: Sequence[TicketDraft]) -> Callable[[datetime], None]:
    def bring_in(now: datetime) -> None:
        loader = Loader(stage.scope(1), stage.actor("vendor"))
        for start in range(0, len(drafts), 500):
            loader.write(loader.prepare(drafts[start : start + 500]), now=now)

    return bring_in


def _request(stage: Stage, day: date) -> TicketDraft:
    title, category = stage.chance.choice(texts("desk")["requests"])
    clerk = stage.people[stage.chance.choice(["clerk", "clerk2"])]
    value = {"level": 4, "impact": 3, "urgency": 3, "system": "", "device": ""}
    facts = _facts(stage, day, value, spread=(1, 16))
    return TicketDraft(
        title, facts, kind=TicketKind.REQUEST, category=category, requester=clerk.name, requester_id=clerk.pk
    )


def _plain_fault(stage: Stage, day: date) -> TicketDraft:
    code = stage.chance.choice(["ZM", "DY"]) + f"-{stage.chance.randint(1, 16):03d}"
    title, remedy = stage.chance.choice(texts("desk")["faults"]["device"][code.split("-")[0]])
    clerk = stage.people[stage.chance.choice(["clerk", "clerk2"])]
    value = {"level": 4, "impact": 3, "urgency": 2, "system": "", "device": code}
    late = stage.chance.random() < 0.05
    facts = _facts(stage, day, value, spread=(36, 60) if late else (1, 9), note=remedy)
    return TicketDraft(title, facts, requester=clerk.name, requester_id=clerk.pk)


def _facts(
    stage: Stage, day: date, value: dict[str, Any], *, spread: tuple[int, int], note: str = ""
) -> list[FactDraft]:
    reported = at(day, stage.clock("08:40", "11:30") if stage.chance.random() < 0.5 else stage.clock("14:05", "17:00"))
    answered = stage.working(reported, stage.chance.uniform(0.1, 1.6))
    resolved = stage.working(answered, stage.chance.uniform(*spread))
    closed = stage.working(resolved, 7)
    engineer = stage.people["engineer"]
    assigned = {"assignee_id": engineer.pk, "assignee": engineer.name, "team": ""}
    steps = [
        ("reported", reported, value),
        ("assigned", answered, assigned),
        ("responded", answered, {}),
        ("resolved", resolved, {"note": note or texts("desk")["channel"]}),
        ("closed", closed, {}),
    ]
    return [FactDraft(kind, int(moment.timestamp()), told) for kind, moment, told in steps]
