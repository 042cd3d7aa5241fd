"""Hostile texts, and a list that has some of everything a list can have."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import html5lib

#: What has made script run in some Markdown renderer, sanitiser or feed reader, in our selection.
PAYLOADS = (
    # Tags as they stand.
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script src=//evil.example/x.js></script>",
    "<script\n>alert(1)</script\n>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1)//<</script>",
    "</p><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script><![CDATA[",
    "<!-- <script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>",
    "<xmp><script>alert(1)</script></xmp>",
    "<plaintext><script>alert(1)</script>",
    # Handlers of events.
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=x\tonerror=alert(1)>",
    "<img src=`x`onerror=alert(1)>",
    "<IMG SRC=x ONERROR=alert(1)//",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<a href=# onclick=alert(1)>x</a>",
    "<div onpointerover=alert(1)>x</div>",
    "<b style='animation-name:x' onanimationstart=alert(1)>x</b>",
    # Frames, objects, forms, redirects, styles.
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<frameset><frame src=javascript:alert(1)></frameset>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=x></applet>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=javascript:alert(1)//>",
    "<link rel=stylesheet href=javascript:alert(1)>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<p style='behavior:url(x.htc)'>x</p>",
    "<isindex action=javascript:alert(1)>",
    "<table background=javascript:alert(1)><tr><td>x</table>",
    # Other vocabularies.
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)//",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'></svg>",
    "<math href=javascript:alert(1)>x</math>",
    "<math><mtext><table><mglyph><style><!--</style><img src=x onerror=alert(1)>",
    "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x</maction></math>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    # Links with a scheme that runs, in many spellings.
    "[x](javascript:alert(1))",
    "[x](JavaScript:alert(1))",
    "[x](JAVASCRIPT:alert`1`)",
    "[x]( javascript:alert(1) )",
    "[x](<javascript:alert(1)>)",
    "[x](<java script:alert(1)>)",
    "[x](java\tscript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](\u0001javascript:alert(1))",
    "[x](\u00a0javascript:alert(1))",
    "[x](\u200bjavascript:alert(1))",
    "[x](\u2028javascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](javascript&#x3A;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript:alert(1))",
    "[x](&#0000106avascript:alert(1))",
    "[x](&Tab;javascript:alert(1))",
    "[x](java&NewLine;script:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](java&#0;script:alert(1))",
    "[x](&amp;#106;avascript:alert(1))",
    "[x](javascript%3Aalert(1))",
    "[x](%6Aavascript:alert(1))",
    "[x](\\javascript:alert(1))",
    "[x](javascript\\:alert(1))",
    "[x](./javascript:alert(1))",
    "[x](#javascript:alert(1))",
    "[x](javascript://%0aalert(1))",
    "[x](javascript:alert(1) 'title')",
    "[x](vbscript:msgbox(1))",
    "[x](VbScRiPt:msgbox(1))",
    "[x](livescript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml,<svg onload=alert(1)>)",
    "[x](DATA:text/html,x)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://example.org/x)",
    "[x](filesystem:https://example.org/x)",
    "[x](view-source:javascript:alert(1))",
    "[x](feed:javascript:alert(1))",
    "[x](jar:javascript:alert(1)!/)",
    "[x](ms-appx:x)",
    "[x](intent://x#Intent;end)",
    "[x](tel:1)",
    "[x](ftp://example.org/x)",
    # Titles and addresses that try to leave their attribute.
    '[x](https://example.org/" onclick="alert(1))',
    "[x](https://example.org/' onclick='alert(1))",
    "[x](<https://example.org/\" onmouseover=\"alert(1)>)",
    '[x](https://example.org "t\\" onclick=\\"alert(1)")',
    "[x](https://example.org 'a\" onclick=\"b')",
    "[x](https://example.org (a\" onclick=\"b))",
    "[x](https://example.org/&quot;onclick=&quot;alert(1))",
    "[x](https://example.org/><script>alert(1)</script>)",
    "[x](//evil.example/)",
    "[x](\\\\evil.example/)",
    # Autolinks.
    "<javascript:alert(1)>",
    "<JaVaScRiPt:alert(1)>",
    "<data:text/html,x>",
    "<vbscript:msgbox(1)>",
    "<https://example.org/?<script>alert(1)</script>>",
    "<https://example.org/\"onclick=alert(1)>",
    "<https://example.org/'onclick='alert(1)>",
    "<a\"onclick=alert(1)@example.org>",
    # Links by reference.
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[x][y]\n\n[y]: <javascript:alert(1)>",
    "[x]\n\n[x]: data:text/html,x 'title'",
    "[x]\n\n[x]:\njava&#x73;cript:alert(1)",
    "[x][]\n\n[x]: https://example.org 'a\" onclick=\"b'",
    "[<script>]\n\n[<script>]: https://example.org",
    # Pictures.
    "![x](javascript:alert(1))",
    "![x](data:image/png;base64,AAAA)",
    "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
    '![x" onerror="alert(1)](pictures/plot.png)',
    '![x](pictures/plot.png "t\\" onerror=\\"alert(1)")',
    "![x](pictures/plot.png' onerror='alert(1))",
    "![<script>alert(1)</script>](pictures/plot.png)",
    "![![x](javascript:alert(1))](pictures/plot.png)",
    "![x][y]\n\n[y]: javascript:alert(1)",
    # Nested brackets.
    "[[x](javascript:alert(1))](https://example.org)",
    "[x](https://example.org/[y](javascript:alert(1)))",
    "[![x](pictures/plot.png)](javascript:alert(1))",
    "[a [b](javascript:1) ![c](javascript:2) d](javascript:3)",
    "[" * 30 + "x" + "](javascript:alert(1))" * 30,
    "*[x*](javascript:alert(1))",
    # Entities.
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "&amp;lt;script&amp;gt;",
    "&#x3C;img src=x onerror=alert(1)&#x3E;",
    "\\<script\\>alert(1)\\</script\\>",
    # Code.
    "`<script>alert(1)</script>`",
    "```html\" onload=\"alert(1)\n<script>alert(1)</script>\n```",
    "```<script>\nx\n```",
    "~~~ ' onclick='alert(1)\nx\n~~~",
    "    <script>alert(1)</script>",
    # Mathematics.
    "$\\text{<script>alert(1)</script>}$",
    "$<script>alert(1)</script>$",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\url{javascript:alert(1)}$",
    "$\\operatorname{<img src=x onerror=alert(1)>}$",
    "$\\color{red;background:url(javascript:1)}{x}$",
    "$\\class{x\" onclick=\"alert(1)}{x}$",
    "$\\style{background:url(javascript:alert(1))}{x}$",
    "$\\unicode{x3c}script\\unicode{x3e}$",
    "$\\eqref{\" onclick=\"alert(1)}$",
    "$$\n\\begin{align}a\\label{x onclick=alert(1)}\\end{align}\n$$",
    "$$</math><script>alert(1)</script>$$",
    "$$x$$ (\" onclick=\"alert(1))",
    "$\\textsc{ style=\"x\" onclick=alert(1)}$",
    # Footnotes, tables, definitions, tasks.
    "[^x]\n\n[^x]: <script>alert(1)</script>",
    "[^\"onclick=alert(1)]\n\n[^\"onclick=alert(1)]: x",
    "^[<img src=x onerror=alert(1)>]",
    "^[[x](javascript:alert(1))]",
    "|<script>|b|\n|:-:|--|\n|[x](javascript:alert(1))|<img src=x onerror=alert(1)>|",
    "| a\" onclick=\"b |\n|:--|\n| x |",
    "<b>x</b>\n: <script>alert(1)</script>\n: [x](javascript:alert(1))",
    "- [ ] <script>alert(1)</script>\n- [x] [y](javascript:alert(1))",
    "- [x](javascript:alert(1))",
    # Headings, quotations, lists.
    "# <script>alert(1)</script>",
    "<script>\n===",
    "> <script>alert(1)</script>",
    "1. <iframe src=javascript:alert(1)>",
    "99999999999. x",
    # Templates, shells, letters that mislead.
    "{{ 7 * 7 }}{% include '/etc/passwd' %}{{ cycler.__init__.__globals__ }}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "\u202e<script>alert(1)</script>\u202c",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "\u2066javascript\u2069:alert(1)",
    "'\"><img src=x onerror=alert(1)>",
    "`'\"--></style></script><script>alert(1)</script>",
    "javascript:/*--></title></style></textarea></xmp><svg/onload='+/\"/+/onmouseover=1/+/[*/[]//'>",
)  # fmt: skip

#: What has no business in a page or a feed of a reading list.
ACTIVE = {
    *("applet", "audio", "base", "button", "embed", "form", "frame", "frameset", "iframe"),
    *("isindex", "marquee", "noscript", "object", "plaintext", "script", "select", "style"),
    *("template", "textarea", "video", "xmp", "foreignobject", "animate", "use", "maction"),
}


@cache
def _parser() -> html5lib.HTMLParser:
    return html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"))


def fragment(html: str) -> Any:
    """A piece of HTML as a browser understands it: an etree."""
    return _parser().parseFragment(html, container="div")


def what_runs(root: Any) -> Iterator[str]:
    """Everything below the etree *root* that could run, load or restyle something."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            yield "a comment"
            continue
        tag = element.tag.rpartition("}")[2].lower()
        if tag in ACTIVE:
            yield f"<{tag}>"
        for name, value in element.attrib.items():
            address = re.sub(r"[\x00-\x20]", "", str(value)).lower()
            if str(name).lower().startswith("on") or name in ("style", "srcdoc"):
                yield f"<{tag} {name}>"
            elif re.match(r"(?!https?:|mailto:)[a-z][a-z0-9+.-]*:", address) and str(name).endswith(
                ("href", "src", "action", "data", "background", "poster", "srcset", "cite")
            ):
                yield f"<{tag} {name}={value}>"


