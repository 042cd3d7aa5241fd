"""YAML → values: what is written is what is meant, and whatever is wrong is told with its place."""

import datetime as dt
import json
import re
import string
from typing import Annotated, Any, ClassVar, Literal

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec import Meta, Struct

from carrel import problems as problems_module
from carrel.decode import decode
from carrel.entries import MAX_FRONT_MATTER, parse_page, parse_paper, parse_term
from carrel.library import load_library
from carrel.model import Paper
from carrel.problems import Position, Problem, SiteError, show
from carrel.settings import SHIPPED, Site, parse_settings
from carrel.sources import MAX_ENTRY_BYTES, Sources, decode_text
from carrel.yamltext import MAX_DEPTH, MAX_VALUES
from payloads import paper

FIELDS = {taxonomy.field: name for name, taxonomy in SHIPPED.items()}
relaxed = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


class Inner(Struct, frozen=True):
    """A mapping inside a mapping."""

    shorthand: ClassVar[str] = "name"

    name: str
    size: int | None = None


class Everything(Struct, frozen=True):
    """One field of every kind."""

    habits: ClassVar[dict[str, str]] = {"caption": "title"}

    title: str = ""
    number: int = 0
    share: float = 0.0
    flag: bool = False
    day: dt.date | None = None
    maybe: str | None = None
    names: tuple[str, ...] = ()
    inner: Inner | None = None
    inners: tuple[Inner, ...] = ()
    pairs: tuple[tuple[str, Any], ...] = ()
    mood: Literal["glad", "sad"] = "glad"
    rating: Annotated[int, Meta(ge=1, le=5)] = 1
    extra: tuple[tuple[str, Any], ...] = ()


def read(text: str) -> Everything:
    return decode(Everything, text, "x.yaml")[0].value


def faults(text: str) -> list[Problem]:
    with pytest.raises(SiteError) as caught:
        read(text)
    return list(caught.value.problems)


def fault(text: str) -> Problem:
    (only,) = faults(text)
    return only


@pytest.mark.parametrize(
    "written",
    [
        "NO",
        "no",
        "Yes",
        "on",
        "OFF",
        "y",
        "N",
        "010",
        "0x1F",
        "0o17",
        "1_000",
        "12:30",
        "12:30:45",
        "1e3",
        ".inf",
        ".NaN",
        "-.INF",
        "2303.10130",
        "+1",
        "2024-01-01",
        "True",
        "FALSE",
        "<<",
        "=",
        "0123456789012345678901234567890",
        "1.2.3",
        "C++",
        "a#b",
        "a:b",
    ],
)
def test_a_word_without_quotes_is_text_where_text_is_wanted(written: str) -> None:
    assert read(f"title: {written}").title == written


@pytest.mark.parametrize("written", ["~", "null", ""])
def test_nothing_is_not_text(written: str) -> None:
    assert read(f"maybe: {written}").maybe is None
    assert fault(f"title: {written}").message == "'title' must be text, found nothing"
    assert read(f"title: '{written}'").title == written


#: All that may stand in a text file of Carrel; what may not is refused before YAML is read.
printed = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufffe\uffff"),
    max_size=60,
)


@relaxed
@given(st.fixed_dictionaries({"title": printed, "names": st.lists(printed, max_size=4)}))
def test_text_written_as_json_is_read_back(value: dict[str, Any]) -> None:
    found = read(json.dumps(value, ensure_ascii=False))

    assert [found.title, *found.names] == [value["title"], *value["names"]]


@relaxed
@given(
    st.fixed_dictionaries({"title": printed, "names": st.lists(printed, max_size=4)}),
    st.sampled_from([None, '"', "'"]),
    st.booleans(),
)
def test_text_written_as_yaml_is_read_back(
    value: dict[str, Any], style: str | None, flow: bool
) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_style=style, default_flow_style=flow)

    found = read(text)

    assert [found.title, *found.names] == [value["title"], *value["names"]]


@relaxed
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=40))
def test_a_block_keeps_its_lines(line: str) -> None:
    assume(line == line.strip() and not re.search("[\ufeff\ufffe\uffff]", line))

    assert read(f"title: |-\n  a\n  {line}\n  b").title == f"a\n{line}\nb"


@pytest.mark.parametrize("written", ["a\u2028 b", "a \u2029b", "a\u2028number: 1"])
def test_only_a_line_end_ends_a_line(written: str) -> None:
    # YAML 1.1 took U+2028 for one: a pasted text would part into two keys.
    for form in ("title: {}", "title: '{}'", 'title: "{}"', "title: |-\n  {}"):
        content = f"{form.format(written)}\nday: never".encode()
        with pytest.raises(SiteError) as caught:
            read(decode_text(content, "x.yaml"))

        (found,) = caught.value.problems
        if "mapping values" in found.message:  # one line, with a second colon in it
            assert found.where.line == 1
        else:
            assert found.message.startswith("'day' must be")
            assert found.where.line == content.count(b"\n") + 1


