"""One month of one contract: prepared, signed by three parties, a signature taken back."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from yunheng.feedback.access import SIGNATURE
from yunheng.feedback.models import MonthlySignature, Signing
from yunheng.feedback.queries import NIL_FIELDS, following_month, register_counts, signing_fact
from yunheng.feedback.rules.signing import signed
from yunheng.foundation import access, audit, registers
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid, Refused
from yunheng.foundation.models import Scope, ScopeKind, Source
from yunheng.foundation.writing import writing
from yunheng.people.roles import Role

PARTY_OF = {
    Role.VENDOR_MANAGER: Signing.Party.VENDOR,
    Role.SUPERVISOR: Signing.Party.SUPERVISOR,
    Role.OWNER_LEAD: Signing.Party.OWNER,
}


def prepare_month(
    *,
    scope: Scope,
    month: date,
    actor: Actor,
    now: datetime,
    nil_incidents: bool = False,
    nil_security: bool = False,
    nil_complaints: bool = False,
    remark: str = "",
) -> MonthlySignature:
    """Write down what is to be signed; until the first signature it can be written anew."""
    access.require(actor, "prepare", SIGNATURE, scope, now)
    if scope.kind != ScopeKind.CONTRACT:
        raise Invalid(_("A month is signed per contract."))
    month = month.replace(day=1)
    values = {
        "nil_incidents": nil_incidents,
        "nil_security": nil_security,
        "nil_complaints": nil_complaints,
        "remark": remark.strip(),
    }
    with writing():
        signature = MonthlySignature.objects.select_for_update(of=("self",)).filter(scope=scope, month=month).first()
        if signature is None:
            signature = MonthlySignature(
                scope=scope, month=month, number=f"SIGN-{scope.code}-{month:%Y-%m}", created_at=now
            )
        elif _standing(signature):
            raise Conflict(
                _("This month is signed already."), way_out=_("Take the signatures back before changing the words.")
            )
        for name, value in values.items():
            setattr(signature, name, value)
        signature.save()
        audit.record(
            scope=scope,
            actor=actor,
            now=now,
            verb="prepare",
            kind=SIGNATURE,
            reference=signature.number,
            facts=values,
        )
    return signature


def sign_month(
    *, signature: MonthlySignature, actor: Actor, now: datetime, source: str = Source.ON_SITE
) -> list[Signing]:
    """Sign for the parties whose role the actor holds there. Raises Invalid when the words contradict the registers,
    Refused when the actor is none of the parties."""
    access.require(actor, "sign", SIGNATURE, signature.scope, now, reference=signature.number)
    end = datetime.combine(following_month(signature.month), time(), ZoneInfo(signature.scope.zone))
    if now < end:
        raise Invalid(_("The month has not ended yet."), way_out=_("Sign from the first of the next month on."))
    held_roles = access.standing(actor, now).roles_at(signature.scope)
    parties = [party for role, party in PARTY_OF.items() if role in held_roles]
    if not parties:
        raise Refused(_("You sign for none of the three parties."))
    with writing():
        held = MonthlySignature.objects.select_for_update(of=("self",)).select_related("scope").get(pk=signature.pk)
        _refuse_contradictions(held)
        standing = _standing(held)
        wanting = [party for party in parties if party not in standing]
        if not wanting:
            raise Conflict(_("Your party has signed this month already."))
        return [_sign(held, party, actor, now, source) for party in wanting]


def retract_signature(*, signing: Signing, reason: str, actor: Actor, now: datetime) -> Signing:
    """The party that signed takes its word back."""
    signature = signing.signature
    access.require(actor, "sign", SIGNATURE, signature.scope, now, reference=signature.number)
    held_roles = access.standing(actor, now).roles_at(signature.scope)
    if signing.party not in {party for role, party in PARTY_OF.items() if role in held_roles}:
        raise Refused(_("Only the party that signed can take its signature back."))
    if not reason.strip():
        raise Invalid(_("Taking back needs a reason."), fields={"reason": _("Write why.")})
    with writing():
        held = MonthlySignature.objects.select_for_update(of=("self",)).select_related("scope").get(pk=signature.pk)
        if signing.party not in _standing(held):
            raise Conflict(_("This signature was taken back already."))
        return _sign(held, signing.party, actor, now, Source.ON_SITE, corrects=signing, reason=reason.strip())


def _standing(signature: MonthlySignature) -> frozenset[str]:
    return signed(signing_fact(signing) for signing in signature.signings.all())


def _refuse_contradictions(signature: MonthlySignature) -> None:
    labels = {name: register.label for name, register in registers.declared().items()}
    fields = {}
    for name, count in register_counts(signature.scope_id, signature.month).items():
        nil = getattr(signature, NIL_FIELDS[name])
        if count is None or nil == (count == 0):
            continue
        words = {"register": labels[name], "count": count}
        fields[NIL_FIELDS[name]] = (
            _("%(register)s: the register holds %(count)s of this month, so there is no nil return.") % words
            if nil
            else _("%(register)s: the register is empty; say that nothing happened, or enter it.") % words
        )
    if fields:
        raise Invalid(
            _("What is to be signed contradicts the registers. %(what)s") % {"what": " ".join(fields.values())},
            fields=fields,
        )


def _sign(
    signature: MonthlySignature,
    party: str,
    actor: Actor,
    now: datetime,
    source: str,
    corrects: Signing | None = None,
    reason: str = "",
) -> Signing:
    signing = Signing(
        signature=signature,
        party=party,
        occurred_at=now,
        recorded_at=now,
        source=source,
        corrects=corrects,
        retracts=corrects is not None,
        reason=reason,
    )
    signing.signed_by(actor)
    signing.save()
    audit.record(
        scope=signature.scope,
        actor=actor,
        now=now,
        verb="retract" if corrects else "sign",
        kind=SIGNATURE,
        reference=signature.number,
        facts={
            "party": str(party),
            "month": signature.month,
            "nil_incidents": signature.nil_incidents,
            "nil_security": signature.nil_security,
            "nil_complaints": signature.nil_complaints,
            "reason": reason,
        },
    )
    return signing
