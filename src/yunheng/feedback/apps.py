from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "yunheng.feedback"
    label = "feedback"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from yunheng.feedback import access, measures  # noqa: F401 (they register themselves)
        from yunheng.feedback.queries import count_in_month, vouched_months
        from yunheng.foundation import registers

        registers.declare(registers.COMPLAINTS, label=_("Complaints"), count=count_in_month)
        registers.vouch_by("feedback.monthly-signature", vouched_months)
