import pytest

from yunheng.servicedesk.rules.levels import level_of, levels


@pytest.mark.parametrize(
    ("impact", "urgency", "level"),
    [(1, 1, 1), (1, 2, 2), (2, 1, 2), (2, 2, 3), (3, 1, 3), (1, 3, 3), (2, 3, 4), (3, 2, 4), (3, 3, 4)],
)
def test_the_level_follows_impact_and_urgency(impact: int, urgency: int, level: int) -> None:
    assert level_of(impact, urgency) == level


def test_many_levels_at_once_give_what_each_gives() -> None:
    assert levels([1, 2, 3], [1, 2, 3]).tolist() == [1, 3, 4]


@pytest.mark.parametrize(("impact", "urgency"), [(0, 1), (4, 1), (1, 0), (2, 4)])
def test_a_degree_outside_the_matrix_is_refused(impact: int, urgency: int) -> None:
    with pytest.raises(IndexError):
        level_of(impact, urgency)
