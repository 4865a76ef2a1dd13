from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yunheng.assets.models import System
from yunheng.foundation.models import Scope
from yunheng.ui.forms import DayField


class ScopeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    def label_from_instance(self, obj: Scope) -> str:
        return f"{obj.code} {obj.name}"


class SystemField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    def label_from_instance(self, obj: System) -> str:
        return f"{obj.code} {obj.name}"


class _OfAContract(forms.Form):
    """``scopes`` None: the contract is known and stays."""

    scope = ScopeField(Scope.objects.none(), label=_("Contract"), to_field_name="uid", empty_label=None)

    def __init__(self, *args: Any, scopes: QuerySet[Scope] | None, **options: Any) -> None:
        super().__init__(*args, **options)
        if scopes is None:
            del self.fields["scope"]
        else:
            self.fields["scope"].queryset = scopes  # type: ignore[attr-defined]  # the field above has one


class SystemForm(_OfAContract):
    code = forms.CharField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=200)
    importance = forms.ChoiceField(label=_("Importance"), choices=System.Importance.choices)
    hosting = forms.CharField(label=_("Hosting"), max_length=200, required=False)


class DeviceForm(_OfAContract):
    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("As on the sticker."))
    category = forms.CharField(label=_("Category"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=200)
    system = SystemField(System.objects.none(), label=_("System"), to_field_name="uid", required=False)
    location = forms.CharField(label=_("Location"), max_length=200, required=False)

    def __init__(self, *args: Any, systems: QuerySet[System], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["system"].queryset = systems  # type: ignore[attr-defined]  # the field above has one


class PutForm(forms.Form):
    since = DayField(label=_("First day in use"))
    last_day = DayField(label=_("Last day in use"), required=False, help_text=_("Empty while it is in use."))


class TakeForm(forms.Form):
    last_day = DayField(label=_("Last day in use"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
