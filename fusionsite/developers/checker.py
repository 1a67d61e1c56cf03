"""Paste a failing request, see the first place where it differs from what we would sign."""

import re
import time
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from campaigns import credentials
from campaigns.models import Credential
from fusionsite.developers import checking
from fusionsite.developers.page import Tool

MOST_CHARACTERS = 2_000_000
# As the explorer and many logs write a long text.
_CUT_SHORT = re.compile(r"… \([0-9]+\)")


class PasteForm(forms.Form):
    """What was sent. It is read, answered and forgotten."""

    request = forms.CharField(
        label=_("The failing request"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("Raw HTTP with its headers and body, or the whole curl command."),
    )
    canonical = forms.CharField(
        label=_("Your canonical request"),
        required=False,
        strip=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("If your program can print it: v3 only."),
    )
    to_sign = forms.CharField(
        label=_("Your string to sign"),
        required=False,
        strip=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("If your program can print it."),
    )

    def clean_request(self) -> checking.Pasted:
        """The request taken apart."""
        if _CUT_SHORT.search(self.cleaned_data["request"]):
            raise ValidationError(_("A picture in it is cut short; paste the whole request."))
        try:
            return checking.read(self.cleaned_data["request"])
        except checking.NotARequest as problem:
            sentence = _("This is no HTTP request and no curl command. It breaks off at: %s")
            raise ValidationError(sentence % problem) from problem


class CheckerPage(Tool):
    """A form, and the comparison."""

    template_name = "developers/checker.html"
    tab = "checker"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        frame = {"form": PasteForm(), **more}
        return super().get_context_data(**frame) | {"title": _("Signature checker")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Checks; nothing is written anywhere."""
        form = PasteForm(request.POST)
        report = None
        if form.is_valid():
            try:
                report = checking.check(self._asked(form.cleaned_data))
            except checking.NobodysRequest as problem:
                sentence = _("None of our doors is at %s. Paste the request with its path.")
                form.add_error("request", sentence % problem)
        return self.render_to_response(self.get_context_data(form=form, report=report))

    def _asked(self, given: dict[str, Any]) -> checking.Asked:
        own = urlsplit(settings.FUSION_BASE_URL)
        pasted: checking.Pasted = given["request"]
        names = [pasted.host, own.netloc, own.hostname or "", *settings.FUSION_TENCENT_HOSTS]
        return checking.Asked(
            pasted=pasted,
            keys=self._keys(),
            now=time.time(),
            hosts=list(dict.fromkeys(name for name in names if name)),
            canonical=given["canonical"].strip("\r\n"),
            to_sign=given["to_sign"].strip("\r\n"),
        )

    def _keys(self) -> checking.Keys:
        """Only the keys that this person manages are looked at."""
        keys = {key.secret_id: key for key in self.usable_keys()}
        hashes = {key.token_hash: key for key in keys.values() if key.token_hash}

        def others_of(key: Credential) -> list[Credential]:
            return [
                other
                for other in keys.values()
                if other.kind == key.kind and other.account_id == key.account_id and other != key
            ]

        return checking.Keys(
            by_id=keys.get,
            secret_of=credentials.secret_of,
            others_of=others_of,
            by_token=lambda token: hashes.get(Credential.hash_of(token)),
        )
