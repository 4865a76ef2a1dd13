from django.contrib.auth.views import LogoutView
from django.urls import path

from yunheng.people.web import signing_in

app_name = "people"
signing_urls = [
    path("sign-in", signing_in.SignIn.as_view(), name="sign-in"),
    path("sign-out", LogoutView.as_view(), name="sign-out"),
    path("password", signing_in.ChangePassword.as_view(), name="change-password"),
]
urlpatterns = signing_urls
