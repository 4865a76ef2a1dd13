from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    name = "yunheng.contracts"
    label = "contracts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yunheng.contracts import access, links, measures  # noqa: F401 (they register themselves)
        from yunheng.ui import navigation

        for label, url_name, kind, icon, order in (
            (_("Projects and contracts"), "contracts:projects", access.PROJECT, "file-invoice", 10),
            (_("Service targets"), "contracts:targets", access.TARGET, "target", 20),
            (_("Payments"), "contracts:payments", access.PAYMENT, "cash", 30),
        ):
            navigation.register(group="contract", label=label, url_name=url_name, kind=kind, icon=icon, order=order)