def test_control_characters_cannot_come_in_by_an_escape() -> None:
    # U+0000 marks addresses in pages, and nothing else: NUL cannot come from content.
    for escape in (r"\0", r"\x00", r"\u0000", r"\a", r"\e", r"\x7f", r"\x9b"):
        with pytest.raises(SiteError) as caught:
            read(f'title: "a{escape}b"')
        assert caught.value.problems[0].where.line == 1


@pytest.mark.parametrize(
    ("written", "value"),
    [("010", 10), ("+7", 7), ("-3", -3), ("0", 0), ("123456789012", 123456789012)],
)
def test_whole_numbers_are_decimal(written: str, value: int) -> None:
    assert read(f"number: {written}").number == value


@pytest.mark.parametrize(
    "written",
    ["12:30", "1_000", "0x1F", "0o17", "1.0", "1e3", "~", "yes", "9" * 5000, "'7'", "１２"],
)
def test_what_is_no_whole_number_is_refused(written: str) -> None:
    assert fault(f"number: {written}").message.startswith("'number' must be a whole number")


@pytest.mark.parametrize(
    ("written", "value"), [("1.50", 1.5), (".5", 0.5), ("2", 2.0), ("1e3", 1000.0), ("-0.1", -0.1)]
)
def test_numbers(written: str, value: float) -> None:
    assert read(f"share: {written}").share == value


@pytest.mark.parametrize("written", [".inf", ".nan", "1_0.5", "1,5", "1e9999", "12:30.5", "'1.5'"])
def test_what_is_no_number_is_refused(written: str) -> None:
    assert fault(f"share: {written}").where.line == 1


@pytest.mark.parametrize(("written", "value"), [("true", True), ("True", True), ("false", False)])
def test_truth(written: str, value: bool) -> None:
    assert read(f"flag: {written}").flag is value


@pytest.mark.parametrize("written", ["yes", "no", "on", "off", "y", "1", "'true'", "~"])
def test_what_yaml_once_took_for_truth_is_refused(written: str) -> None:
    assert fault(f"flag: {written}").message.startswith("'flag' must be true or false")


@pytest.mark.parametrize(
    "written",
    [
        "2024-02-29",
        "2024-2-29",
        "'2024-02-29'",
        "2024-02-29T23:59:59-11:00",
        "2024-02-29 23:59:59 +14:00",
        "2024-02-29t00:00:00Z",
        "2024-02-29 00:30",
        "2024-02-29T00:30:00.000001+05:30",
    ],
)
def test_a_day_stays_the_day_that_is_written(written: str) -> None:
    assert read(f"day: {written}").day == dt.date(2024, 2, 29)


@pytest.mark.parametrize(
    "written",
    [
        "2026-02-30",
        "2024-13-01",
        "0000-01-01",
        "24-01-01",
        "1 May 2024",
        "2024",
        "20240101",
        "2024-01-01x",
        "2025-01-01T25:00",
        "2025-01-01 23:60",
        "2025-01-01 23:59:60Z",
        "2025-02-29 10:00",
    ],
)
def test_what_is_no_day_is_refused(written: str) -> None:
    found = fault(f"day: {written}")

    assert found.where == Position("x.yaml", 1, 6)
    assert re.match(
        "'day' must be a date like 2025-12-31|'day': there is no (day|time)", found.message
    )


def test_one_item_stands_for_a_list_of_one() -> None:
    assert read("names: a").names == ("a",)
    assert read("names: [a, NO, 010]").names == ("a", "NO", "010")
    assert read("names:").names == ()


def test_a_bare_text_stands_for_the_main_key() -> None:
    assert read("inner: a\ninners: [b, {name: c, size: 2}]") == Everything(
        inner=Inner("a"), inners=(Inner("b"), Inner("c", 2))
    )


def test_keys_of_ones_own_keep_their_order_and_their_kinds() -> None:
    text = "pairs: {z: 1, a: [x, ~, 1.5, true], m: {k: '1'}}"

    assert read(text).pairs == (("z", 1), ("a", ("x", None, 1.5, True)), ("m", (("k", "1"),)))


def test_limits_are_told() -> None:
    assert fault("rating: 6").message == "'rating' must be between 1 and 5, found '6'"


