"""Whether a request that changes something may carry a browser's cookie (OWASP ASVS 5.0, 3.5): rules on its headers.

A browser adds the cookie to requests that other sites make it send; these two checks tell them apart. A key is never
added by a browser, so calls with a key need neither.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SENT_BY_FORMS = ("application/x-www-form-urlencoded", "text/plain", "")


def comes_from_elsewhere(headers: Mapping[str, str], public_url: str | None, *, by_cookie: bool) -> bool:
    """Whether another site made the browser send this: by Fetch Metadata, else by the origin.

    A request without a word of where it comes from is no browser's of today: it is refused only where a cookie speaks
    for it. `headers` has names in lower case, or ignores case.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return by_cookie
    own = {headers.get("host", "").lower(), urlsplit(public_url or "").netloc.lower()} - {""}
    return urlsplit(origin).netloc.lower() not in own


def is_sent_by_forms(headers: Mapping[str, str]) -> bool:
    """Whether a plain HTML form can send this body to us. Multipart stays allowed, for files; the origin guards it."""
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    return has_body and headers.get("content-type", "").partition(";")[0].strip().lower() in _SENT_BY_FORMS
