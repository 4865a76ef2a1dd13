"""What people do with complaints, surveys and monthly signatures, one use case each."""

from yunheng.feedback.actions.complaints import comment_on_complaint, dispose_of_complaint, open_complaint
from yunheng.feedback.actions.signing import prepare_month, retract_signature, sign_month
from yunheng.feedback.actions.surveys import record_survey, withdraw_survey

__all__ = [
    "comment_on_complaint",
    "dispose_of_complaint",
    "open_complaint",
    "prepare_month",
    "record_survey",
    "retract_signature",
    "sign_month",
    "withdraw_survey",
]
