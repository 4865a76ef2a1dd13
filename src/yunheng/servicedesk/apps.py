from django.apps import AppConfig


class ServicedeskConfig(AppConfig):
    name = "yunheng.servicedesk"
    label = "servicedesk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yunheng.servicedesk import access, jobs, measures  # noqa: F401 (they register themselves)
