"""A message as one person would get it, from its document as it stands (rule C6): nothing is kept, nobody is followed.

Links lead where they lead, and no picture would tell of an opening. Previews and test sends are made here.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sojourn.content.compile import compile_content
from sojourn.content.model import AnyDocument, CompiledPush, CompiledText, Link
from sojourn.content.render import EmailTemplate, PushTemplate, TextTemplate

NOWHERE = "#unsubscribe"
"""Where the way out leads in a preview: there is nothing to leave."""


class Preview(NamedTuple):
    """`subject` is an email's, or the title of a push message; `html` an email's; `link` a push message's."""

    subject: str | None
    html: str | None
    text: str
    link: str | None = None
    links: tuple[Link, ...] = ()


def preview(
    document: AnyDocument,
    person: Mapping[str, Any],
    trigger: Mapping[str, Any] | None = None,
    *,
    postal_address: str,
    unsubscribe_url: str = NOWHERE,
) -> Preview:
    """For somebody with these attributes, whom an event with these properties started. Raises Invalid with what makes
    it impossible."""
    compiled = compile_content(document)
    if isinstance(compiled, CompiledText):
        return Preview(None, None, TextTemplate.of(compiled).render(person, trigger))
    if isinstance(compiled, CompiledPush):
        push = PushTemplate.of(compiled).render(person, trigger)
        return Preview(push.title, None, push.body, push.link)
    template = EmailTemplate.of(compiled)
    rendered = template.render(
        person,
        lambda link: template.target(link, person, trigger),
        unsubscribe_url=unsubscribe_url,
        postal_address=postal_address,
        trigger=trigger,
    )
    return Preview(rendered.subject, rendered.html, rendered.text, links=compiled.links)
