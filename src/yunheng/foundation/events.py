"""What happened, told upward: written in the transaction that made it true, heard after the commit.

One delivery row per event and subscriber. The handler's database effect and the delivery's *done* commit
together, so each is done exactly once; an effect outside the database is done at least once and carries
``idempotency_key``. Order holds per subscriber and aggregate: a delivery waits for the earlier ones.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Exists, OuterRef, Q

from yunheng.foundation.models import OutboxDelivery, OutboxEvent, Scope
from yunheng.foundation.writing import writing

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events: plain values only (text, numbers, lists of them); instants as ISO text."""

    name: ClassVar[str]


@dataclass(frozen=True, slots=True)
class WorkDone(Event):
    """A piece of work was done and recorded; a service plan may count it as the fulfilment of a row."""

    name: ClassVar[str] = "foundation.work-done"
    kind: str
    reference: str
    scope_id: int
    occurred_at: str
    objects: Sequence[str] = ()


E = TypeVar("E", bound=Event)
Handler = Callable[..., None]
_types: dict[str, type[Event]] = {}
_subscribers: dict[str, dict[str, Handler]] = {}


def subscribe(event_type: type[E], subscriber: str, handler: Handler) -> None:
    """``handler(event, *, now, idempotency_key)`` runs in its own write transaction, after the publisher's commit."""
    _types[event_type.name] = event_type
    _subscribers.setdefault(event_type.name, {})[subscriber] = handler


def publish(event: Event, *, scope: Scope, aggregate: str, now: datetime) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("an event is written in the transaction that made it true: use writing()")
    row = OutboxEvent.objects.create(
        name=event.name, scope_ref=scope.pk, aggregate=aggregate, payload=asdict(event), at=now
    )
    OutboxDelivery.objects.bulk_create(
        OutboxDelivery(event=row, subscriber=subscriber, aggregate=aggregate, next_at=now)
        for subscriber in sorted(_subscribers.get(event.name, {}))
    )


def deliver_due(now: datetime, *, limit: int = 100) -> int:
    """Deliver what is due, oldest first; returns how many were delivered. Safe to run in many places at once."""
    held_back = OutboxDelivery.objects.filter(
        Q(state=OutboxDelivery.State.FAILED) | Q(state=OutboxDelivery.State.WAITING, next_at__gt=now),
        subscriber=OuterRef("subscriber"),
        aggregate=OuterRef("aggregate"),
        event_id__lt=OuterRef("event_id"),
    )
    # Those that stand behind a failure are passed over, so that they cannot fill the batch and hold up everybody.
    due = (
        OutboxDelivery.objects.filter(~Exists(held_back), state=OutboxDelivery.State.WAITING, next_at__lte=now)
        .order_by("event_id", "id")
        .values_list("pk", flat=True)
    )
    return sum(_deliver(pk, now) for pk in list(due[:limit]))


def _deliver(pk: int, now: datetime) -> int:
    try:
        with writing():
            delivery = (
                OutboxDelivery.objects.select_for_update(of=("self",))
                .select_related("event")
                .filter(pk=pk, state=OutboxDelivery.State.WAITING)
                .first()
            )
            if delivery is None or _must_wait(delivery):
                return 0
            _handle(delivery, now)
            delivery.state, delivery.done_at = OutboxDelivery.State.DONE, now
            delivery.attempts += 1
            delivery.save(update_fields=["state", "done_at", "attempts"])
    except (OperationalError, InterfaceError):
        raise  # the database itself is in trouble, not this delivery
    except Exception as problem:
        log.exception("delivery %s failed", pk)
        _put_off(pk, now, problem)
        return 0
    return 1


def _must_wait(delivery: OutboxDelivery) -> bool:
    """An earlier event of the same aggregate has not reached this subscriber yet (or failed and waits for help)."""
    return (
        OutboxDelivery.objects.filter(
            subscriber=delivery.subscriber, aggregate=delivery.aggregate, event_id__lt=delivery.event_id
        )
        .exclude(state=OutboxDelivery.State.DONE)
        .exists()
    )


def _handle(delivery: OutboxDelivery, now: datetime) -> None:
    handler = _subscribers.get(delivery.event.name, {}).get(delivery.subscriber)
    if handler is None:
        raise LookupError(f"nobody is called {delivery.subscriber}")
    event_type = _types[delivery.event.name]
    known = {field.name for field in fields(event_type)}
    event = event_type(**{key: value for key, value in delivery.event.payload.items() if key in known})
    handler(event, now=now, idempotency_key=f"{delivery.event_id}:{delivery.subscriber}")


def _put_off(pk: int, now: datetime, problem: Exception) -> None:
    with writing():
        delivery = OutboxDelivery.objects.get(pk=pk)
        delivery.attempts += 1
        delivery.error = f"{type(problem).__name__}: {problem}"[:2000]
        delivery.next_at = now + timedelta(seconds=min(3600, 2**delivery.attempts))
        if delivery.attempts >= MOST_ATTEMPTS:
            delivery.state = OutboxDelivery.State.FAILED
        delivery.save(update_fields=["attempts", "error", "next_at", "state"])


def forget_delivered(before: datetime, *, chunk: int = 500) -> int:
    """Delete events that happened before an instant and that everybody who asked has heard; returns how many."""
    gone = 0
    waiting = OutboxDelivery.objects.filter(event=OuterRef("pk")).exclude(state=OutboxDelivery.State.DONE)
    while True:
        with writing():
            old = OutboxEvent.objects.filter(~Exists(waiting), at__lt=before).values_list("pk", flat=True)[:chunk]
            keys = list(old)
            OutboxEvent.objects.filter(pk__in=keys).delete()
        gone += len(keys)
        if not keys:
            return gone


def try_again(pk: int, *, now: datetime) -> bool:
    """Put a failed delivery back; False when it is no longer failed."""
    with writing():
        return bool(
            OutboxDelivery.objects.filter(pk=pk, state=OutboxDelivery.State.FAILED).update(
                state=OutboxDelivery.State.WAITING, attempts=0, next_at=now
            )
        )


def subscriptions() -> dict[str, list[str]]:
    """Event name → subscribers, for the documentation and its test."""
    return {name: sorted(found) for name, found in sorted(_subscribers.items())}


def payload_of(event: Event) -> dict[str, Any]:
    return asdict(event)
