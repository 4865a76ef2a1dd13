from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunheng.feedback.models import Complaint, MonthlySignature
from yunheng.feedback.queries import NIL_FIELDS
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import Scope


class ScopeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    def label_from_instance(self, obj: Scope) -> str:
        return obj.name


class ComplaintForm(forms.Form):
    scope = ScopeChoice(label=gettext_lazy("About"), queryset=Scope.objects.none(), empty_label=None)
    subject = forms.CharField(label=gettext_lazy("What it is about"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("What happened"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 6})
    )
    complainant = forms.CharField(
        label=gettext_lazy("Complainant"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Only when you write it down for somebody else."),
    )
    channel = forms.CharField(label=gettext_lazy("Came by"), required=False, max_length=40)
    occurred_at = forms.DateTimeField(
        label=gettext_lazy("Complained at"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Empty: now."),
    )

    def __init__(self, *args: Any, scopes: QuerySet[Scope], for_others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].queryset = scopes  # type: ignore[attr-defined]  # the field above has one
        if not for_others:
            for name in ("complainant", "channel", "occurred_at"):
                del self.fields[name]


class DispositionForm(forms.Form):
    disposition = forms.ChoiceField(
        label=gettext_lazy("What becomes of it"),
        choices=[choice for choice in Complaint.Disposition.choices if choice[0]],
        widget=forms.RadioSelect,
    )
    ticket = forms.CharField(
        label=gettext_lazy("Ticket"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Its number, when the complaint became a ticket."),
    )
    substantiated = forms.TypedChoiceField(
        label=gettext_lazy("Found to be true"),
        required=False,
        choices=[
            ("", gettext_lazy("not settled")),
            ("yes", gettext_lazy("yes")),
            ("no", gettext_lazy("no")),
        ],
        coerce=lambda value: {"yes": True, "no": False}.get(value),
        empty_value=None,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The complainant reads it."),
    )


class CommentForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


class MonthForm(forms.Form):
    """What is to be signed of one month; the registers' own figures stand beside each box."""

    nil_incidents = forms.BooleanField(label=gettext_lazy("No incidents in this month"), required=False)
    nil_security = forms.BooleanField(label=gettext_lazy("No security events in this month"), required=False)
    nil_complaints = forms.BooleanField(label=gettext_lazy("No complaints in this month"), required=False)
    remark = forms.CharField(
        label=gettext_lazy("Remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, counts: dict[str, int | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for register, name in NIL_FIELDS.items():
            count = counts.get(register)
            if count is not None:
                self.fields[name].help_text = _("The register holds %(count)s of this month.") % {"count": count}
                self.fields[name].initial = count == 0


class RetractForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class SurveyForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File with results or answers"),
        help_text=gettext_lazy("JSON, CSV or XLSX."),
    )
    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=200)
    held_from = forms.DateField(
        label=gettext_lazy("Held from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    held_to = forms.DateField(
        label=gettext_lazy("Held to"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    users = forms.IntegerField(label=gettext_lazy("Users asked"), required=False, min_value=1)

    @property
    def held(self) -> tuple[date, date] | None:
        first, last = self.cleaned_data["held_from"], self.cleaned_data["held_to"]
        return (first, last) if first and last else None


def tell(form: forms.Form, refusal: Invalid) -> None:
    for name, message in refusal.fields.items():
        form.add_error(name if name in form.fields else None, message)
    if not refusal.fields:
        form.add_error(None, f"{refusal.message} {refusal.way_out}".strip())


def frozen(signature: MonthlySignature | None) -> dict[str, Any]:
    """The words of a prepared month as initial values."""
    if signature is None:
        return {}
    return {name: getattr(signature, name) for name in (*NIL_FIELDS.values(), "remark")}
