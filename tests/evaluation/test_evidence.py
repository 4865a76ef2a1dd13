"""The evidence file and drift, without a database."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunheng.evaluation.rules.drift import compare
from yunheng.evaluation.rules.evidence import BrokenEvidence, Evidence, Marks, Table, pack, unpack


def an_evidence(references: list[str], numbers: list[int], texts: list[str], counted: list[bool]) -> Evidence:
    rows = len(references)
    mask = np.array(counted, np.bool_)
    table = Table("faults", "ticket", references, {"level": np.array(numbers, np.int64), "title": texts})
    left_out = np.where(mask, 0, 1).astype(np.uint8) if rows else np.empty(0, np.uint8)
    return Evidence({"faults": table}, {"I04": Marks("I04", "faults", mask, mask, left_out, ("duplicate",))})


ROWS = st.lists(
    st.tuples(
        st.integers(-(2**63), 2**63 - 1),
        st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=20),
        st.booleans(),
    ),
    max_size=30,
)


@given(ROWS)
def test_what_is_packed_is_what_is_unpacked(rows: list[tuple[int, str, bool]]) -> None:
    evidence = an_evidence(
        [f"T{n}" for n in range(len(rows))],
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
    )
    content, digests = pack(evidence)
    again = unpack(content)
    assert again.digests == digests
    assert compare(evidence, again) == []
    assert again.tables["faults"].columns["title"] == evidence.tables["faults"].columns["title"]


def test_the_same_values_make_the_same_bytes() -> None:
    evidence = an_evidence(["a", "b"], [1, 2], ["一", "二"], [True, False])
    assert pack(evidence)[0] == pack(evidence)[0]


def test_an_edited_column_is_named() -> None:
    content, _digests = pack(an_evidence(["a", "b", "c"], [1, 2, 3], ["一", "二", "三"], [True, True, False]))
    source = zipfile.ZipFile(io.BytesIO(content))
    edited = io.BytesIO()
    with zipfile.ZipFile(edited, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            target.writestr(name, body.replace("二".encode(), "贰".encode()) if name == "r0/c2" else body)
    with pytest.raises(BrokenEvidence, match=r"faults\.title"):
        unpack(edited.getvalue())


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip"])
def test_a_file_that_is_no_evidence_is_refused(content: bytes) -> None:
    with pytest.raises(BrokenEvidence):
        unpack(content)


def test_drift_names_record_and_field_and_who_left_the_count() -> None:
    then = an_evidence(["a", "b", "c", "d"], [1, 2, 3, 4], ["一", "二", "三", "四"], [True, True, True, True])
    now = an_evidence(["a", "c", "d", "e"], [1, 9, 4, 5], ["一", "三", "四", "五"], [True, True, False, True])
    found = [(item.reference, item.trouble, item.field, item.then, item.now) for item in compare(then, now)]
    assert found == [
        ("b", "removed", "", None, None),
        ("c", "changed", "level", 3, 9),
        ("e", "added", "", None, None),
        ("d", "moved", "I04", "counted", "duplicate"),
    ]
