from yunheng.servicedesk.rules import workflow


def test_every_step_leads_from_known_states() -> None:
    assert all(states <= set(workflow.STATES) for states in workflow.STEPS.values())


def test_a_ticket_on_hold_must_go_on_before_it_is_solved() -> None:
    assert not workflow.allowed("resolve", workflow.ON_HOLD)
    assert workflow.allowed("resume", workflow.ON_HOLD)


def test_only_a_ticket_that_was_solved_can_be_reopened() -> None:
    assert [state for state in workflow.STATES if workflow.allowed("reopen", state)] == [
        "resolved",
        "confirmed",
        "closed",
    ]


def test_a_new_ticket_can_be_accepted_assigned_and_answered() -> None:
    assert {"accept", "assign", "respond"} <= set(workflow.steps_from(workflow.NEW))
