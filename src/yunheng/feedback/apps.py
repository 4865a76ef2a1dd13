from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "yunheng.feedback"
    label = "feedback"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from yunheng.feedback import access, measures  # noqa: F401 (they register themselves)
        from yunheng.feedback.queries import count_in_month, vouched_months
        from yunheng.feedback.web import tiles
        from yunheng.foundation import registers
        from yunheng.ui import home, navigation

        registers.declare(registers.COMPLAINTS, label=_("Complaints"), count=count_in_month)
        registers.vouch_by("feedback.monthly-signature", vouched_months)
        for order, (group, url_name, label, kind, icon) in enumerate(
            [
                ("service", "feedback:complaint-list", _("Complaints"), access.COMPLAINT, "message-report"),
                ("service", "feedback:surveys", _("Satisfaction surveys"), access.SURVEY, "mood-happy"),
                ("plan", "feedback:months", _("Monthly signatures"), access.SIGNATURE, "signature"),
            ]
        ):
            navigation.register(group=group, label=label, url_name=url_name, kind=kind, icon=icon, order=50 + order)
        home.register_tile("feedback.waiting", "feedback/tile_waiting.html", tiles.waiting_for_my_signature, order=25)
