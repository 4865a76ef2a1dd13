from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "yunheng.plans"
    label = "plans"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yunheng.plans import access, jobs, measures, subscriptions  # noqa: F401 (they register themselves)
