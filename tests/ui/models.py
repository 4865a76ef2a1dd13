"""A table of its own for the list machinery; made by the fixture `notes` and by nobody's migration."""

from __future__ import annotations

from typing import ClassVar

from django.db import connection, models

from yunheng.foundation.models import ScopedModel


class Note(ScopedModel):
    number = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    level = models.IntegerField(default=3)
    at = models.DateTimeField()
    amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)

    objects: ClassVar[models.Manager[Note]] = models.Manager()

    class Meta:
        app_label = "ui"
        db_table = "ui_test_note"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["scope", "at", "id"], name="note_at"),
            models.Index(fields=["scope", "level", "at", "id"], name="note_level"),
            models.Index(fields=["scope", "number", "id"], name="note_number"),
        ]

    def __str__(self) -> str:
        return self.number


def make_table() -> None:
    if Note._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Note)