def test_a_choice_has_a_suggestion() -> None:
    found = fault("mood: gladd")

    assert found.message == "'mood' must be one of glad, sad, found 'gladd'"
    assert found.hint == "did you mean 'glad'?"


@pytest.mark.parametrize(
    "text", ["- a", "just text", "[]", "title: [a]", "title: {a: b}", "names: {a: b}", "pairs: [a]",
             "inner: [a]", "inner: {size: 1}", "inners: [[a]]", "number: []", "day: {}"]
)  # fmt: skip
def test_a_wrong_shape_is_a_fault(text: str) -> None:
    assert fault(text).where.line == 1


def test_all_faults_are_told_at_once() -> None:
    found = faults("number: x\nflag: maybe\nday: never\nnmaes: []\ninner: {nam: y}\n")

    assert [problem.where.line for problem in found] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("text", "where", "hint"),
    [
        ("titel: x", (1, 1), "did you mean 'title'?"),
        ("TITLE: x", (1, 1), "did you mean 'title'?"),
        ("inner: {nam: x}", (1, 9), "did you mean 'name'?"),
        ("inners:\n  - a\n  - name: b\n    sise: 3", (4, 5), "did you mean 'size'?"),
        ("captoin: x", (1, 1), "did you mean 'caption'?"),
    ],
)
def test_an_unknown_key_has_a_suggestion_at_any_depth(
    text: str, where: tuple[int, int], hint: str
) -> None:
    found = next(problem for problem in faults(text) if "unknown key" in problem.message)

    assert (found.where.line, found.where.column) == where
    assert found.hint.startswith(hint)


def test_a_key_like_no_other_is_told_the_legal_ones() -> None:
    assert "known keys: " in fault("zzzzzz: 1").hint


@pytest.mark.parametrize(
    "key",
    ["1", "1.5", "~", "null", "true", "2024-01-01", "''", "[a, b]", "{a: b}", "? x\n", "? []\n"],
)
def test_a_key_that_is_no_text_is_a_fault_and_no_crash(key: str) -> None:
    assert faults(f"{key}: x")


def test_a_habit_is_understood_but_not_twice() -> None:
    assert read("caption: x").title == "x"
    assert fault("title: x\ncaption: y").message == "'caption' and 'title' mean the same key"


@pytest.mark.parametrize(
    ("text", "line"),
    [("title: a\ntitle: b", 2), ("inner: {name: a, name: b}", 1), ("pairs:\n  k: 1\n  k: 2", 3)],
)
def test_a_key_may_stand_once(text: str, line: int) -> None:
    (found,) = [p for p in faults(text) if "stands here again" in p.message]

    assert found.where.line == line


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: &a x", "anchor '&a' is not allowed"),
        ("names: &a [x]", "anchor '&a' is not allowed"),
        ("title: *a", "alias '*a' is not allowed"),
        ("title: !!str x", "tag '!!str' is not allowed"),
        ("title: !!python/object/apply:os.system [x]", "is not allowed"),
        ("title: !own x", "tag '!own' is not allowed"),
        ("title: a\n---\ntitle: b", "a second YAML document begins here"),
    ],
)
def test_what_is_refused_is_named(text: str, message: str) -> None:
    assert message in faults(text)[0].message


def test_all_that_is_refused_is_named_at_once() -> None:
    assert [p.where.line for p in faults("title: &a x\nmaybe: !t y\nnames: [&b z]")] == [1, 2, 3]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_nesting_has_a_limit(opening: str) -> None:
    assert read(f"extra: {{k: {'[' * (MAX_DEPTH - 2)}{']' * (MAX_DEPTH - 2)}}}").extra
    prefix = "extra: " if opening in ("[", "{a: ") else ""

    assert faults(prefix + opening * 30_000)[0].where.path == "x.yaml"


def test_the_limit_of_depth_is_told() -> None:
    assert fault(f"names: {'[' * 60}{']' * 60}").message == (
        f"values are nested deeper than {MAX_DEPTH} levels"
    )


