"""The forms of a ticket: opening it, and one small form per step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yunheng.assets.models import Device, System
from yunheng.foundation.models import Scope
from yunheng.people.models import User
from yunheng.servicedesk.models import Exclusion, PauseParty, PauseReason, TicketKind
from yunheng.servicedesk.web.words import IMPACTS, RESTORED_BY, URGENCIES

MINUTE = "%Y-%m-%dT%H:%M"


class WhenField(forms.DateTimeField):
    """When something happened, by the minute; left empty it happened now."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            label=options.pop("label", _("When it happened")),
            help_text=options.pop("help_text", _("Leave it empty when it has just happened.")),
            input_formats=[MINUTE, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE),
            **options,
        )


class ObjectField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    """A system or device of the contract, by its code."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.name}"


class ScopeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    def label_from_instance(self, obj: Scope) -> str:
        return obj.name


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    def label_from_instance(self, obj: User) -> str:
        return obj.name


class OpenForm(forms.Form):
    """What a clerk fills in within a minute: what is wrong, how far it reaches, how much it holds up."""

    title = forms.CharField(label=_("What is wrong?"), max_length=200)
    impact = forms.TypedChoiceField(
        label=_("Who is affected?"), choices=IMPACTS, coerce=int, widget=forms.RadioSelect, initial=3
    )
    urgency = forms.TypedChoiceField(
        label=_("How much is the work held up?"), choices=URGENCIES, coerce=int, widget=forms.RadioSelect, initial=2
    )
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=TicketKind.choices,
        widget=forms.RadioSelect,
        initial=TicketKind.INCIDENT,
        help_text=_("Something does not work: a fault. Something is wanted or asked: a request."),
    )
    scope = ScopeField(label=_("Contract"), queryset=Scope.objects.none(), empty_label=None)
    system = ObjectField(label=_("System"), queryset=System.objects.none(), required=False)
    device = ObjectField(
        label=_("Device"),
        queryset=Device.objects.none(),
        required=False,
        to_field_name="code",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("The code on its sticker."),
    )
    description = forms.CharField(label=_("Details"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    reported_at = WhenField(label=_("When it was reported"), help_text=_("Only when it was reported earlier."))

    def __init__(self, *arguments: Any, scopes: QuerySet[Scope], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.scopes = scopes
        choice = self.fields["scope"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = scopes
        only = list(scopes[:2])
        if len(only) == 1:
            choice.initial = only[0]
            choice.widget = forms.HiddenInput()
        self._objects("system", System.objects.filter(scope__in=scopes).order_by("code"))
        self._objects("device", Device.objects.filter(scope__in=scopes))
        self.fields["device"].error_messages["invalid_choice"] = _("No device of your contracts has this code.")

    def _objects(self, name: str, queryset: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queryset


class StepForm(forms.Form):
    occurred_at = WhenField()


class NoteForm(StepForm):
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ResolveForm(StepForm):
    note = forms.CharField(label=_("How it was solved"), widget=forms.Textarea(attrs={"rows": 3}))


class RestoreForm(NoteForm):
    how = forms.ChoiceField(label=_("How it works again"), choices=RESTORED_BY, widget=forms.RadioSelect)

    field_order = ("how", "occurred_at", "note")


class AssignForm(StepForm):
    assignee = PersonField(label=_("Who takes it"), queryset=User.objects.none())
    team = forms.CharField(label=_("Team"), required=False, max_length=80)

    field_order = ("assignee", "team", "occurred_at")

    def __init__(self, *arguments: Any, people: QuerySet[User], **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["assignee"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class PauseForm(StepForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=PauseReason.choices, widget=forms.RadioSelect)
    party = forms.ChoiceField(
        label=_("Whose time it costs"),
        choices=[("", _("As the reason says")), *PauseParty.choices],
        required=False,
        help_text=_("The vendor's own waiting never stops a clock."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=200)

    field_order = ("reason", "party", "note", "occurred_at")


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ReopenForm(ReasonForm, StepForm):
    field_order = ("reason", "occurred_at")


class LevelForm(ReasonForm):
    impact = forms.TypedChoiceField(label=_("Who is affected?"), choices=IMPACTS, coerce=int, widget=forms.RadioSelect)
    urgency = forms.TypedChoiceField(
        label=_("How much is the work held up?"), choices=URGENCIES, coerce=int, widget=forms.RadioSelect
    )

    field_order = ("impact", "urgency", "reason")


class ExcludeForm(ReasonForm):
    as_ = forms.ChoiceField(label=_("Why it does not count"), choices=Exclusion.choices, widget=forms.RadioSelect)
    duplicate_of = forms.CharField(
        label=_("Number of the ticket it repeats"), required=False, max_length=24, help_text=_("For duplicates only.")
    )

    field_order = ("as_", "duplicate_of", "reason")


class PlaceForm(forms.Form):
    system = ObjectField(label=_("System"), queryset=System.objects.none(), required=False)
    device = ObjectField(
        label=_("Device"),
        queryset=Device.objects.none(),
        required=False,
        to_field_name="code",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The code on its sticker."),
    )

    def __init__(self, *arguments: Any, scope: Scope, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, queryset in (
            ("system", System.objects.filter(scope=scope).order_by("code")),
            ("device", Device.objects.filter(scope=scope)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = queryset


class CorrectForm(ReasonForm):
    occurred_at = forms.DateTimeField(
        label=_("When it really happened"),
        input_formats=[MINUTE, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE),
    )

    field_order = ("occurred_at", "reason")


class DecideForm(forms.Form):
    """Yes, or no with a reason."""

    answer = forms.ChoiceField(
        label=_("Your answer"), choices=[("yes", _("Agree")), ("no", _("Refuse"))], widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A refusal needs one."),
    )
