from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssetsConfig(AppConfig):
    name = "yunheng.assets"
    label = "assets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yunheng.assets import access
        from yunheng.ui import navigation

        for label, url_name, kind, icon, order in (
            (_("Systems"), "assets:systems", access.SYSTEM, "stack-2", 10),
            (_("Devices"), "assets:devices", access.DEVICE, "devices", 20),
        ):
            navigation.register(group="assets", label=label, url_name=url_name, kind=kind, icon=icon, order=order)
