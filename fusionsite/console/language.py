"""The language switch in the menu of the person who is signed in."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from campaigns.models import Person


class LanguagePage(View):
    """Keeps the chosen language with the person, and for the sign-in page with the browser."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = request.POST.get("language", "")
        answer = HttpResponseRedirect(_back_to(request))
        if chosen in dict(settings.LANGUAGES):
            Person.objects.filter(pk=cast(Person, request.user).pk).update(language=chosen)
            answer.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                max_age=settings.SESSION_COOKIE_AGE,
                secure=settings.FUSION_HTTPS,
                samesite="Lax",
            )
        return answer


def _back_to(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return reverse("admin:index")