def test_values_have_a_limit() -> None:
    fitting = MAX_VALUES - 3  # the mapping, its key and the list are values too
    assert len(read(f"names: [{'a,' * fitting}]").names) == fitting
    assert fault(f"names: [{'a,' * (fitting + 1)}]").message == (
        f"more than {MAX_VALUES} values in one file"
    )


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"unknown_key_{n}: x\n" for n in range(MAX_VALUES // 2 - 1)),
        "".join(f"names{n}: x\n" for n in range(MAX_VALUES // 2 - 1)),
        "inners: [" + "{nam: x}," * (MAX_VALUES // 3 - 2) + "]",
        "title: '" + "''" * 30_000 + "'",
        'title: "' + "\\u00e9" * 10_000 + '"',
        "title: " + "a " * 30_000,
        "title: |\n" + "  x\n" * 12_000,
        "#" * 60_000,
        "\n" * 60_000,
        "title: " + "x" * 60_000 + ": y",
        "x" * 60_000,
        "'" + "x" * 60_000,
        "k" * 60_000 + ": x",
        "mood: " + "x" * 60_000,
        "number: " + "9" * 60_000,
        "share: " + "1" * 30_000 + "." + "1" * 30_000 + "e" + "1" * 3_000 + "x",
        "day: " + "2024-01-01T00:00" + " " * 60_000 + "x",
    ],
    ids=lambda text: text[:12].strip() or "blank",
)
def test_any_front_matter_within_the_limits_is_read_or_refused_soon(text: str) -> None:
    assert len(text) <= MAX_FRONT_MATTER + 1_000
    try:
        read(text)
    except SiteError as error:
        check_problems(error, text, 1)


def test_front_matter_and_entry_have_a_limit() -> None:
    long = f"---\ntitle: x\nsummary: {'x' * MAX_FRONT_MATTER}\n---\n"
    with pytest.raises(SiteError, match="front matter is larger"):
        parse_paper(long, "content/papers/a.md", "a", FIELDS)
    with pytest.raises(SiteError, match="2,000,001 bytes"):
        decode_text(b"x" * (MAX_ENTRY_BYTES + 1), "content/papers/a.md")
    fitting = f"---\ntitle: x\n---\n{'word ' * 390_000}"
    assert parse_paper(fitting, "content/papers/a.md", "a", FIELDS).value.notes


CLASS_NAME = re.compile(
    r"\b[A-Za-z]+(Error|Exception|Event|Mark)\b|<class|NoneType|Traceback|msgspec|\bstruct\b"
    r"|\bScalar|\bSequence|\bMapping\b|object at 0x"
)


def check_problems(error: SiteError, text: str, first_line: int) -> None:
    last = first_line + text.count("\n") + 1
    assert error.problems
    for problem in error.problems:
        assert problem.where.path
        assert 1 <= problem.where.line <= last, problem
        assert problem.message
        assert not CLASS_NAME.search(problem.message + problem.hint), problem
        assert all(len(row) <= 2_000 for row in show(problem).split("\n"))


@relaxed
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_places(text: str) -> None:
    try:
        read(text)
    except SiteError as error:
        check_problems(error, text, 1)


@relaxed
@given(st.binary(max_size=120), st.booleans())
def test_any_bytes_are_an_entry_or_refused_with_places(content: bytes, fenced: bool) -> None:
    content = b"---\ntitle: x\n" + content + b"\n---\n" + content if fenced else content
    try:
        text = decode_text(content, "a.md")
    except SiteError as error:
        check_problems(error, content.decode("latin-1").replace("\r", "\n"), 1)
        return
    for kind in ("page", "term", "paper"):
        if found := problems_of(kind, text):
            check_problems(SiteError(*found), text, 1)


def problems_of(kind: str, text: str) -> tuple[Problem, ...]:
    """What is wrong with the text of an entry of this kind."""
    try:
        if kind == "page":
            return parse_page(text, "a.md", "a").problems
        if kind == "term":
            return parse_term(text, "a.md", "a", "topics").problems
        return parse_paper(text, "a.md", "a", FIELDS).problems
    except SiteError as error:
        return error.problems


TOKENS = [
    *"\n\n\n\n  -:?,[]{}&*!|>'\"%@`#~",
    *("\n  ", "\n    ", "\n- ", ": ", ":\n", " #", "---\n", "...\n", "\t", "<<: *a", "&a ", "*a "),
    *(
        "!!str ",
        "|-\n",
        ">+\n",
        "|2\n",
        "? ",
        "%YAML 1.1\n",
        "!<tag:x> ",
        "'",
        '"',
        '"\\x',
        "\\u12",
    ),
    *("''", "[]", "{}", "NO", "null", "~", "true", "010", "0x1F", "12:30", "1_000", "1.5", "1e400"),
    *("9" * 400, "２", "2026-02-30", "2024-01-01T00:00Z", "é", "字", "🧪", "\u2028", "\x85"),
    *("\ufeff", "\u200f", "x", "word", *Everything.__struct_fields__, "caption", "name", "size"),
]


@settings(relaxed, max_examples=250)
@given(st.lists(st.sampled_from(TOKENS), max_size=40).map("".join))
def test_anything_that_looks_like_yaml_is_read_or_refused_with_places(text: str) -> None:
    try:
        read(decode_text(text.encode(), "x.yaml"))
    except SiteError as error:
        check_problems(error, text, 1)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates().map(str)
    | st.text(string.printable, max_size=12)
    | st.sampled_from(["a", "topics", "https://example.org/", "10.1/x", "2408.12757", "", "é"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "name", "count", "role", "value", "metric", "field", "title"])
            | st.text(string.printable, max_size=5),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


def keys_of(kind: type[Struct], *more: str) -> st.SearchStrategy[dict[str, Any]]:
    keys = st.sampled_from([*kind.__struct_fields__, *more])
    return st.dictionaries(keys, anything, max_size=5).map(lambda found: {"title": "x"} | found)


@settings(relaxed, max_examples=150)
@given(keys_of(Paper, *FIELDS, "tags", "author"), st.booleans())
def test_any_value_under_any_key_of_a_paper_is_read_or_refused(
    value: dict[str, Any], drafts: bool
) -> None:
    text = paper(**value) if isinstance(value["title"], str) else f"---\n{json.dumps(value)}\n---\n"
    texts = {"content/papers/a.md": text.encode(), "content/papers/b.md": text.encode()}

    _, problems = load_library(Sources.of(texts, {}), Site(title="x"), drafts)

    for problem in problems:
        assert problem.where.path.startswith("content/papers/")
        assert 1 <= problem.where.line <= text.count("\n") + 1


@settings(relaxed, max_examples=150)
@given(keys_of(Site))
def test_any_value_under_any_setting_is_read_or_refused(value: dict[str, Any]) -> None:
    text = json.dumps(value, ensure_ascii=False)
    try:
        site = parse_settings(text).value
    except SiteError as error:
        check_problems(error, text, 1)
    else:
        assert site.base_url.endswith("/")
        assert site.fields


def test_places_count_from_the_first_line_of_the_file() -> None:
    text = "---\ntitle: x\ntopics: [a, b]\nresults:\n  - {metric: m, value: 1}\n---\nnotes"

    entry = parse_paper(text, "content/papers/a.md", "a", FIELDS)

    places = {key: entry.mark(key) for key in ("topics[1]", "results[0].value", "results[0].unit")}
    assert {key: (at.line, at.column) for key, at in places.items()} == {
        "topics[1]": (3, 13),
        "results[0].value": (5, 24),
        "results[0].unit": (5, 5),
    }
    assert entry.mark("nothing").line == 2


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_change_nothing(ending: str, mark: bytes) -> None:
    text = "---\ntitle: x\nsummary: |\n  two\n  lines\n---\nnotes\n\n## Abstract\n\nwords\n"

    found = decode_text(mark + text.replace("\n", ending).encode(), "a.md")

    assert found == text
    assert parse_paper(found, "a.md", "a", FIELDS).value.abstract == "words"


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"a\n\xff", 2), (b"a\r\rb\r\n\xe9t\xe9", 4), ("x\ny".encode("utf-16"), 1)],
)
def test_what_is_not_utf8_is_refused_with_its_line(content: bytes, line: int) -> None:
    with pytest.raises(SiteError) as caught:
        decode_text(content, "a.md")

    assert caught.value.problems[0].where.line == line


