from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    name = "yunheng.evaluation"
    label = "evaluation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yunheng.evaluation import access, jobs  # noqa: F401 (declared and registered by being imported)
        from yunheng.evaluation.web import tiles
        from yunheng.foundation import records
        from yunheng.ui import home, navigation

        records.register(records.RecordKind(access.EVALUATION, _("Evaluation"), access.describe))
        navigation.register(
            group="verdict",
            label=_("Evaluations"),
            url_name="evaluation:evaluation-list",
            kind=access.EVALUATION,
            verb="view",
            icon="scale",
            order=10,
        )
        home.register_tile("evaluation.score", "evaluation/score_tile.html", tiles.score_so_far, order=30)
        home.register_tile("evaluation.decisions", "evaluation/decisions_tile.html", tiles.to_decide, order=20)
