"""Which numbers of an abstract are results, and what is said of each."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.model import Result, Term
from carrel.tagging import results_in

DEVICES = {
    "hardware": {
        term.id: term
        for term in (
            Term("hardware", "gpu", "GPU", (), None, "class", "gpu"),
            Term("hardware", "a40", "NVIDIA A40", ("A40",), "gpu", "device", vendor="NVIDIA"),
            Term("hardware", "a100", "NVIDIA A100", (), "gpu", "device", vendor="NVIDIA"),
            Term("hardware", "h100", "NVIDIA H100", (), "gpu", "device", vendor="NVIDIA"),
        )
    }
}


def results(sentence: str) -> tuple[Result, ...]:
    return results_in(f"Models are slow. We help. {sentence}", DEVICES)


def figures(sentence: str) -> list[tuple[float, float | None, str | None]]:
    return [(result.value, result.to, result.unit) for result in results(sentence)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It is 2.5x faster.", (2.5, None, "x")),
        ("It is 2.5X faster.", (2.5, None, "x")),
        ("It is 2.5× faster.", (2.5, None, "x")),
        ("It is 12 times faster.", (12, None, "x")),
        ("It brings a speedup of x17.", (17, None, "x")),
        ("It brings a speedup of ×1.7.", (1.7, None, "x")),
        ("It brings a 3-fold gain.", (3, None, "x")),
        ("It is three times faster.", (3, None, "x")),
        ("It is twice as fast.", (2, None, "x")),
        ("It is slower by a factor of two.", (2, None, "x")),
        ("It gains two orders of magnitude.", (100, None, "x")),
        ("It cuts energy by 41%.", (41, None, "%")),
        ("It gains +22.0% in speed.", (22, None, "%")),
        ("It gains 10+% in speed.", (10, None, "%")),
        ("It cuts energy by 20%-50%.", (20, 50, "%")),
        ("It cuts energy by 20-50%.", (20, 50, "%")),
        ("It reaches 59% to 72% of the optimum.", (59, 72, "%")),
        ("It saves 15× ∼ 24× of the memory.", (15, 24, "x")),
        ("It takes between 2 and 5 hours.", (2, 5, "h")),
        ("It takes 30 minutes to 2 hours.", (0.5, 2, "h")),
        ("It cuts the time from 71s to 29s.", (29, None, "s")),
        ("It takes 0.61 vs 0.71 ms.", (0.61, None, "ms")),
        ("It draws a picture in 2.07ms/1k pixels.", (2.07, None, "ms/1k pixels")),
        ("It runs at 30FPS.", (30, None, "FPS")),
        ("It runs at 40 frames per second.", (40, None, "FPS")),
        ("It decodes 1,000 tokens/sec.", (1000, None, "tokens/s")),
        ("It decodes 33 tokens per second.", (33, None, "tokens/s")),
        ("It reads 1,200 images/s.", (1200, None, "images/s")),
        ("It sustains 502 petaFLOP/s.", (502, None, "PFLOP/s")),
        ("It takes 37 MB of memory.", (37, None, "MB")),
        ("It stores 0.8 bits per parameter.", (0.8, None, "bits")),
        ("It takes less than a day.", (1, None, "days")),
        ("It wins by 5.5 points.", (5.5, None, "points")),
        ("It wins by 1.7 mAP.", (1.7, None, "mAP")),
        ("It reaches a score of 69.32.", (69.32, None, None)),
        ("It reaches PSNR 26.15 vs. 25.91.", (26.15, None, None)),
        ("The perplexity increases by no more than 0.05.", (0.05, None, None)),
        ("Throughput rises by 4.7.", (4.7, None, None)),
        ("It is ranked No. 1.", (1, None, None)),
        ("It finds 37 new bugs.", (37, None, "bugs")),
        ("It can train a 30B parameter model on one GPU.", (30, None, "B parameters")),
        ("It can fit trillion parameter models on one GPU.", (1, None, "T parameters")),
        ("It reduces the network to 0.7 billion parameters.",
         (0.7, None, "B parameters")),
        ("It reaches 20x compression.", (20, None, "x")),
    ],
)  # fmt: skip
def test_a_figure_is_read_as_people_write_it(
    sentence: str, expected: tuple[float, float | None, str | None]
) -> None:
    assert figures(sentence) == [expected]


@pytest.mark.parametrize(
    "sentence",
    [
        "It uses 4x NVIDIA A40.",
        "It uses 8 x A40 cards.",
        "It uses A40 x 4.",
        "It runs Mixtral 8x7B.",
        "It uses tiles of 16x16 and pictures of 720x1280.",
        "It likes GPT-4.1 and Qwen2.5-7B.",
        "It makes a 5-second clip with 8-bit numbers.",
        "It needs a 48 GB GPU.",
        "It needs an A40 (48GB).",
        "It works with a 20% budget.",
        "It is trained on 16 frames.",
        "It is better than systems at 40 ms.",
        "Existing systems take 40 ms.",
        "There is a gap of 1.5x to 55x.",
        "It was shown on May 24, 2024.",
        "It has a 7B parameter model.",
    ],
)
def test_what_only_looks_like_a_figure_is_none(sentence: str) -> None:
    assert figures(sentence) == []


def test_figures_of_the_background_and_the_title_are_no_results() -> None:
    abstract = "Models grew 1000x and take 40 GB. We propose a way to make them 2x smaller."

    assert [r.value for r in results_in(abstract, DEVICES, "Serving at 500 FPS")] == [2]


def test_several_figures_share_what_stands_beside_them() -> None:
    assert figures("It gains 12X,20X and 39X.") == [
        (12, None, "x"),
        (20, None, "x"),
        (39, None, "x"),
    ]
    assert figures("It reaches a PSNR of 31.2 for rooms and 29.9 for streets.") == [
        (31.2, None, None),
        (29.9, None, None),
    ]


def test_a_figure_told_twice_is_one_result() -> None:
    assert figures("It is 2x faster. As said, it is 2x faster.") == [(2, None, "x")]


@pytest.mark.parametrize(
    ("sentence", "qualifier"),
    [
        ("It is up to 3x faster.", "up to"),
        ("It is on average 3x faster.", "average"),
        ("It brings an average speedup of 3x.", "average"),
        ("It saves 3x energy on average.", "average"),
        ("It is over 3x faster.", "over"),
        ("It is more than 3x faster.", "more than"),
        ("It takes less than 3 ms.", "less than"),
        ("It takes about 3 ms.", "about"),
        ("It takes no more than 3 ms.", "at most"),
        ("It is 3x faster.", None),
    ],
)
def test_the_words_before_a_figure_qualify_it(sentence: str, qualifier: str | None) -> None:
    assert [result.qualifier for result in results(sentence)] == [qualifier]


@pytest.mark.parametrize(
    ("sentence", "metric", "better"),
    [
        ("It has 1.9x serving throughput over others.", "serving throughput", "higher"),
        ("It cuts peak memory by 20%.", "peak memory reduction", "higher"),
        ("It has a latency of 12 ms.", "latency", "lower"),
        ("It is 3x faster.", "speedup", "higher"),
        ("It runs at 30 FPS.", "frame rate", "higher"),
        ("It slows inference by 8%.", "inference slowdown", "lower"),
        ("It reaches 99% accuracy.", "accuracy", "higher"),
    ],
)
def test_the_metric_is_said_in_the_words_of_the_text(
    sentence: str, metric: str, better: str
) -> None:
    (result,) = results(sentence)

    assert (result.metric, result.better) == (metric, better)


def test_a_result_knows_its_baseline_its_device_and_how_many() -> None:
    first, second = results("It is 2x faster than vLLM on eight A100 GPUs, and 3x on an H100.")

    assert (first.baseline, first.hardware, first.count) == ("vLLM", "a100", 8)
    assert (second.baseline, second.hardware, second.count) == (None, "h100", None)


def test_the_platform_of_the_experiments_goes_for_the_sentences_behind_it() -> None:
    found = results("We evaluate it on an A40. It is 2x faster. On an H100 it is 4x faster.")

    assert [result.hardware for result in found] == ["a40", "h100"]


def test_one_figure_is_the_headline() -> None:
    found = results("It takes 37 MB, saves 20% and is 2x faster, with a 1.5x end-to-end speedup.")

    assert [result.value for result in found if result.headline] == [1.5]


def test_a_paper_without_figures_has_no_results() -> None:
    assert results("It is better.") == ()


@pytest.mark.parametrize(
    "part",
    ["1.5x ", "12X,", "from 1 to 2 ms ", "9", "1,000,", "8 x A40 ", "up to ", "by 20% than "],
)
def test_time_grows_with_the_text_and_not_faster(part: str) -> None:
    start = time.perf_counter()
    results(part * (50_000 // len(part)))

    assert time.perf_counter() - start < 5


@given(st.text(alphabet="0123456789.,x×%- msFPStoandby²٣\n", max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    for result in results(text):
        assert result.metric
        assert result.to is None or result.to > result.value
