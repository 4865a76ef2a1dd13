from django.urls import path

from yunheng.documents.web import downloads, pages, steps

app_name = "documents"
urlpatterns = [
    path("", pages.document_list, name="document-list"),
    path("new", pages.new_document, name="document-new"),
    path("<str:uid>", pages.document_page, name="document"),
    path("<str:uid>/version", steps.new_version, name="version-new"),
    path("<str:uid>/submit", steps.submit, name="submit"),
    path("<str:uid>/return", steps.return_it, name="return"),
    path("<str:uid>/accept", steps.accept, name="accept"),
    path("<str:uid>/versions/<int:number>", downloads.download, name="download"),
]
