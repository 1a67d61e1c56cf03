"""Every first difference that the checker can name: what it is, and what to do about it."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _


@dataclass(frozen=True)
class Difference:
    """A difference in words; `title` is its short name."""

    title: str
    says: str
    remedy: str


DIFFERENCES: dict[str, Difference] = {
    "": Difference(
        _("Signature"),
        _("The signature is right: we would have signed the very same."),
        _("If the call is refused all the same, look at its error code; it is not the signature."),
    ),
    "form": Difference(
        _("Form"),
        _("The signature's place or form is wrong: %(what)s"),
        _("Compare with the steps on the protocol's page, or with a snippet."),
    ),
    "key": Difference(
        _("Key"),
        _("No key of yours has the id %(key)s, or it was switched off."),
        _("Copy the id anew. A key of another account can be checked by its own people only."),
    ),
    "kind": Difference(
        _("Key"),
        _("The key %(key)s does not open this protocol."),
        _("Use a key whose doors include it, or make one."),
    ),
    "timestamp-form": Difference(
        _("Timestamp"),
        _("The timestamp %(yours)s is no whole number in the right unit."),
        _("v3, fuseapi and the own API count seconds, the JD APIs milliseconds."),
    ),
    "timestamp": Difference(
        _("Timestamp"),
        _("The signature was made for the time %(yours)s; the request says %(ours)s."),
        _("Take the time once, sign it and send the same number."),
    ),
    "clock": Difference(
        _("Timestamp"),
        _("The signature is right, but its time is %(seconds)s seconds away from our clock."),
        _("Set the machine's clock by NTP, and sign anew for every call."),
    ),
    "date": Difference(
        _("Timestamp"),
        _("The scope says %(yours)s; the timestamp's day is %(ours)s, in UTC."),
        _("Take the date from the timestamp, in UTC."),
    ),
    "service": Difference(
        _("Scope"),
        _("The scope names the service %(yours)s."),
        _("Sign for the service facefusion."),
    ),
    "header-list": Difference(
        _("Header list"),
        _("You signed the headers in the order %(yours)s; the request lists %(ours)s."),
        _("Write the names in one order everywhere: in the canonical request and in the header."),
    ),
    "field-order": Difference(
        _("Order"),
        _("You signed the fields in the order %(yours)s; the request has %(ours)s."),
        _("Sign the text exactly as you send it, in the same order."),
    ),
    "header-value": Difference(
        _("Canonical request"),
        _("You signed %(yours)s; the request carries %(ours)s."),
        _("Sign the value that is sent. Some libraries add a charset or a port by themselves."),
    ),
    "method": Difference(
        _("Canonical request"),
        _("You signed the method %(yours)s and sent %(ours)s."),
        _("Sign the method that you send."),
    ),
    "target": Difference(
        _("Canonical request"),
        _("You signed the address %(yours)s and called %(ours)s."),
        _("Sign path and query exactly as they are sent, without the host."),
    ),
    "query": Difference(
        _("Canonical request"),
        _("You signed another query than you sent."),
        _("Sign the raw query, neither sorted nor encoded a second time; empty for POST."),
    ),
    "body": Difference(
        _("Body hash"),
        _("You signed a body whose hash is %(yours)s; the one that was sent has %(ours)s."),
        _(
            "Write the body once, sign those bytes and send those bytes. A library that writes the"
            " JSON again changes spaces, escapes or the order."
        ),
    ),
    "canonical": Difference(
        _("Canonical request"),
        _("Line %(line)s differs: yours is %(yours)s, ours is %(ours)s."),
        _("Mend that line first; everything after it follows from it."),
    ),
    "to-sign": Difference(
        _("String to sign"),
        _("Line %(line)s differs: yours is %(yours)s, ours is %(ours)s."),
        _("Mend that line first; everything after it follows from it."),
    ),
    "encoding": Difference(
        _("Encoding"),
        _("The signature was changed on its way: %(what)s"),
        _("Send it as plain base64; percent-encode it in a query only, and only once."),
    ),
    "algorithm": Difference(
        _("Signature"),
        _("The signature was made with %(yours)s; this protocol wants %(ours)s."),
        _("Use the protocol's own algorithm."),
    ),
    "account": Difference(
        _("Account"),
        _("The appid is %(yours)s; the key belongs to %(ours)s."),
        _("Take appid and uin from the console, the same in the signature and in the body."),
    ),
    "lifetime": Difference(
        _("Timestamp"),
        _("The signature says it ends at %(yours)s; %(ours)s"),
        _("Set e after now and at most 90 days after t."),
    ),
    "other-key": Difference(
        _("Signature"),
        _("The signature was made with the secret of your key %(yours)s, not of %(ours)s."),
        _("Use the id and the secret of the same key."),
    ),
    "secret-form": Difference(
        _("Signature"),
        _("The signature fits your secret with a space, a line end or quotes around it."),
        _("Take the secret without anything around it; look at how it is read from its file."),
    ),
    "secret": Difference(
        _("Signature"),
        _("All that can be seen agrees, and yet the signature differs: another secret signed it."),
        _(
            "Copy the secret anew, or make a second key. To be sure, paste your own string to sign"
            " as well: if it equals ours, it is the secret."
        ),
    ),
    "token": Difference(
        _("Token"),
        _("The token is none of yours, or it was switched off."),
        _("Copy it anew, whole; or make a new one. We keep only its hash."),
    ),
}
