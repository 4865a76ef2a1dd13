from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "yunheng.assets"
    label = "assets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yunheng.assets import access  # noqa: F401 (it registers itself)