#: Titles that have come out of some feed or page other than they went in.
TITLES = (
    "Rates of <b>bold</b> & <i>lean</i> kernels",
    "AT&T, R&amp;D and 2 < 3 > 1",
    "An end ]]> inside <![CDATA[ a title",
    "\"Quoted\" and 'quoted' and `quoted`",
    "Emoji 🧪🏳️‍🌈 and CJK 高速推論 together",
    "עברית with العربية and English",
    "Math $a < b$, 50% off, C:\\path and {{ braces }}",
    "-- dashes -- and a trailing colon:",
    "É decomposed against É composed",
    "NO",
    "null",
    "2024-01-01",
)


def paper(title: str, body: str = "", **front: object) -> str:
    """The text of an entry file; JSON is YAML too."""
    matter = json.dumps({"title": title} | front, ensure_ascii=False, indent=1)
    return f"---\n{matter}\n---\n{body}"


NOTES = """\
Opening words with a [relative link](../other-address/), a [link from the
root](/topics/serving/#main), an [address](https://example.org/a?b=c&d=e), <mail@example.org> and
`code`.

## A part

| device | rate |
|:-------|-----:|
| one    | 1.5× |

Term
: what it means

- [ ] to do
- [x] done

> A quotation, with $x^2 < y$ in it.[^why]

$$\\frac{1}{2} \\sum_{i=1}^{n} i$$

```python
print("<b>" & 1)
```

![A plot of two lines](/pictures/plot.png "The plot")

[^why]: Because of [this](https://example.org/because).

## Abstract

The authors' words, with **weight** and a footnote.[^two]

[^two]: A second note.
"""

