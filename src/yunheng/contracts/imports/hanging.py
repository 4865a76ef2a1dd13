"""What hangs on records: rows of any table that name them. Nobody above contracts has to be known for that."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from yunheng.foundation.models import Grant, ImportBatch, Scope

#: Rights end by themselves when what they were given on is gone, and batches only tell what came in.
_IRRELEVANT = (Grant, ImportBatch)


def hanging(records: Iterable[models.Model]) -> dict[str, int]:
    """`app.model.field` → how many rows in force name one of the records, in name order."""
    ids: dict[type[models.Model], set[int]] = {}
    for record in records:
        ids.setdefault(type(record), set()).add(record.pk)
    found: dict[str, int] = {}
    for model, wanted in ids.items():
        for relation in model._meta.get_fields(include_hidden=True):
            if not isinstance(relation, models.ManyToOneRel) or not _is_ours(relation.related_model):
                continue
            count = _count(relation, wanted)
            if count:
                found[f"{relation.related_model._meta.label_lower}.{relation.field.name}"] = count
    return dict(sorted(found.items()))


def _is_ours(model: type[models.Model]) -> bool:
    """Tables of this product; a table that a test makes for itself hangs on nothing."""
    return model not in _IRRELEVANT and model.__module__.startswith("yunheng.")


def _count(relation: models.ManyToOneRel, ids: set[int]) -> int:
    """In pieces: SQLite takes a limited number of values in one statement."""
    table = relation.related_model._base_manager
    in_force = {"withdrawn_at__isnull": True} if _can_be_withdrawn(relation.related_model) else {}
    ordered = sorted(ids)
    pieces = (ordered[start : start + 500] for start in range(0, len(ordered), 500))
    return sum(table.filter(**{f"{relation.field.name}__in": piece}, **in_force).count() for piece in pieces)


def _can_be_withdrawn(model: type[models.Model]) -> bool:
    return model is not Scope and any(one.name == "withdrawn_at" for one in model._meta.concrete_fields)


def words_for(names: Iterable[str]) -> list[str]:
    """The tables behind names of ``hanging``, as people call them; each once."""
    from django.apps import apps

    found = {str(apps.get_model(".".join(name.split(".")[:2]))._meta.verbose_name_plural) for name in names}
    return sorted(found)
