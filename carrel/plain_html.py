"""The short way from Markdown to HTML, for texts of ordinary paragraphs.

Most notes and abstracts are paragraphs with a few words in *emphasis*, `code` and links. For
these this module gives, letter for letter, what ``markdown.to_html`` gives, in a tenth of the
time. At the least doubt it gives way: whatever begins a line or a word in another way than those
below is for the parser. ``tests/test_plain_html.py`` compares the two on texts made to differ.
"""

import re

#: How a line of a paragraph may begin: with a letter, or with code or emphasis around one.
#: No block begins so: lists, headings, quotes, tables, rules, definitions all need other signs.
_LINE = r"(?:\*{1,2}|`)?[A-Za-z][^\n\t]*[^\s\\]"
_PARAGRAPH = re.compile(rf"{_LINE}(?:\n{_LINE})*")
_LIST = re.compile(rf"- {_LINE}(?:\n- {_LINE})*")
_HEADING = re.compile(r"(#{2,6}) ([A-Za-z](?:[^\n\t#]*[^\s#\\])?)")

#: One piece of a paragraph. Emphasis opens behind a blank and before a letter, and closes behind
#: a letter and before a blank or a full stop: such signs can only open, or only close.
_PIECE = re.compile(
    r"""
    (?P<text>(?:[^`*_\[\]<>&"\\$~^|!\n]|(?<=[A-Za-z0-9])_+(?=[A-Za-z0-9])|!(?!\[))+)
  | (?<!`)`(?P<code>[^`\n\s](?:[^`\n]*[^`\n\s])?)`(?!`)
  | (?P<open>(?<![^\s(])(?P<by>\*{1,2})(?=[A-Za-z0-9]))
  | (?P<close>(?<=[A-Za-z0-9])\*{1,2}(?![^\s.,;:)]))
  | \[(?P<words>[A-Za-z0-9][A-Za-z0-9 ,.:;()'+/-]*)\]
    \((?P<url>https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[A-Za-z0-9._/-]*)?)\)
  | (?P<escaped>[">]|[&<](?=\ ))
  | (?P<end>\n)
    """,
    re.VERBOSE,
)
_ESCAPES = {'"': "&quot;", ">": "&gt;", "<": "&lt;", "&": "&amp;"}
_TAGS = {"*": "em", "**": "strong"}


def plain_html(text: str) -> str | None:
    """Render *text* when all of it is plain enough; None where the parser must decide."""
    made: list[str] = []
    was_list = False
    for part in text.split("\n\n"):
        block = part.removeprefix("\n")
        if not block:  # more than one blank line
            continue
        is_list = block.startswith("- ")
        if is_list:
            # Two lists with a blank line between them are one, with wider rows.
            if was_list or not _LIST.fullmatch(block):
                return None
            items = [_inline(item) for item in block[2:].split("\n- ")]
            rows = [f"<li>{item}</li>\n" for item in items if item is not None]
            if len(rows) < len(items):
                return None
            made += ("<ul>\n", *rows, "</ul>\n")
        elif block.startswith("#"):
            heading = _HEADING.fullmatch(block)
            inner = _inline(heading[2]) if heading else None
            if heading is None or inner is None:
                return None
            tag = f"h{len(heading[1])}"
            made.append(f"<{tag}>{inner}</{tag}>\n")
        else:
            inner = _inline(block) if _PARAGRAPH.fullmatch(block) else None
            if inner is None:
                return None
            made.append(f"<p>{inner}</p>\n")
        was_list = is_list
    return "".join(made)


def _inline(text: str) -> str | None:
    """Render what stands in one block."""
    made: list[str] = []
    at, opened = 0, ""
    for piece in _PIECE.finditer(text):
        if piece.start() != at:
            return None
        at = piece.end()
        kind = piece.lastgroup
        if kind == "text" or kind == "end":
            made.append(piece[0])
        elif kind == "code":
            code = piece["code"].replace("&", "&amp;").replace("<", "&lt;")
            code = code.replace(">", "&gt;").replace('"', "&quot;")
            made.append(f"<code>{code}</code>")
        elif kind == "open" or kind == "by":
            if opened:
                return None
            opened = piece[0]
            made.append(f"<{_TAGS[opened]}>")
        elif kind == "close":
            if opened != piece[0]:
                return None
            made.append(f"</{_TAGS[opened]}>")
            opened = ""
        elif kind == "url":
            made.append(f'<a href="{piece["url"]}">{piece["words"]}</a>')
        else:
            made.append(_ESCAPES[piece[0]])
    return "".join(made) if at == len(text) and not opened else None