def test_control_characters_are_refused_with_their_places() -> None:
    with pytest.raises(SiteError) as caught:
        decode_text(b"ok\na\0b\x1b[31m\n\xc2\x9b", "a.md")

    places = [(p.where.line, p.where.column) for p in caught.value.problems]
    assert places == [(2, 2), (2, 4), (3, 1)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("  \n\n", "the file is empty"),
        ("title: x", "there is no front matter"),
        ("# Title\n\ntext", "there is no front matter"),
        (" ---\ntitle: x\n---", "there is no front matter"),
        ("---\ntitle: x\n", "the front matter has no end"),
        ("---\n---\n", "the key 'title' is missing"),
        ("---\n# nothing\n---\n", "the key 'title' is missing"),
    ],
)
def test_an_entry_without_front_matter_is_told_how_to_begin(text: str, message: str) -> None:
    for kind in ("page", "term", "paper"):
        (found,) = problems_of(kind, text)

        assert found.message == message
        assert found.hint


def test_the_shown_line_is_cut_and_points_at_the_place() -> None:
    text = f"title: x\nsummary: {'long ' * 100}\nwrong key: 1"
    with pytest.raises(SiteError) as caught:
        read(text)
    (quoted,) = problems_module.quote_lines(
        [p for p in caught.value.problems if p.where.line == 3], {"x.yaml": text}
    )

    assert show(quoted).split("\n")[1:3] == ["    3 | wrong key: 1", "      | ^"]
