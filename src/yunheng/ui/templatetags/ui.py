"""Tags of every template (builtin: no {% load %}). docs/domains/ui.md shows each with its picture in words.

The small ones build their HTML here because lists call them hundreds of times; the larger have a template in
`ui/components/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.forms.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from yunheng.ui import formatting
from yunheng.ui import panels as panel_registry
from yunheng.ui.components import STATE_ICONS, TRAIL_ICONS, Clock, Step, TrailEntry, Transition

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of tools/icons.txt; with a label it speaks, without one it is silent to screen readers."""
    return _icon(name, str(label), static("ui/vendor/icons.svg"))


@lru_cache(maxsize=1024)
def _icon(name: str, label: str, sprite: str) -> SafeString:
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"></use></svg>', voice, sprite, name)


@register.simple_tag
def instant(at: datetime | None, empty: str = "—") -> SafeString:
    """`2021-09-18 16:05`; the hint says how long ago (times.js)."""
    if not at:
        return conditional_escape(empty)
    return _instant(at, timezone.get_current_timezone())


@lru_cache(maxsize=8192)
def _instant(at: datetime, zone: tzinfo) -> SafeString:
    # Equal instants are equal keys whatever their zone, so the text is made in the zone of the key.
    return format_html(
        '<time class="when" datetime="{}">{}</time>',
        formatting.machine_text(at),
        at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
    )


@register.simple_tag
def day(value: date | None, empty: str = "—") -> SafeString:
    if not value:
        return conditional_escape(empty)
    text = formatting.day_text(value)
    return format_html('<time class="when" datetime="{}">{}</time>', text, text)


@register.simple_tag
def duration(seconds: int | None, empty: str = "—") -> SafeString:
    """Working seconds as `2 h 15 min`."""
    return conditional_escape(empty if seconds is None else formatting.duration_text(seconds))


@register.filter
def figure(value: object) -> str:
    """`12,345.60`: thousands separated."""
    return formatting.figure_text(value)


@register.simple_tag
def state_badge(state: str, label: object, name: str = "") -> SafeString:
    """Colour, icon and word together; `name` overrides the state's icon."""
    known = state if state in STATE_ICONS else "none"
    return format_html(
        '<span class="state state-{}">{}<span>{}</span></span>', known, icon(name or STATE_ICONS[known]), label
    )


@register.simple_tag
def number_that_opens(
    value: object, url: str = "", unit: object = "", label: object = "", state: str = ""
) -> SafeString:
    """A computed figure; its dotted underline opens the drawer that explains it. `label` names it for the ear."""
    figures = format_html(
        '<span class="digits">{}</span>{}',
        formatting.figure_text(value),
        format_html('<span class="unit">{}</span>', unit) if unit else "",
    )
    tone = f" state-{state}" if state in STATE_ICONS else ""
    if not url:
        return format_html('<span class="number{}">{}</span>', tone, figures)
    words = _("%(label)s: %(value)s. How it was computed") % {
        "label": label or _("Figure"),
        "value": formatting.figure_text(value),
    }
    return format_html(
        '<a class="number number-opens{}" href="{}" data-drawer aria-haspopup="dialog" title="{}">{}</a>',
        tone,
        url,
        words,
        figures,
    )


@register.simple_tag
def clock_chip(clock: Clock | None, now: datetime | None = None) -> SafeString:
    """What is left of a clock's working time, as colour, icon and words together."""
    if clock is None:
        return mark_safe("")
    state, name, words = _clock_face(clock, now)
    hint = _("Due %(at)s") % {"at": formatting.instant_text(clock.due)} if clock.due else ""
    face = format_html(
        '{}{}<span class="clock-words">{}</span>',
        icon(name),
        format_html('<span class="clock-label">{}</span>', clock.label) if clock.label else "",
        words,
    )
    if clock.url:
        return format_html(
            '<a class="clock state state-{}" href="{}" data-drawer title="{}">{}</a>', state, clock.url, hint, face
        )
    return format_html('<span class="clock state state-{}" title="{}">{}</span>', state, hint, face)


