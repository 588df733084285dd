"""Tags as Word saves them, made readable: cut pieces joined, tags of whole rows and paragraphs set free.

Word cuts a text into runs wherever its spelling, language or format changes, also between the two braces of a tag.
"""

from __future__ import annotations

import re

FULL_WIDTH = str.maketrans("\uff5b\uff5d", "{}")  # braces as a Chinese keyboard types them
CUT_BRACES = re.compile(r"(?<=\{)(?:<[^>]*>)+(?=[{%#])|(?<=[%}#])(?:<[^>]*>)+(?=\})")
TAG = re.compile(r"\{%(?:(?!%\}).)*|\{#(?:(?!#\}).)*|\{\{(?:(?!\}\}).)*", re.DOTALL)
NEXT_TEXT = re.compile(r"</w:t>.*?<w:t(?: [^>]*)?>", re.DOTALL)
BARE_TEXT = re.compile(r"<w:t>((?:(?!<w:t>).)*)(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
RUN_TAG = re.compile(r"(\{\{r\s.*?\}\}|\{%r\s.*?%\})", re.DOTALL)
OWN_RUN = r'</w:t></w:r><w:r><w:t xml:space="preserve">\1</w:t></w:r><w:r><w:t xml:space="preserve">'
# `{%- … %}` goes on from the paragraph before, `{% … -%}` into the one behind.
JOINS_BEFORE = re.compile(r"</w:t>(?:(?!</w:t>).)*?\{%-", re.DOTALL)
JOINS_BEHIND = re.compile(r"-%\}(?:(?!<w:t[ >]|\{%|\{\{).)*?<w:t[^>]*?>", re.DOTALL)
# `{%tr … %}` stands for the row it is in, `tc` for the cell, `p` for the paragraph, `r` for the run; comments too.
STANDING_FOR = [
    re.compile(rf"<w:{part}[ >](?:(?!<w:{part}[ >]).)*({begin}){part} ({inside}{end}).*?</w:{part}>", re.DOTALL)
    for begin, inside, end, parts in (
        (r"\{%|\{\{", r"[^}%]*", r"(?:%\}|\}\})", ("tr", "tc", "p", "r")),
        (r"\{#", r"[^}#]*", r"#\}", ("tr", "tc", "p")),
    )
    for part in parts
]
INSIDE = re.compile(r"(?<=\{[{%])(.*?)(?=[}%]\})")
# What Word writes for the signs of a tag: entities, and quotation marks made round while typing.
TYPED = {"&#8216;": "'", "&lt;": "<", "&gt;": ">", "\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"}


def join_tags(text: str) -> str:
    """Return the markup of a part with every tag in one piece, where a template is read from."""
    text = CUT_BRACES.sub("", text.translate(FULL_WIDTH))
    text = TAG.sub(lambda tag: NEXT_TEXT.sub("", tag[0]), text)
    text = BARE_TEXT.sub(r'<w:t xml:space="preserve">\1\2', text)
    text = RUN_TAG.sub(OWN_RUN, text)
    text = JOINS_BEHIND.sub("%}", JOINS_BEFORE.sub("{%", text))
    for standing in STANDING_FOR:
        text = standing.sub(r"\1 \2", text)
    return INSIDE.sub(_as_meant, text)


def _as_meant(tag: re.Match[str]) -> str:
    inside = tag[0]
    for typed, meant in TYPED.items():
        inside = inside.replace(typed, meant)
    return inside