#: One white pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010100000000376ef924"
    "0000000a49444154785e6360000000020001e221bc330000000049454e44ae426082"
)

CONFIG = {
    "title": "A <varied> list & more",
    "description": 'Everything that a list can have, "once".',
    "base_url": "https://reader.example/repo/",
    "author": {"name": "Robin Reader", "url": "https://robin.example/"},
    "page_size": 3,
    "feeds": {"limit": 5, "id_base": "tag:reader.example,2024:list"},
    "taxonomies": {
        "venues": {"field": "venue", "singular": "venue"},
        "authors": {"feeds": False},
    },
}


def varied_files() -> dict[str, str | bytes]:
    """A list with every key of every kind of entry, hostile titles, and lists of several pages."""
    files: dict[str, str | bytes] = {
        "content/papers/first.md": paper(
            "First: a paper with everything",
            NOTES,
            date="2019-03-01",
            added="2024-05-03",
            updated="2024-06-01",
            summary="What it shows & how.",
            why="It is the <first> of its kind.",
            authors=[
                {"name": "Ada One", "affiliation": "Here", "url": "https://example.org/ada"},
                "Bo Two",
            ],
            authors_count=5,
            organization={"id": "acme", "name": "ACME & Sons"},
            topics=["serving", "attention"],
            hardware=[{"id": "h100", "count": 8, "role": "evaluated"}, "Tensor Cores"],
            links={
                "code": ["https://example.org/code?a=1&b=2", "https://example.org/more"],
                "project": "https://example.org/project",
            },
            arxiv="1903.00010v2",
            doi="10.1000/first(1)<2>",
            venue="A Conference",
            status="read",
            rating=4,
            comments=0,
            upvotes=12,
            results=[
                {
                    "metric": "rate <x>",
                    "value": 1.91,
                    "to": 2,
                    "unit": "x",
                    "qualifier": "up to",
                    "better": "higher",
                    "baseline": "the state & the art",
                    "hardware": "h100",
                    "count": 8,
                    "workload": "all",
                    "where": "table 3",
                    "headline": True,
                },
                {"metric": "delay", "value": 12, "unit": "ms", "better": "lower"},
            ],
            aliases=["old/first/"],
            extra={"own": {"key": [1, "two"]}},
            source={"format": "daily-papers", "captured": "2024-05-03", "position": 1},
        ),
        "content/papers/second.md": paper(
            "Second", "Notes alone.", date="2020-01-02", topics="serving", slug="other-address"
        ),
        "content/papers/third.md": paper("Third", "## Abstract\n\nOnly an abstract. " * 30),
        "content/papers/hidden.md": paper("Secret draft", draft=True, topics=["serving"]),
        "content/topics/systems.md": paper("Systems", summary="Whole <systems>."),
        "content/topics/serving.md": paper(
            "Serving",
            "Text of the topic.[^1]\n\n[^1]: A note.",
            parent="systems",
            aliases=["infer"],
        ),
        "content/topics/attention.md": paper("Attention", parent="Serving", index=False),
        "content/topics/paging.md": paper("Paging", parent="attention"),
        "content/topics/unused.md": paper("Unused"),
        "content/hardware/maker.md": paper("Maker", level="vendor"),
        "content/hardware/line.md": paper("Line", level="architecture", parent="maker"),
        "content/hardware/h100.md": paper(
            "H100 & co",
            "About the device.",
            level="device",
            kind="gpu",
            vendor="maker",
            parent="line",
            facts={"memory_gb": [40, 80], "year": 2022},
            links={"project": "https://example.org/h100"},
            aliases=["Tensor Cores 1"],
        ),
        "content/hardware/tensor-cores.md": paper(
            "Tensor Cores",
            facts=[{"name": "rate", "value": "990", "unit": "T", "source": "https://example.org/"}],
        ),
        "content/pages/about.md": paper(
            "About this list",
            "[The papers](/papers/), [the feed](../feed.xml), [the data](/data/a%20table.csv).",
            summary="What it is.",
            updated="2024-01-01",
        ),
        "content/static/pictures/plot.png": PIXEL,
        "content/static/data/a table.csv": "a,b\n",
        "site_config.yaml": json.dumps(CONFIG),
    }
    for number, title in enumerate(TITLES):
        files[f"content/papers/title-{number}.md"] = paper(
            title,
            added=f"2024-04-{number + 1:02}",
            date=f"2023-{number % 3 + 1:02}-05",
            topics=["paging" if number % 2 else "serving"],
            hardware=["h100"],
            authors=[title],
            organization=["acme"] if number % 3 else "Ünïon <Org>",
            venue="A Conference",
            why=title if number % 2 else None,
            summary=title,
        )
    return files


