"""What counts as a mention of a term, and what a paper is filed under."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.model import Term
from carrel.tagging import suggest, tags_for


def device(id: str, title: str, *aliases: str, parent: str | None = None) -> Term:
    return Term("hardware", id, title, aliases, parent, "device", vendor=title.split()[0])


def topic(id: str, title: str, *aliases: str, parent: str | None = None) -> Term:
    return Term("topics", id, title, aliases, parent)


HARDWARE = (
    Term("hardware", "gpu", "GPU", ("graphics processing unit",), None, "class"),
    Term("hardware", "nvidia-gpu", "NVIDIA GPU", ("CUDA GPU",), "gpu", "vendor", vendor="NVIDIA"),
    Term("hardware", "amd-gpu", "AMD GPU", (), "gpu", "vendor", vendor="AMD"),
    Term("hardware", "ampere", "NVIDIA Ampere", ("Ampere GPU",), "nvidia-gpu", "architecture"),
    Term("hardware", "laptop", "Laptop", (), None, "class"),
    device("3090", "NVIDIA GeForce RTX 3090", "RTX 3090", parent="ampere"),
    device("4090", "NVIDIA GeForce RTX 4090", "RTX 4090", parent="nvidia-gpu"),
    device("a100", "NVIDIA A100", "A100", parent="ampere"),
    device("l40", "NVIDIA L40", "L40", parent="nvidia-gpu"),
    device("rtx-6000", "NVIDIA RTX 6000", "RTX 6000", parent="nvidia-gpu"),
    device("rtx-6000-ada", "NVIDIA RTX 6000 Ada", "RTX 6000 Ada", parent="nvidia-gpu"),
    device("dgx-2", "NVIDIA DGX-2", "DGX-2", parent="nvidia-gpu"),
    device("mi250", "AMD Instinct MI250", "MI250", parent="amd-gpu"),
    device("t4", "NVIDIA T4", "Tesla T4", parent="nvidia-gpu"),
)
TOPICS = (
    topic("quantization", "Quantization", "post-training quantization", "4-bit", "INT4"),
    topic("serving", "LLM inference & serving", "LLM serving", "speculative decoding"),
    topic("cache", "Long context", "KV cache", parent="serving"),
    topic("training", "Efficient training", "LoRA"),
    topic("kernels", "GPU kernels", "CUDA kernel"),
    topic("compilers", "Compilers", "TVM"),
)


def named(text: str, terms: tuple[Term, ...] = HARDWARE) -> list[tuple[str, str]]:
    """The mentions in *text*: (id, the words)."""
    return [(s.term.id, text[s.start : s.end]) for s in suggest(text, terms)]


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("All runs used an RTX 4090.", "4090"),
        ("All runs used an RTX4090.", "4090"),
        ("All runs used an RTX-4090.", "4090"),
        ("All runs used an RTX\u00a04090.", "4090"),
        ("All runs used an RTX\n4090.", "4090"),
        ("All runs used an RTX\u20114090.", "4090"),
        ("a box of NVIDIA GEFORCE RTX 4090s", "4090"),
        ("one DGX-2", "dgx-2"),
        ("one DGX2", "dgx-2"),
        ("one DGX 2 node", "dgx-2"),
        ("eight MI 250 cards", "mi250"),
        ("a rack of A100s", "a100"),
        ("a single A100-80G", "a100"),
        ("the A100's memory", "a100"),
        ("an old TESLA T4", "t4"),
        ("an RTX 6000", "rtx-6000"),
        ("an RTX 6000 Ada", "rtx-6000-ada"),
        ("several nvidia GPUs", "nvidia-gpu"),
        ("Graphics Processing Units everywhere", "gpu"),
        ("GPU-based code", "gpu"),
        ("Laptops and more", "laptop"),
    ],
)
def test_a_name_is_found_as_people_write_it(text: str, id: str) -> None:
    assert [found for found, _ in named(text)] == [id]


@pytest.mark.parametrize(
    "text",
    [
        "an RTX 4090D",
        "an RTX 3090Ti",
        "an RTX 3090 Ti",
        "an RTX 4090 SUPER",
        "the L40S and the XL40",
        "an A1000",
        "A 100 times faster method",
        "gpu written small",
        "NVIDIA NeMo, served by Nvidia",
        "AMD-Hummingbird",
        "NV-Embed",
        "T4 without its maker",
        "about 4090 papers",
        "the iGPU",
        "see https://example.org/RTX-4090/A100 or example.org/A100",
    ],
)
def test_what_only_looks_like_a_name_is_none(text: str) -> None:
    assert named(text) == []


def test_the_words_of_a_mention_can_be_quoted() -> None:
    text = "We train on A100s, then test on an RTX-4090 and on A100s again."

    assert named(text) == [("a100", "A100s"), ("4090", "RTX-4090"), ("a100", "A100s")]


def test_a_chinese_character_beside_a_name_is_a_boundary() -> None:
    assert named("在RTX 4090上训练,用A100评测") == [("4090", "RTX 4090"), ("a100", "A100")]


def test_a_name_in_chinese_is_found_between_other_characters() -> None:
    card = Term("hardware", "gpu", "显卡", (), None, "class")

    assert named("两块显卡上", (card,)) == [("gpu", "显卡")]


def test_the_longest_name_claims_its_words() -> None:
    text = "quantization after training, or post training quantization"

    assert [words for _, words in named(text, TOPICS)] == [
        "quantization",
        "post training quantization",
    ]


def test_a_decimal_number_is_no_mention_of_its_last_digits() -> None:
    assert named("0.4-bit and INT4.5, but 4 bit", TOPICS) == [("quantization", "4 bit")]


def test_acronyms_keep_their_letter_case_and_words_do_not() -> None:
    assert named("Lora met Tvm", TOPICS) == []
    assert named("LoRA met TVM", TOPICS) == [("training", "LoRA"), ("compilers", "TVM")]
    assert named("EFFICIENT Training", TOPICS) == [("training", "EFFICIENT Training")]


def test_what_lies_above_a_mentioned_term_is_left_out() -> None:
    assert named("GPUs such as the NVIDIA GPU named RTX 3090, and an AMD GPU") == [
        ("3090", "RTX 3090"),
        ("amd-gpu", "AMD GPU"),
    ]


def test_a_parent_that_is_missing_or_a_circle_does_no_harm() -> None:
    lost = device("a", "Acme One", parent="nowhere")
    circle = (device("b", "Acme Two", parent="c"), device("c", "Acme Three", parent="b"))

    assert named("Acme One", (lost,)) == [("a", "Acme One")]
    assert named("Acme Four", circle) == []


@pytest.mark.parametrize("name", ["", " ", "-", "--x", "x-", "C++", "(a|b", "[", "\\", "ß", "4"])
def test_any_name_can_be_compiled(name: str) -> None:
    assert suggest("nothing of that kind", (device("odd", "Acme", name),)) == ()


def test_a_device_counts_by_one_mention_and_a_subject_by_two_or_the_title() -> None:
    terms = {"topics": {t.id: t for t in TOPICS}, "hardware": {t.id: t for t in HARDWARE}}
    title = "Speculative decoding for everyone"
    abstract = (
        "We keep the KV cache small. A CUDA kernel runs on the A100 and the RTX 4090. "
        "Unlike quantization, which an earlier CUDA kernel needs, this costs nothing on the A100."
    )

    assert tags_for(title, abstract, terms) == {
        "topics": ("serving", "kernels"),
        "hardware": ("a100", "4090"),
    }


def test_the_title_comes_first_in_the_order_of_tags() -> None:
    terms = {"topics": {t.id: t for t in TOPICS}}

    found = tags_for("LLM serving", "Quantization. More quantization. LLM serving.", terms)

    assert found == {"topics": ("serving", "quantization")}


def test_a_subject_named_once_is_better_than_none() -> None:
    terms = {"topics": {t.id: t for t in TOPICS}}

    assert tags_for("Small", "All of it in INT4.", terms) == {"topics": ("quantization",)}


def test_no_name_reaches_from_the_title_into_the_abstract() -> None:
    assert tags_for("Fast LLM", "serving", {"topics": {t.id: t for t in TOPICS}}) == {"topics": ()}


@given(st.text(alphabet="RTX A10L40GPU4s9-. 在\n/:", max_size=60))
def test_mentions_are_in_order_and_never_inside_a_word(text: str) -> None:
    end = 0
    for mention in suggest(text, HARDWARE):
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end
        for beside in (text[mention.start - 1 : mention.start], text[end : end + 1]):
            assert not (beside.isascii() and beside.isalnum())


@pytest.mark.parametrize(
    "part", ["RTX ", "a-", "a.", " ", "NVIDIA GPU clusters of A100, ", "https:"]
)
def test_time_grows_with_the_text_and_not_faster(part: str) -> None:
    start = time.perf_counter()
    suggest(part * (200_000 // len(part)), HARDWARE)

    assert time.perf_counter() - start < 5
