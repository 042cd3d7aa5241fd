"""What repair mends, what it leaves alone, and that doing it twice changes nothing more."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.latex import repair, write_formulas_out


@pytest.mark.parametrize(
    ("damaged", "mended"),
    [
        (r"saves 12.5\%, 20\%-50\% at most", "saves 12.5%, 20%-50% at most"),
        (r"frogs \& toads in pond\_2", "frogs & toads in pond_2"),
        ("is 1.7times faster, 3times, 2.4times", "is 1.7× faster, 3×, 2.4×"),
        ("a 640times480 frame", "a 640×480 frame"),
        ("saves 15times sim 24times of it", "saves 15× ∼ 24× of it"),
        (r"by 10\% sim 30\% of it", "by 10% ∼ 30% of it"),
        ("about sim1.5times more", "about ∼1.5× more"),
        (r"4 \times 4 and 10\times of \alpha-frogs", "4 × 4 and 10× of α-frogs"),
        (r"{\it frog.call}, {\bf{\it b}} and {\em c}", "frog.call, b and c"),
        (r"\emph{very} \textbf{bold} \texttt{code}", "very bold code"),
        (r"na\"ive, Erd\H{o}s, G\"{o}del, fa\c{c}ade, {\o}re", "naïve, Erdős, Gödel, façade, øre"),
        (r"r\^ole and \'Etude", "rôle and Étude"),
        ("an R^2 of 10^{-3} and O(n^2)", "an R² of 10⁻³ and O(n²)"),
        ("Adapters~(LoRA), the frog~[3]", "Adapters (LoRA), the frog [3]"),
        ("tasks -- also these --- and LLIA -- more", "tasks – also these — and LLIA – more"),
        ("pages 10--20, frogs---and toads", "pages 10–20, frogs—and toads"),
        ("``so called'' frogs", "“so called” frogs"),
        ("the quality. %Besides, we", "the quality. Besides, we"),
        ("at https://a.example/{https://a.example/}.", "at https://a.example/."),
        (r"at https://a.example/\~frog/my\_pond", "at https://a.example/~frog/my_pond"),
        (r"\url{https://a.example/b}", "https://a.example/b"),
        (r"\href{https://a.example}{the page}", "the page (https://a.example)"),
    ],
)
def test_unmistakable_damage_is_mended(damaged: str, mended: str) -> None:
    assert repair(damaged) == mended


@pytest.mark.parametrize(
    "text",
    [
        "100 times faster, a 2.02 times gain, up to 8 times",
        "sometimes 5timesteps pass",
        "we run 100 sim 50 real episodes",
        "5% better, 10+% more, 72%,60% and 59%",
        r"costs about \ 0.3 a call",
        r"$x^2 \times 43\% -- y$ is a formula",
        r"\"a frog\" and \"an emu\", it\'s and don\'t",
        r"C:\alpha\new and example\.com",
        "a 5~10 range, from 1B~7B, ~3 ms",
        "frog --quiet --jump a--b",
        "--- a title that begins with a rule",
        "100 %Hot and 5 % more",
        "https://a.example/~(x)/R^2",
        "x ^ 2, a^b, 2^10.5, word_2, H_2O",
        "improvemnet and optimziers",
        "{braces} {it stays} {\\unknown x} \\unknown{y}",
        "<EOS> {{ 7*7 }} {% raw %}",
    ],
)
def test_what_may_be_meant_is_left_alone(text: str) -> None:
    assert repair(text) == text


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (r"On $\alpha$-Frogs and $\ell_2$ Norms", "On α-Frogs and ℓ₂ Norms"),
        ("In $O(n^2)$, or $10^{12}$, of $k$", "In O(n²), or 10¹², of k"),
        (r"A 2$\times$ Frog in $O(n)$ for $5 at 3$\mu$m", "A 2× Frog in O(n) for $5 at 3μm"),
        ("Costs $5 or $10 a frog, $A$", "Costs $5 or $10 a frog, A"),
        (r"Escaped \$x^2\$ and broken $\frac{1$", r"Escaped \$x^2\$ and broken $\frac{1$"),
    ],
)
def test_the_formulas_of_a_title_are_written_out(title: str, shown: str) -> None:
    assert write_formulas_out(title) == shown
    assert write_formulas_out(shown) == shown


@pytest.mark.parametrize(
    ("tex", "mended"),
    [
        (
            r"2.3$\times$ by 40\%, in $O(n\log n)$, with $<$1\% and up to 5$\times$.",
            r"2.3× by 40%, in $O(n\log n)$, with <1% and up to 5×.",
        ),
        (r"$\sim$7B, $\geq$4, a$\rightarrow$b, $\approx$ 5, $\pm$3", "∼7B, ≥4, a→b, ≈ 5, ±3"),
        (r"25$^\circ$C, 5$\mu$s, 10$^{-3}$, H$_2$O", "25°C, 5μs, 10⁻³, H$_2$O"),
        (r"3$\frac{1}{2}$ and $n$5", "3 1/2 and n5"),
        (r"\(x^2\) and \( a_i \), \(not this\)", r"$x^2$ and $a_i$, \(not this\)"),
        (r"costs \$5, $x^2$ or A\$, by $95.2$\%", r"costs $5, $x^2$ or A$, by $95.2$%"),
        (r"3$\frac{1$ and $y^2$ by 4\%", r"3$\frac{1$ and $y^2$ by 4%"),
    ],
)
def test_a_formula_that_markdown_cannot_have_becomes_text_and_others_stay(
    tex: str, mended: str
) -> None:
    assert repair(tex) == mended
    assert repair(mended) == mended


def test_money_is_no_formula() -> None:
    assert repair(r"costs $5 and 43.8\% of $10") == "costs $5 and 43.8% of $10"


PIECES = st.sampled_from(
    [
        "{", "}", "\\", "\\it ", "\\emph", "\\textbf", "\\%", "%", "$", "^", "^2", "^{3}", "~", "(",
        "[", "-", "--", "---", "times", " sim ", "sim", "1", "2.5", "``", "''", "\\(", "\\)",
        "\\\"", "\\'", "a", "e", "B", " ", ". ", "https://a.example/", "\\url", "\\times",
        "\\alpha", "\\_", "é", "\n",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join) | st.text())
def test_repairing_twice_changes_nothing_more(text: str) -> None:
    once = repair(text)

    assert repair(once) == once


@given(st.text(alphabet="abc ABC 0123456789 .,:;()<>/=+*äß中🐸\n"))
def test_text_without_a_sign_of_damage_stays_as_it_is(text: str) -> None:
    assert repair(text) == text


@pytest.mark.parametrize(
    "piece", ["{\\it ", "$", "``", "1times sim ", "https://", "{https://a{", "^{", '\\"', "1,"]
)
def test_hostile_text_takes_time_about_proportional_to_its_size(piece: str) -> None:
    start = time.perf_counter()
    repair(piece * (200_000 // len(piece)))

    assert time.perf_counter() - start < 5