def one_line(payload: str) -> str:
    """A payload as a title can have it: without line ends and control characters."""
    return " ".join(re.sub("[\x00-\x1f\u2028\u2029]", " ", payload).split())


def hostile_files() -> dict[str, str | bytes]:
    """A paper for every payload, which stands wherever a paper takes text."""
    files: dict[str, str | bytes] = {}
    for number, payload in enumerate(PAYLOADS):
        line = one_line(payload)
        # What cannot be seen is refused, and pictures from elsewhere are errors of their own.
        body = re.sub("[\x00-\x08\x0b-\x1f\u2028\u2029]|!(?=\\[)", "", payload)
        files[f"content/papers/p{number}.md"] = paper(
            line,
            f"{body}\n\n## Abstract\n\n{body}",
            added="2024-01-01",
            summary=line,
            why=line if number % 2 else None,
            authors=[{"name": line, "affiliation": line}],
            organization=line,
            topics=["hostile"],
            venue=line,
            links={line: "https://example.org/?%3Cscript%3E"},
            results=[
                {"metric": line, "value": 1, "unit": line, "qualifier": line, "baseline": line}
                | {"workload": line, "where": line, "headline": True}
            ],
            source={"format": line, "title": line, "captured": "2024-01-01"},
        )
    return files


def hostile_config(**settings: Any) -> str:
    """Settings that are as hostile as a text may be, and a topic with them."""
    line = "</title><script>alert(1)</script> \"' onclick=alert(1)"
    return json.dumps(
        CONFIG
        | {"title": line, "description": line, "author": {"name": line, "email": line}}
        | {"nav": [{"title": line, "url": "topics/"}]}
        | {"taxonomies": {"topics": {"title": line, "vocabulary": "open"}, "venues": {}}}
        | settings
    )
