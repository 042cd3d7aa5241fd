"""What counts as a mention of a term, and what a paper is filed under."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.mentions import find_mentions
from carrel.model import Term, TermUse
from carrel.roles import Use, read_uses
from carrel.tagging import suggest, tags_for, uses_for


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


#: A catalogue as people keep it: most names follow from titles.
CATALOGUE = (
    Term("hardware", "gpu", "GPU", ("graphics processing unit",), None, "class", "gpu"),
    Term("hardware", "cpu", "CPU", (), None, "class", "cpu"),
    Term("hardware", "gpu-cluster", "GPU cluster", (), "gpu", "class", "system"),
    *(
        Term("hardware", f"{vendor.lower()}-{noun.lower()}", f"{vendor} {noun}", (),
             noun.lower(), "vendor", vendor=vendor)
        for vendor in ("NVIDIA", "AMD", "Intel", "Arm")
        for noun in ("GPU", "CPU")
        if (vendor, noun) != ("NVIDIA", "CPU")
    ),
    Term("hardware", "google-tpu", "Google TPU", (), None, "family", vendor="Google"),
    Term("hardware", "xeon", "Intel Xeon", (), "intel-cpu", "family", vendor="Intel"),
    Term("hardware", "silicon", "Apple silicon", (), None, "family", vendor="Apple"),
    Term("hardware", "macbook", "Apple MacBook", ("MacBook",), None, "family", vendor="Apple"),
    *(
        Term("hardware", name.split()[0].lower(), f"NVIDIA {name}", (f"{name.split()[0]} GPU",),
             "nvidia-gpu", "architecture", vendor="NVIDIA")
        for name in ("Hopper", "Ada Lovelace", "Ampere", "Turing")
    ),
    *(
        device(title.split(maxsplit=1)[1].lower().replace(" ", "-"), title, parent=parent)
        for title, parent in (
            ("NVIDIA A100", "ampere"), ("NVIDIA H100", "hopper"), ("NVIDIA H20", "hopper"),
            ("NVIDIA T4", "turing"), ("NVIDIA L4", "ada"), ("NVIDIA L40", "ada"),
            ("NVIDIA L40S", "ada"), ("NVIDIA RTX A6000", "ampere"),
            ("NVIDIA RTX 6000", "nvidia-gpu"), ("NVIDIA RTX 6000 Ada", "ada"),
            ("NVIDIA GeForce RTX 3090", "ampere"), ("NVIDIA GeForce RTX 4090", "ada"),
            ("NVIDIA GeForce RTX 4090D", "ada"), ("AMD Instinct MI250", "amd-gpu"),
        )
    ),
)  # fmt: skip


def ids(text: str) -> list[str]:
    """The ids of all that *text* mentions of the catalogue, classes left out."""
    found = find_mentions(text, CATALOGUE)
    return [mention.term.id for mention in found if mention.term.level != "class"]


def uses(text: str) -> list[Use]:
    """What *text* says of each device of the catalogue."""
    return list(read_uses(text, find_mentions(text, CATALOGUE)))


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GPUs (A100, RTX 6000, 4090, 3090)",
         ["a100", "rtx-6000", "geforce-rtx-4090", "geforce-rtx-3090"]),
        ("four GPUs: 4090 and 3090", ["geforce-rtx-4090", "geforce-rtx-3090"]),
        ("an NVIDIA 4090", ["geforce-rtx-4090"]),
        ("a GeForce 4090", ["geforce-rtx-4090"]),
        ("a Tesla T4", ["t4"]),
        ("an Nvidia Tesla T4", ["t4"]),
        ("a GeForce RTX 3090 and a 4090", ["geforce-rtx-3090"]),
        ("RTX 3090 and 4090", ["geforce-rtx-3090", "geforce-rtx-4090"]),
        ("RTX 3090/4090", ["geforce-rtx-3090", "geforce-rtx-4090"]),
        ("the 4090 GPU", ["geforce-rtx-4090"]),
        ("NVIDIA 6000 Ada", ["rtx-6000-ada"]),
        ("an L4 GPU", ["l4"]),
        ("an NVIDIA L4", ["l4"]),
        ("L4, L40 and L40S cards", ["l4", "l40", "l40s"]),
        ("an MI 250", ["instinct-mi250"]),
        ("8xA100", ["a100"]),
        ("用4090显卡训练", ["geforce-rtx-4090"]),
        ("在A100和H100上", ["a100", "h100"]),
    ],
)  # fmt: skip
def test_what_stands_beside_a_number_makes_it_a_product(text: str, expected: list[str]) -> None:
    assert ids(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "4090 and 3090",
        "some 4090 questions",
        "RTX and 3090 samples",
        "4090 GPU hours",
        "an L4 cache",
        "T4, T5 and R1",
        "W4A8 and A6W6",
        "Mixtral 8x7B",
        "an RTX 3090 Ti",
        "an RTX 4090 Laptop GPU",
        "an RTX A60000",
    ],
)
def test_a_number_alone_is_no_product(text: str) -> None:
    assert ids(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one RTX 4090D", ["geforce-rtx-4090d"]),
        ("one RTX 6000", ["rtx-6000"]),
        ("one RTX A6000", ["rtx-a6000"]),
        ("one A6000", ["rtx-a6000"]),
        ("one RTX 6000 Ada", ["rtx-6000-ada"]),
        ("one NVIDIA L40S", ["l40s"]),
        ("one NVIDIA H20", ["h20"]),
    ],
)
def test_a_letter_makes_another_product(text: str, expected: list[str]) -> None:
    assert ids(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Hopper, Ada, and Ampere GPU architectures", ["hopper", "ada", "ampere"]),
        ("three architectures, namely Hopper, Ada and Ampere", ["hopper", "ada", "ampere"]),
        ("architectures such as Turing", ["turing"]),
        ("Hopper and Ampere differ", ["hopper", "ampere"]),
        ("NVIDIA's recent Hopper design", ["hopper"]),
        ("Ada Lovelace GPUs", ["ada"]),
        ("A Hopper GPU is new. What Hopper brings is speed.", ["hopper", "hopper"]),
    ],
)
def test_an_architecture_needs_a_word_that_explains_it(text: str, expected: list[str]) -> None:
    assert ids(text) == expected


@pytest.mark.parametrize(
    "text",
    ["a current of one ampere", "Turing asked", "Ada Lovelace wrote", "the Hopper task of MuJoCo"],
)
def test_an_architecture_without_one_is_a_person_or_a_unit(text: str) -> None:
    assert ids(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NVIDIA and AMD GPUs", ["nvidia-gpu", "amd-gpu"]),
        ("GPUs from ARM, Intel, AMD and Nvidia",
         ["arm-gpu", "intel-gpu", "amd-gpu", "nvidia-gpu"]),
        ("CPUs and GPUs from Intel and AMD",
         ["intel-gpu", "intel-cpu", "amd-gpu", "amd-cpu"]),
        ("Intel's CPUs", ["intel-cpu"]),
        ("TPUs by Google", ["google-tpu"]),
        ("Nvidia data center GPUs", ["nvidia-gpu"]),
        ("Intel Xeon", ["xeon"]),
        ("NVIDIA的GPU", ["nvidia-gpu"]),
    ],
)  # fmt: skip
def test_a_vendor_counts_with_what_it_makes(text: str, expected: list[str]) -> None:
    assert sorted(ids(text)) == sorted(expected)


@pytest.mark.parametrize(
    "text",
    [
        "the NVIDIA NeMo API",
        "NVIDIA's CUTLASS library",
        "AMD-Hummingbird",
        "NV-Embed",
        "CUDA-L1",
        "NVIDIA Management Library",
        "Intel and AMD contributed",
        "models by Google and Apple",
    ],
)
def test_a_vendor_with_anything_else_is_software(text: str) -> None:
    assert ids(text) == []


def test_a_noun_behind_a_product_belongs_to_its_words() -> None:
    text = "on two NVIDIA A100 GPUs"

    (mention,) = find_mentions(text, CATALOGUE)

    assert text[mention.start : mention.end] == "NVIDIA A100 GPUs"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We use 8 x NVIDIA A100.", 8),
        ("We use 8xA100.", 8),
        ("We use 8 × A100.", 8),
        ("We use 4x NVIDIA A100 GPUs.", 4),
        ("We use eight NVIDIA A100 GPUs.", 8),
        ("We use 64 A100 GPUs.", 64),
        ("We use 1,024 A100 GPUs.", 1024),
        ("We use a single A100.", 1),
        ("We use one A100.", 1),
        ("We use 16 interconnected A100 GPUs.", 16),
        ("We use 2 80GB A100.", 2),
        ("We use A100 x 8.", 8),
        ("We use A100 (8x).", 8),
        ("我们用8块A100。", 8),
        ("We use an A100.", None),
        ("It costs 6 A100 hours.", None),
        ("It costs 6 A100 GPU hours.", None),
        ("It reaches 4x A100 throughput.", None),
        ("We use 0 A100.", None),
        ("In version 2.5 A100 is new.", None),
    ],
)
def test_a_number_of_devices_is_kept_apart(text: str, count: int | None) -> None:
    (use,) = uses(text)

    assert use.mention.term.id == "a100"
    assert use.count == count


def test_the_number_before_two_names_is_that_of_the_last() -> None:
    assert [use.count for use in uses("We use two Apple silicon MacBooks.")] == [None, 2]


def test_a_number_of_plain_devices_is_that_of_the_one_product_in_the_sentence() -> None:
    text = "We test a 128-GPU and a 256-GPU setup, all of them A100 cards."

    assert [(use.mention.term.id, use.count) for use in uses(text)] == [
        ("gpu", 128),
        ("gpu", 256),
        ("a100", 256),
    ]


@pytest.mark.parametrize(
    ("sentence", "id", "role"),
    [
        ("We reach a 2x speedup on an A100.", "a100", "evaluated"),
        ("We compare our box against an A100.", "a100", "baseline"),
        ("Our chip is faster than an A100.", "a100", "baseline"),
        ("It is 3x faster than an older baseline on an A100.", "a100", "evaluated"),
        ("Our code beats CPU counterparts.", "cpu", "baseline"),
        ("Our kernels are tailored for the A100.", "a100", "target"),
        ("We design a scheduler for CPUs.", "cpu", "target"),
        ("We run all experiments on a single GPU.", "gpu", "evaluated"),
        ("Our method saves GPU memory.", "gpu", "mentioned"),
    ],
)
def test_the_role_comes_from_the_sentence(sentence: str, id: str, role: str) -> None:
    text = f"Models grow. We help. {sentence}"

    assert [use.role for use in uses(text) if use.mention.term.id == id] == [role]


def test_a_device_of_the_background_is_only_mentioned() -> None:
    text = "Large models need eight A100 cards today. We propose to use one H100 instead."

    assert [(use.mention.term.id, use.role) for use in uses(text)] == [
        ("a100", "mentioned"),
        ("h100", "evaluated"),
    ]


def test_a_paper_is_filed_with_its_strongest_role_and_the_number_that_goes_with_it() -> None:
    terms = {"hardware": {term.id: term for term in CATALOGUE}}
    abstract = (
        "Others needed 800 A100 GPUs. We train on 64 A100 GPUs, and show a 2x speedup on eight "
        "A100 GPUs. Our code is made for AMD GPUs."
    )

    assert uses_for("Small clusters", abstract, terms)["hardware"] == (
        TermUse("hardware", "a100", count=64, role="evaluated"),
        TermUse("hardware", "amd-gpu", role="evaluated"),
    )


def test_what_a_paper_says_that_it_is_about_needs_one_mention() -> None:
    terms = {"topics": {t.id: t for t in TOPICS}}

    found = tags_for("Small", "TVM is known. In this paper we propose a new LLM serving.", terms)

    assert found == {"topics": ("serving",)}


@pytest.mark.parametrize(
    "part",
    [
        "RTX ",
        "4090, ",
        "we ",
        "NVIDIA, ",
        "8 x A100 ",
        "compared to ",
        "from 1 to 2 ms ",
        "9",
        "A100 GPU ",
    ],
)
def test_reading_roles_takes_time_that_grows_with_the_text(part: str) -> None:
    text = part * (50_000 // len(part))
    start = time.perf_counter()
    uses(text)

    assert time.perf_counter() - start < 5


@given(st.text(alphabet="8x A10GPU4s9-. 在,\n/:wecompared to", max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    for use in uses(text):
        assert use.count is None or use.count > 0
