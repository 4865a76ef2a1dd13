"""What people do with the register of security events, one use case each."""

from yunheng.secops.actions.register import confirm_event, dismiss_event, note_on_event, report_event

__all__ = ["confirm_event", "dismiss_event", "note_on_event", "report_event"]
