from django.apps import AppConfig


class SecopsConfig(AppConfig):
    name = "yunheng.secops"
    label = "secops"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from yunheng.foundation import registers
        from yunheng.secops import access, measures  # noqa: F401 (they register themselves)
        from yunheng.secops.queries import count_in_month
        from yunheng.ui import navigation

        registers.declare(registers.SECURITY_EVENTS, label=_("Security events"), count=count_in_month)
        navigation.register(
            group="security",
            label=_("Security events"),
            url_name="secops:event-list",
            kind=access.KIND,
            icon="shield-exclamation",
            order=10,
        )
