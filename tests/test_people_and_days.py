"""Names of authors and days of papers, as tables and feeds write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.bylines import People, split_people, turn_name
from carrel.cleaning import clean_line, clean_paragraphs, text_of_html
from carrel.days import Day, day_of, parse_day
from carrel.importers import RawDate


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Ada Heron", "Ada Heron"),
        ("Ada Heron, Lina Lily", "Ada Heron|Lina Lily"),
        ("Ada Heron, Lina Lily and Jörg Müller", "Ada Heron|Lina Lily|Jörg Müller"),
        ("Ada Heron, Lina Lily, and Jörg Müller", "Ada Heron|Lina Lily|Jörg Müller"),
        ("Ada Heron & Lina Lily", "Ada Heron|Lina Lily"),
        ("Heron, Ada", "Ada Heron"),
        ("Heron, Ada; van der Ried, Anna-Lena", "Ada Heron|Anna-Lena van der Ried"),
        ("Heron, Ada and Lily, Lina", "Ada Heron|Lina Lily"),
        ("Heron, A., Lily, L. M.", "A. Heron|L. M. Lily"),
        ("Otter, Sam, Jr.", "Sam Otter Jr."),
        ("Ada Heron\nLina Lily", "Ada Heron|Lina Lily"),
        ("Ada Heron | Lina Lily", "Ada Heron|Lina Lily"),
        ("Ada Heron (Marsh University), Lina Lily (Ponds)", "Ada Heron|Lina Lily"),
        ("ada@heron.example (Ada Heron)", "Ada Heron"),
        ("Anderson Sandoval", "Anderson Sandoval"),
        ("李明", "李明"),
        (" ; , ", ""),
        ("", ""),
    ],
)
def test_a_text_with_all_authors_is_parted_into_names(written: str, names: str) -> None:
    assert "|".join(split_people(written).names) == names
    assert split_people(written).are_all


@pytest.mark.parametrize(
    "written", ["Ada Heron et al.", "Ada Heron, et al", "Ada Heron and others", "Ada Heron; et al."]
)
def test_that_there_are_more_authors_is_no_name(written: str) -> None:
    assert split_people(written) == People(("Ada Heron",), are_all=False)


@given(st.text())
def test_any_text_gives_clean_names(text: str) -> None:
    for name in split_people(text).names:
        assert name == name.strip() != ""
        assert "\n" not in name
    assert "\n" not in turn_name(text)


WHOLE = RawDate(5, 1, 2024)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-05-01", Day(WHOLE)),
        ("2024/5/1", Day(WHOLE)),
        ("2024/05/01/", Day(WHOLE)),
        ("2024-05-01T23:30:00-11:00", Day(WHOLE)),
        ("1 May 2024", Day(WHOLE)),
        ("May 1, 2024", Day(WHOLE)),
        ("May 1st 2024", Day(WHOLE)),
        ("1.5.2024", Day(WHOLE)),
        ("01.05.2024", Day(WHOLE)),
        ("25/12/2024", Day(RawDate(12, 25, 2024))),
        ("12/25/2024", Day(RawDate(12, 25, 2024))),
        ("5/5/2024", Day(RawDate(5, 5, 2024))),
        ("5/4/2024", Day(part="2024")),
        ("2024-05", Day(part="2024-05")),
        ("May 2024", Day(part="2024-05")),
        ("2024", Day(part="2024")),
        ("2024///Spring", Day(part="2024")),
        ("Spring 2024", Day(part="2024")),
        ("2024-13-01", Day(part="2024")),
        ("20240501", Day()),
        ("soon", Day()),
        ("", Day()),
    ],
)
def test_a_day_is_as_exact_as_it_is_written(written: str, day: Day) -> None:
    assert parse_day(written) == day


def test_a_day_from_parts_takes_numbers_and_names() -> None:
    assert day_of(2024, "May", "1") == day_of("2024", "05", 1) == Day(WHOLE)
    assert day_of("MMXXIV", 5, 1) == day_of(None) == day_of(True, 1, 1) == Day()


@given(st.text(alphabet="0123456789/.-T: ,Mayjuneprdst") | st.text())
def test_any_text_is_a_day_or_none(text: str) -> None:
    parse_day(text)


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<p>One</p><p>Two<br>lines</p>", "One\n\nTwo lines"),
        ("a <b>c</b>&amp;d &lt;e&gt;", "a c&d <e>"),
        ("x<script>alert(1)</script>y", "xy"),
        ("x<!-- hidden -->y<!-- never closed", "xy"),
        ("10<sup>-3</sup> and H<sub>2</sub>O", "10⁻³ and H₂O"),
        ("2 < 3 > 1", "2 < 3 > 1"),
    ],
)
def test_html_becomes_the_text_that_it_shows(markup: str, shown: str) -> None:
    assert text_of_html(markup) == shown


def test_text_that_is_no_markup_stays() -> None:
    assert clean_line("A <b, c> of x<y and AT&T") == "A <b, c> of x<y and AT&T"
    assert clean_paragraphs("One\ntwo\n \n\nThree") == "One two\n\nThree"