def _clock_face(clock: Clock, now: datetime | None) -> tuple[str, str, str]:
    """State, icon, words."""
    remaining = clock.remaining
    if remaining is None and clock.due is not None and now is not None:
        remaining = int((clock.due - now).total_seconds())
    match clock.state:
        case "waiting":
            return "none", "clock-play", _("not started")
        case "stopped":
            return "none", "clock-stop", _("does not count")
        case "paused":
            parts = [_("paused"), str(clock.reason), str(clock.party)]
            return "held", "clock-pause", " · ".join(part for part in parts if part)
        case "met":
            return "good", "clock-check", _("in time")
        case "missed":
            over = _("late by %(time)s") % {"time": formatting.duration_text(remaining)} if remaining else _("late")
            return "late", "clock-x", over
    if remaining is None:
        return "none", "clock", _("running")
    words = {"time": formatting.duration_text(remaining)}
    if remaining < 0:
        return "late", "alert-triangle", _("%(time)s over") % words
    soon = remaining * 4 <= clock.target if clock.target else remaining <= 3600
    return (
        ("soon", "clock-exclamation", _("%(time)s left") % words)
        if soon
        else (
            "good",
            "clock-hour-4",
            _("%(time)s left") % words,
        )
    )


@register.inclusion_tag("ui/components/step_bar.html", takes_context=True)
def step_bar(context: Context, steps: Sequence[Step], transitions: Sequence[Transition] = ()) -> dict[str, Any]:
    """The life of a record: where it stands, who acts next, until when; buttons are the allowed transitions."""
    current = next((step for step in steps if step.state == "current"), None)
    return {
        "steps": steps,
        "current": current,
        "transitions": transitions,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("ui/components/trail.html")
def trail(entries: Iterable[TrailEntry]) -> dict[str, Any]:
    """The one timeline at the end of every record, newest first as given."""
    rows = list(entries)
    kinds = [kind for kind in TRAIL_ICONS if any(entry.kind == kind for entry in rows)]
    words = {
        "fact": _("Facts"),
        "word": _("Words"),
        "file": _("Files"),
        "transition": _("Steps"),
        "mail": _("Messages"),
        "system": _("System"),
    }
    return {
        "entries": [(entry, TRAIL_ICONS[entry.kind]) for entry in rows],
        "kinds": [(kind, words[kind]) for kind in kinds] if len(kinds) > 1 else [],
    }


@register.inclusion_tag("ui/components/empty_state.html")
def empty_state(
    title: object, hint: object = "", url: str = "", label: object = "", name: str = "inbox"
) -> dict[str, Any]:
    """What will be here, and the first step towards it."""
    return {"title": title, "hint": hint, "url": url, "label": label, "icon_name": name}


@register.inclusion_tag("ui/components/field.html")
def field(bound: BoundField, hint: object = "") -> dict[str, Any]:
    """Label, control, help and error of one form field."""
    widget = bound.field.widget
    told = [f"{bound.auto_id}_help"] if (bound.help_text or hint) else []
    told += [f"{bound.auto_id}_error"] if bound.errors else []
    attributes: dict[str, Any] = {"aria-describedby": " ".join(told)} if told else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    grouped = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    single = isinstance(widget, CheckboxInput)
    if not grouped:
        invalid = " is-invalid" if bound.errors else ""
        attributes["class"] = f"{widget.attrs.get('class', '')} {_control_class(widget)}{invalid}".strip()
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attributes),
        "hint": hint or bound.help_text,
        "grouped": grouped,
        "single": single,
    }


def _control_class(widget: Any) -> str:
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    if isinstance(widget, Select):
        return "form-select"
    return "form-control form-file" if isinstance(widget, FileInput) else "form-control"


@register.inclusion_tag("ui/components/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """The errors of a form at its top, each linked to its field."""
    lines = [(message, "") for message in form.non_field_errors()]
    for name, messages in form.errors.items():
        if name in form.fields:
            bound = form[name]
            lines += [(f"{bound.label}: {message}", bound.id_for_label) for message in messages]
    return {"lines": lines}


@register.inclusion_tag("ui/components/panels.html", takes_context=True)
def panels(context: Context, slot: str, record: Any) -> dict[str, Any]:
    """What other packages registered for this place of the page."""
    request = context["request"]
    blocks = panel_registry.blocks(slot, record, request.user.actor, timezone.now())
    return {"blocks": blocks, "request": request}


@register.simple_tag(takes_context=True)
def render_block(context: Context, block: panel_registry.Block) -> str:
    """A panel's or tile's own template with its own values."""
    return render_to_string(block.template, dict(block.values), context["request"])


@register.simple_tag(takes_context=True)
def address_with(context: Context, **changes: Any) -> str:
    """This page's query with some parameters set (None takes one away)."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"
