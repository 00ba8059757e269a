"""An email as the bytes a mail server takes (RFC 5322, RFC 2045): written out directly, since this runs per person.

The general builder of the standard library takes twenty times as long, and folds a long List-Unsubscribe into encoded
words that no mail program reads (RFC 8058). So the headers are printed here, each one intact on its line, and only a
subject or a name that needs encoding is folded (RFC 2047). Bodies are quoted-printable, or base64 where that is
shorter; both keep lines at 76 characters, whatever the author wrote.
"""

import binascii
from email.utils import format_datetime
from functools import lru_cache

from sojourn.delivery.model import EmailMessage, Mailbox, fault_of
from sojourn.kit.errors import Invalid

# Neither encoding can produce these two characters beside each other, so no body can hold the boundary (RFC 2045 §6.7).
BOUNDARY = "=_sojourn"


def build(message: EmailMessage) -> bytes:
    """The whole message with CRLF line ends, 7-bit except for addresses outside ASCII, which stand as UTF-8 (RFC 6532).

    Raises Invalid for what no header can carry, such as a line break in the subject.
    """
    if (fault := fault_of(message)) is not None:
        raise Invalid(f"The email cannot be written: {fault}.")
    headers = "\r\n".join(_headers(message)).encode()
    return b"".join((headers, _OPENING, _part(message.text), _BETWEEN, _part(message.html), _CLOSING))


def _headers(message: EmailMessage) -> list[str]:
    lines = [
        f"From: {_mailbox(message.sender)}",
        f"To: {message.to}",
        f"Subject: {_text(message.subject)}",
        f"Date: {format_datetime(message.at)}",
        f"Message-ID: <{message.message_id}>",
    ]
    if message.reply_to is not None:
        lines.append(f"Reply-To: {message.reply_to}")
    if message.unsubscribe_url is not None:
        lines.append(f"List-Unsubscribe: <{message.unsubscribe_url}>")
        lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    if message.feedback_id is not None:
        lines.append(f"Feedback-ID: {message.feedback_id}")
    return lines


@lru_cache(maxsize=1000)  # a workspace has few senders
def _mailbox(mailbox: Mailbox) -> str:
    name = mailbox.name.strip(" ")
    if not name:
        return mailbox.address
    if name.isascii() and len(name) <= 200 and "=?" not in name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{mailbox.address}>'
    return f"{_encoded_words(name)}\r\n <{mailbox.address}>"


def _text(value: str) -> str:
    """Unstructured text: as it is when a parser gives back the same, in encoded words otherwise."""
    plain = value.isascii() and len(value) <= 900 and "=?" not in value and value == value.strip()
    return value if plain else _encoded_words(value)


def _encoded_words(value: str) -> str:
    """RFC 2047 §2: words of at most 75 characters, each of whole characters, one to a line."""
    words, chunk = [], b""
    for character in value:
        encoded = character.encode()
        if len(chunk) + len(encoded) > 39:
            words.append(chunk)
            chunk = b""
        chunk += encoded
    words.append(chunk)
    return "\r\n ".join(f"=?utf-8?b?{binascii.b2a_base64(word, newline=False).decode()}?=" for word in words)


def _part(body: str) -> bytes:
    """The rest of a part's headers, and its body. Line ends become CRLF."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n") if "\r" in body else body
    encoded = lines.replace("\n", "\r\n").encode()
    # A byte outside ASCII costs three characters here, and every byte costs four thirds in base64: even at one in six.
    if (len(encoded) - len(lines)) * 6 <= len(encoded):
        return b"quoted-printable\r\n\r\n" + binascii.b2a_qp(encoded, istext=True)
    letters = binascii.b2a_base64(encoded, newline=False)
    return b"base64\r\n\r\n" + b"\r\n".join([letters[start : start + 76] for start in range(0, len(letters), 76)])


def _opening_of(kind: str) -> str:
    return f"--{BOUNDARY}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: "


_OPENING = (
    "\r\nMIME-Version: 1.0\r\n"
    f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n\r\n' + _opening_of("plain")
).encode()
_BETWEEN = f"\r\n{_opening_of('html')}".encode()
_CLOSING = f"\r\n--{BOUNDARY}--\r\n".encode()
