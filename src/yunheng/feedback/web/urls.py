from django.urls import path

from yunheng.feedback.web import complaints, months, surveys

app_name = "feedback"
urlpatterns = [
    path("complaints", complaints.complaint_list, name="complaint-list"),
    path("complaints/new", complaints.new_complaint, name="complaint-new"),
    path("complaints/<str:uid>", complaints.complaint_page, name="complaint"),
    path("complaints/<str:uid>/decide", complaints.dispose, name="dispose"),
    path("complaints/<str:uid>/comment", complaints.comment, name="comment"),
    path("surveys", surveys.survey_list, name="surveys"),
    path("surveys/import", surveys.bring_in, name="survey-import"),
    path("surveys/<str:uid>", surveys.survey_page, name="survey"),
    path("months", months.month_list, name="months"),
    path("months/<str:scope_uid>/<str:month>", months.prepare, name="prepare"),
    path("signatures/<str:uid>", months.signature_page, name="signature"),
    path("signatures/<str:uid>/sign", months.sign, name="sign"),
    path("signatures/<str:uid>/entries/<int:pk>/retract", months.retract, name="retract"),
]
