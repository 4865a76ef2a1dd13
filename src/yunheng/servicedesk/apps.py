from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicedeskConfig(AppConfig):
    name = "yunheng.servicedesk"
    label = "servicedesk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yunheng.servicedesk import access, jobs, measures, subscriptions  # noqa: F401 (they register themselves)
        from yunheng.servicedesk.web import tiles
        from yunheng.ui import home, navigation

        navigation.register(
            group="service",
            label=_("Tickets"),
            url_name="servicedesk:ticket-list",
            kind=access.KIND,
            icon="ticket",
            order=10,
            phone=True,
        )
        home.register_tile("servicedesk.clocks", "servicedesk/tile_clocks.html", tiles.clocks, order=20)
        home.register_tile(
            "servicedesk.confirmations", "servicedesk/tile_confirmations.html", tiles.confirmations, order=30
        )
