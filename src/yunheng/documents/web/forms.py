from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunheng.documents.kinds import KINDS
from yunheng.foundation.models import Scope


class FileForm(forms.Form):
    """The file and what becomes of it; the size is looked at here so that the form comes back with its words."""

    file = forms.FileField(label=gettext_lazy("File"))
    submit = forms.BooleanField(label=gettext_lazy("Hand in at once"), required=False, initial=True)

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is not None and file.size > settings.UPLOAD_LIMIT_BYTES:
            megabytes = f"{settings.UPLOAD_LIMIT_BYTES / 1_048_576:g}"
            raise forms.ValidationError(_("The file is larger than %(megabytes)s MB.") % {"megabytes": megabytes})
        return file


class ScopeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    def label_from_instance(self, obj: Scope) -> str:
        return obj.name


class NewDocumentForm(FileForm):
    scope = ScopeChoice(label=gettext_lazy("Project or contract"), queryset=Scope.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of paper"), choices=lambda: list(KINDS.items()))
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    period_from = forms.DateField(
        label=gettext_lazy("Period from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    period_to = forms.DateField(
        label=gettext_lazy("Period to"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    field_order = ("scope", "kind", "title", "period_from", "period_to", "file", "submit")

    def __init__(self, *args: Any, scopes: QuerySet[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].queryset = scopes  # type: ignore[attr-defined]  # the field above has one

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        first, last = values.get("period_from"), values.get("period_to")
        if (first is None) != (last is None):
            missing = "period_from" if first is None else "period_to"
            if missing not in self.errors:
                self.add_error(missing, _("Give both days of the period, or neither."))
        elif first and last and last < first:
            self.add_error("period_to", _("The period ends before it begins."))
        return values


class NewVersionForm(FileForm):
    note = forms.CharField(label=gettext_lazy("What was changed"), max_length=200, required=False)
    field_order = ("file", "note", "submit")


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What has to be corrected"), max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )
