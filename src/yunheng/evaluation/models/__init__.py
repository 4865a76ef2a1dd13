"""The tables of evaluation; other packages import from here."""

from yunheng.evaluation.models.evaluation import Evaluation, Seal
from yunheng.evaluation.models.judgement import ManualValue, Statement
from yunheng.evaluation.models.scheme import Scheme

__all__ = ["Evaluation", "ManualValue", "Scheme", "Seal", "Statement"]
