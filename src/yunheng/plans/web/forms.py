from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunheng.foundation.errors import Invalid
from yunheng.plans.models import Occurrence, PlanRow
from yunheng.plans.queries import effective
from yunheng.plans.rules.phrases import read_phrase


def moment(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    """Day and minute on the office's wall."""
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class CompleteForm(forms.Form):
    mark = forms.ChoiceField(label=gettext_lazy("What was done"), widget=forms.RadioSelect)
    occurred_at = moment(
        gettext_lazy("Done at"),
        help_text=gettext_lazy(
            "Recorded more than two hours later it counts as back-filled and waits for owner or supervisor."
        ),
    )
    objects_named = forms.MultipleChoiceField(
        label=gettext_lazy("Systems covered"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, occurrence: Occurrence, systems: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        done = {item.mark for item in effective(occurrence.completions.all()) if item.counts}
        names = [str(mark["name"]) for mark in occurrence.marks if str(mark["name"]) not in done]
        self.fields["mark"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]  # a choice field
        self.fields["mark"].initial = names[0] if names else None
        if systems:
            self.fields["objects_named"].choices = systems  # type: ignore[attr-defined]  # a choice field
            self.fields["objects_named"].initial = [system.code for system in occurrence.row.systems.all()]
        else:
            del self.fields["objects_named"]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class OpenForm(forms.Form):
    happened_at = moment(gettext_lazy("Asked for at"))
    due_at = moment(gettext_lazy("Due at"), required=False, help_text=gettext_lazy("As the request or notice says."))
    reference = forms.CharField(label=gettext_lazy("Request, notice or ticket"), max_length=120, required=False)


class InterpretationForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Interpretation"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("What the row means, in words that all three parties can sign."),
    )
    schedule = forms.CharField(
        label=gettext_lazy("Schedule it settles"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only when it differs from our reading, in a usual phrase such as 每季度1次."),
    )

    def __init__(self, *args: Any, row: PlanRow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row

    def clean_schedule(self) -> dict[str, Any] | None:
        text = str(self.cleaned_data["schedule"]).strip()
        if not text:
            return None
        phrase = read_phrase(text, (self.row.version.window_from, self.row.version.window_to))
        if phrase is None:
            raise forms.ValidationError(_("This phrase is not known. Try 每周2次, 每月5号前提交, 每季度1次 or 按需."))
        return phrase.reading


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Plan file"),
        help_text=gettext_lazy("JSON with readings, or the eight printed columns as CSV or XLSX."),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Only for a change of the plan in force."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason of the change"), max_length=500, required=False)


class HandInForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"))


def tell(form: forms.Form, refusal: Invalid) -> None:
    """What an action refused, beside the fields it names."""
    placed = False
    for name, message in refusal.fields.items():
        if name in form.fields:
            form.add_error(name, message)
            placed = True
    if not placed:
        form.add_error(None, f"{refusal.message} {refusal.way_out}".strip())
