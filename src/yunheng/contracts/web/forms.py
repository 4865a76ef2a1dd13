"""Forms of projects, contracts, targets and payments. They check what is typed; rules are the actions'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yunheng.contracts.models import Amendment, Contract, Party, PaymentNode, ServiceTarget, SubProject
from yunheng.people.models import Organisation
from yunheng.ui.forms import DayField, MoneyField


class OrganisationField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    def __init__(self, **options: Any) -> None:
        super().__init__(**{"queryset": Organisation.objects.none(), "to_field_name": "uid", **options})

    def label_from_instance(self, obj: Organisation) -> str:
        return obj.name


def choose_from(form: forms.Form, field: str, rows: QuerySet[Any]) -> None:
    chooser = form.fields[field]
    assert isinstance(chooser, forms.ModelChoiceField)
    chooser.queryset = rows


class ProjectForm(forms.Form):
    """``money`` and ``code`` are given once; later the budget is amended with a reason."""

    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("Short, as people say it: 2021-OPS."))
    number = forms.CharField(label=_("Project number"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=200)
    owner = OrganisationField(label=_("Owner"), empty_label=None)
    service_from = DayField(label=_("First day of service"))
    service_to = DayField(label=_("Last day of service"))
    budget = MoneyField(label=_("Budget, yuan"))
    funding = forms.CharField(label=_("Source of funds"), max_length=200, required=False)
    purpose = forms.CharField(label=_("Purpose"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, owners: QuerySet[Organisation] | None, **options: Any) -> None:
        super().__init__(*args, **options)
        if owners is None:
            for name in ("code", "owner", "budget"):
                del self.fields[name]
        else:
            choose_from(self, "owner", owners)


class SubProjectForm(forms.Form):
    no = forms.IntegerField(label=_("No."), min_value=1, max_value=999)
    kind = forms.ChoiceField(label=_("Kind"), choices=SubProject.Kind.choices)
    name = forms.CharField(label=_("Name"), max_length=200)
    scope_text = forms.CharField(
        label=_("What is to be done"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    budget = MoneyField(
        label=_("Budget, yuan"), required=False, help_text=_("Leave it empty while it is not split yet.")
    )


class PartyForm(forms.Form):
    organisation = OrganisationField(label=_("Organisation"), empty_label=None)
    role = forms.ChoiceField(label=_("Role"), choices=Party.Role.choices)


class BudgetForm(forms.Form):
    budget = MoneyField(label=_("New budget, yuan"))
    reason = forms.CharField(label=_("Reason"), max_length=400)


class ContractForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("Unique in the office: 2021-C1."))
    number = forms.CharField(label=_("Contract number"), max_length=60)
    vendor = OrganisationField(label=_("Vendor"), empty_label=None)
    signed_on = DayField(label=_("Signed on"))
    service_from = DayField(label=_("First day of service"))
    service_to = DayField(label=_("Last day of service"))
    price = MoneyField(label=_("Price, yuan"))

    def __init__(self, *args: Any, vendors: QuerySet[Organisation], new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        choose_from(self, "vendor", vendors)
        if not new:  # what a verdict reads changes by amendment
            for name in ("code", "service_from", "service_to", "price"):
                del self.fields[name]


class NodeForm(forms.Form):
    no = forms.IntegerField(label=_("No."), min_value=1, max_value=99)
    condition = forms.CharField(label=_("Condition"), max_length=400)
    share = forms.DecimalField(label=_("Share of the price, %"), max_digits=5, decimal_places=2, required=False)
    amount = MoneyField(label=_("Or an amount, yuan"), required=False)
    due = DayField(label=_("Due by"), required=False)
    needs_verdict = forms.BooleanField(label=_("Waits for the sealed evaluation"), required=False)


class AnchorForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Obligations start with"), choices=Contract.Anchor.choices, widget=forms.RadioSelect
    )
    day = DayField(label=_("Day"))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class AmendmentForm(forms.Form):
    subject = forms.ChoiceField(label=_("What changes"))
    amount = MoneyField(label=_("New price, yuan"), required=False, help_text=_("For the price."))
    day = DayField(label=_("New day"), required=False, help_text=_("For the end of service and for the anchor."))
    kind = forms.ChoiceField(
        label=_("Obligations start with"),
        required=False,
        choices=[("", "—"), *Contract.Anchor.choices],
        help_text=_("For the anchor."),
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = (Amendment.Subject.PRICE, Amendment.Subject.SERVICE_TO, Amendment.Subject.ANCHOR)
        chooser = self.fields["subject"]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = [(subject.value, subject.label) for subject in offered]

    def after(self) -> str:
        """The new value as an amendment writes it; empty when its field was left empty."""
        found = self.cleaned_data
        match found["subject"]:
            case Amendment.Subject.PRICE:
                return "" if found["amount"] is None else str(found["amount"])
            case Amendment.Subject.ANCHOR:
                return f"{found['kind']} {found['day'] or ''}"
        return str(found["day"] or "")


class SuspensionForm(forms.Form):
    since = DayField(label=_("Suspended from"))
    due_to_vendor = forms.BooleanField(label=_("The vendor is responsible"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=400)


class ResumeForm(forms.Form):
    until = DayField(label=_("Work went on on"))


class StaffForm(forms.Form):
    post = forms.CharField(label=_("Post"), max_length=80)
    required = forms.IntegerField(label=_("People required"), min_value=0, max_value=999)
    certificates = forms.CharField(
        label=_("Certificates required"), max_length=400, required=False, help_text=_("Several with commas between.")
    )
    grace_days = forms.IntegerField(
        label=_("Grace, workdays"),
        min_value=0,
        max_value=99,
        required=False,
        help_text=_(
            "How long a post may be vacant while an approved replacement is on the way. Empty: as the scheme says."
        ),
    )


class ClauseForm(forms.Form):
    clause_number = forms.CharField(label=_("Number of the clause"), max_length=60)
    clause_text = forms.CharField(label=_("Wording of the clause"), widget=forms.Textarea(attrs={"rows": 4}))
    valid_from = DayField(label=_("Valid from"))
    hours = forms.IntegerField(label=_("Hours allowed"), min_value=0, max_value=9999, required=False)
    minutes = forms.IntegerField(label=_("And minutes"), min_value=0, max_value=59, required=False)
    days = forms.IntegerField(
        label=_("Or working days"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=_("Instead of hours and minutes."),
    )
    outside_minutes = forms.IntegerField(
        label=_("Outside office hours, minutes"),
        min_value=1,
        max_value=99999,
        required=False,
        help_text=_("When the contract gives more time there; empty: the same."),
    )
    calendar_code = forms.ChoiceField(
        label=_("Time that counts"),
        choices=[("cn-7x24", _("Round the clock")), ("cn-5x8", _("Office hours"))],
    )

    @classmethod
    def values_of(cls, target: ServiceTarget) -> dict[str, Any]:
        minutes = None if target.target_seconds is None else target.target_seconds // 60
        return {
            "clause_number": target.clause_number,
            "clause_text": target.clause_text,
            "valid_from": target.valid_from or target.contract.anchor_date or target.contract.service_from,
            "hours": None if minutes is None else minutes // 60,
            "minutes": None if minutes is None else minutes % 60,
            "days": target.target_days,
            "outside_minutes": None if target.outside_seconds is None else target.outside_seconds // 60,
            "calendar_code": target.calendar_code,
        }

    def seconds(self) -> int | None:
        found = self.cleaned_data
        total = (found["hours"] or 0) * 3600 + (found["minutes"] or 0) * 60
        return total or None


class NodeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    def __init__(self, **options: Any) -> None:
        super().__init__(**{"queryset": PaymentNode.objects.none(), "to_field_name": "no", **options})

    def label_from_instance(self, obj: PaymentNode) -> str:
        return f"{obj.no} {obj.condition}"


class PaymentForm(forms.Form):
    paid_on = DayField(label=_("Paid on"))
    amount = MoneyField(label=_("Amount, yuan"))
    voucher = forms.CharField(label=_("Voucher"), max_length=60)
    node = NodeField(label=_("Payment node"), required=False)
    note = forms.CharField(label=_("Note"), max_length=400, required=False)
    back_filled = forms.BooleanField(label=_("Entered later from papers (back-filled)"), required=False)

    def __init__(self, *args: Any, nodes: QuerySet[PaymentNode] | None, **options: Any) -> None:
        super().__init__(*args, **options)
        if nodes is None:  # a correction keeps the node and says why
            del self.fields["node"], self.fields["back_filled"]
            self.fields["note"].label = _("Reason")
            self.fields["amount"].help_text = _("0: this payment never happened.")
        else:
            choose_from(self, "node", nodes)


class ConditionForm(forms.Form):
    reference = forms.CharField(label=_("Paper that proves it"), max_length=120, required=False)
    reason = forms.CharField(
        label=_("Or why it is paid without one"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
