from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import Scope
from yunheng.secops.models import SecurityEvent


class ScopeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    def label_from_instance(self, obj: Scope) -> str:
        return obj.name


class ReportForm(forms.Form):
    scope = ScopeChoice(label=gettext_lazy("Project or contract"), queryset=Scope.objects.none(), empty_label=None)
    title = forms.CharField(label=gettext_lazy("What happened"), max_length=200)
    occurred_at = forms.DateTimeField(
        label=gettext_lazy("Happened at"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("Level as it seems now"),
        choices=SecurityEvent.Level.choices,
        coerce=int,
        initial=SecurityEvent.Level.ORDINARY,
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("No passwords, no secret material."),
    )

    def __init__(self, *args: Any, scopes: QuerySet[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].queryset = scopes  # type: ignore[attr-defined]  # the field above has one


class ConfirmForm(forms.Form):
    level = forms.TypedChoiceField(label=gettext_lazy("Level"), choices=SecurityEvent.Level.choices, coerce=int)
    liable_party = forms.ChoiceField(label=gettext_lazy("Who answers for it"), choices=SecurityEvent.Party.choices)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class DismissForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class NoteForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


def tell(form: forms.Form, refusal: Invalid) -> None:
    for name, message in refusal.fields.items():
        form.add_error(name if name in form.fields else None, message)
    if not refusal.fields:
        form.add_error(None, refusal.message)
