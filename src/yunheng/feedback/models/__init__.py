"""The tables of feedback; other packages import from here."""

from yunheng.feedback.models.complaint import Complaint, ComplaintFact
from yunheng.feedback.models.signature import MonthlySignature, Signing
from yunheng.feedback.models.survey import Survey, SurveyAnswer, SurveyResult

__all__ = ["Complaint", "ComplaintFact", "MonthlySignature", "Signing", "Survey", "SurveyAnswer", "SurveyResult"]
