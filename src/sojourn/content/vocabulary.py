"""The words of MJML 4: which tags there are, where each may stand, and which attributes it has.

The MJML compiler passes over what it does not know in silence, so a slip such as `mj-buton` or `colour` would reach the
reader's mailbox. These tables are what the check compares with. Source: the component reference of MJML 4.18, without
`mj-include`, `mj-html-attributes` and inlined styles, which are not supported.
"""

from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _sides(name: str) -> frozenset[str]:
    return _words(f"{name} {name}-top {name}-right {name}-bottom {name}-left")


_PADDING = _sides("padding") | _words("css-class mj-class")
_CELL = _PADDING | _words("container-background-color")
_BORDER = _sides("border") | _words("border-radius")
_FONT = _words("color font-family font-size font-weight line-height")
_LETTERS = _FONT | _words("font-style letter-spacing text-decoration text-transform")
_LINK = _words("href link name rel target title")
_ICONS = _words(
    "icon-align icon-height icon-position icon-width icon-wrapped-url icon-wrapped-alt icon-unwrapped-url"
    " icon-unwrapped-alt"
)
_BOX = (
    _PADDING
    | _BORDER
    | _words("background-color background-url background-repeat background-size background-position")
    | _words("background-position-x background-position-y direction full-width gutter text-align text-padding")
)

ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "mjml": _words("lang dir owa"),
    "mj-head": frozenset(),
    "mj-title": frozenset(),
    "mj-preview": frozenset(),
    "mj-attributes": frozenset(),
    "mj-style": frozenset(),
    "mj-breakpoint": _words("width"),
    "mj-font": _words("name href"),
    "mj-raw": _words("position"),
    "mj-body": _words("width background-color id css-class mj-class"),
    "mj-wrapper": _BOX | _words("gap"),
    "mj-section": _BOX,
    "mj-group": _words("background-color direction vertical-align width css-class mj-class"),
    "mj-column": _PADDING
    | _BORDER
    | _sides("inner-border")
    | _words("inner-border-radius background-color inner-background-color direction vertical-align width"),
    "mj-hero": _CELL
    | _sides("inner-padding")
    | _words("align background-color background-height background-position background-url background-width")
    | _words("border-radius height inner-background-color mode vertical-align width"),
    "mj-text": _CELL | _LETTERS | _words("align background-color height vertical-align"),
    "mj-button": _CELL
    | _BORDER
    | _LETTERS
    | _LINK
    | _words("align background-color height inner-padding text-align vertical-align width"),
    "mj-image": _CELL
    | _BORDER
    | _LINK
    | _words("align alt fluid-on-mobile font-size height max-height sizes src srcset usemap width"),
    "mj-divider": _CELL | _words("align border-color border-style border-width width"),
    "mj-spacer": _CELL | _BORDER | _words("height"),
    "mj-table": _CELL | _FONT | _words("align border cellpadding cellspacing role table-layout vertical-align width"),
    "mj-social": _CELL
    | _FONT
    | _words("align border border-radius font-style icon-height icon-padding icon-size inner-padding mode")
    | _words("table-layout text-decoration text-padding vertical-align"),
    "mj-social-element": _PADDING
    | _FONT
    | _LINK
    | _words("align alt background-color border border-radius font-style icon-height icon-padding icon-position")
    | _words("icon-size sizes src srcset text-decoration text-padding vertical-align"),
    "mj-navbar": _PADDING
    | _sides("ico-padding")
    | _words("align base-url hamburger ico-align ico-close ico-color ico-font-family ico-font-size")
    | _words("ico-line-height ico-open ico-text-decoration ico-text-transform"),
    "mj-navbar-link": _PADDING | _LETTERS | _LINK,
    "mj-accordion": _CELL | _ICONS | _words("border font-family"),
    "mj-accordion-element": _ICONS | _words("background-color border font-family css-class mj-class"),
    "mj-accordion-title": _PADDING | _words("background-color color font-family font-size font-weight"),
    "mj-accordion-text": _PADDING | _FONT | _words("background-color letter-spacing"),
    "mj-carousel": _CELL
    | _words("align border-radius icon-width left-icon right-icon tb-border tb-border-radius")
    | _words("tb-hover-border-color tb-selected-border-color tb-width thumbnails"),
    "mj-carousel-image": _LINK
    | _words("alt border-radius src tb-border tb-border-radius thumbnails-src css-class mj-class"),
}
"""Tag -> the attributes it may have."""

_IN_A_COLUMN = _words(
    "mj-text mj-button mj-image mj-divider mj-spacer mj-table mj-social mj-navbar mj-accordion mj-carousel mj-raw"
)

CHILDREN: Mapping[str, frozenset[str]] = {
    "mjml": _words("mj-head mj-body"),
    "mj-head": _words("mj-title mj-preview mj-attributes mj-style mj-breakpoint mj-font mj-raw"),
    "mj-body": _words("mj-section mj-wrapper mj-hero mj-raw"),
    "mj-wrapper": _words("mj-section mj-hero mj-raw"),
    "mj-section": _words("mj-column mj-group mj-raw"),
    "mj-group": _words("mj-column mj-raw"),
    "mj-column": _IN_A_COLUMN,
    "mj-hero": _IN_A_COLUMN,
    "mj-social": _words("mj-social-element"),
    "mj-navbar": _words("mj-navbar-link"),
    "mj-accordion": _words("mj-accordion-element"),
    "mj-accordion-element": _words("mj-accordion-title mj-accordion-text"),
    "mj-carousel": _words("mj-carousel-image"),
}
"""Tag that holds only tags -> which. The tags that are not here hold text and HTML, or nothing."""

LIQUID_BETWEEN_TAGS = _words("mj-body mj-wrapper mj-section mj-group mj-column mj-hero")
"""Where `{% if %}` and its like may stand between the tags, around whole parts of the email."""
