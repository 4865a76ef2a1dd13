from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "yunheng.plans"
    label = "plans"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from yunheng.plans import access, jobs, measures, subscriptions  # noqa: F401 (they register themselves)
        from yunheng.plans.web import tiles
        from yunheng.ui import home, navigation

        for order, (url_name, label, kind, icon) in enumerate(
            [
                ("plans:today", _("Today's tasks"), access.OCCURRENCE, "checklist"),
                ("plans:plan", _("Service plan"), access.ROW, "list-details"),
                ("plans:calendar", _("Due calendar"), access.OCCURRENCE, "calendar"),
                ("plans:documents", _("Papers of the plan"), access.DOCUMENT, "files"),
            ]
        ):
            navigation.register(
                group="plan",
                label=label,
                url_name=url_name,
                kind=kind,
                icon=icon,
                order=10 + order,
                phone=url_name == "plans:today",
            )
        home.register_tile("plans.due-today", "plans/tile_today.html", tiles.due_today, order=10)
        home.register_tile("plans.waiting", "plans/tile_waiting.html", tiles.waiting_for_me, order=20)
