"""What a figure measures, in the words beside it, and whether less of it is better."""

import re

#: Where the words behind a figure stop to be its noun.
_STOP = re.compile(
    r"(?i)\s*(?:[,.;:()]|$|(?<![\w-])(?:of|on|in|over|for|with|at|than|compared|while|across|and|"
    r"from|to|by|when|as|per|using|under|against|vs|versus|without|within|via|during|is|are|was|"
    r"respectively|that|which|relative|despite|both|through|depending)(?![\w-]))"
)
_FASTER = re.compile(r"(?i)\s*(?:faster|quicker)\b")
_WINS = re.compile(r"(?i)\b(?:outperform|surpass|exceed|outstrip|beat)\w*\s[^.;]*\bby\s[^.;]*$")
_VERBS = {
    "reduc": "reduction", "cut": "reduction", "lower": "reduction", "decreas": "reduction",
    "shorten": "reduction", "sav": "saving", "improv": "improvement", "increas": "increase",
    "boost": "increase", "accelerat": "speedup", "slow": "slowdown",
}  # fmt: skip
_BY_VERB = re.compile(
    rf"(?i)\b(?P<verb>{'|'.join(_VERBS)})\w*\s+(?P<what>[^.;]{{0,80}}?)\s*"
    r"\bby\s+(?:[a-z]+\s+){0,3}$"
)
_TRIM = re.compile(r"(?i)^(?:the|its|their|overall)\s+|\s+(?:significantly|remarkably)$")
_CHANGES = {
    "rise": "increase", "increase": "increase", "grow": "increase", "improve": "improvement",
    "drop": "reduction", "fall": "reduction", "decrease": "reduction",
}  # fmt: skip
_INTRANSITIVE = re.compile(
    rf"(?i)(?P<what>(?:[a-z][\w-]*\s+)?[a-z][\w-]+)\s+(?P<verb>{'|'.join(_CHANGES)})s?\s+"
    r"(?:[a-z]+ly\s+)?(?:by\s+)?(?:up to\s+)?$"
)
#: 'a mean error 15%', 'an overhead of 5%': the noun stands before the figure.
_NOUN_BEFORE = re.compile(
    r"(?i)(?P<what>(?:[a-z][\w-]*\s+){0,2}(?:error|latency|accuracy|overhead|footprint|size))\s+$"
)
_OF_NOUN = re.compile(
    r"(?i)(?P<what>(?:[a-z][\w-]*\s+){0,2}[a-z][\w-]+)\s+(?:of|is|reach(?:es|ing)?)\s+"
    r"(?:up to |over |about |approximately |only |less than |more than )?$"
)
_NO_NOUN = re.compile(r"(?i)(?:which|that|this|it|these|average|total|maximum)")
#: What stands before the noun itself: 'has a …', 'and reaches an average …'.
_TO_NOUN = re.compile(
    r"(?i)^.*?(?:\b(?:an?|the|its|their|average|peak|and|with|in|of|has|have|is|we|\w+strates?|"
    r"shows?|achieves?|achieving|reaches|obtains?|gives?|gets?)\s+)+"
)
_SPEED = re.compile(r"(?i)\b(?:speed-?ups?|accelerations?|faster)\b")
_BY_UNIT = {
    "x": "speedup", "%": "share", "FPS": "frame rate", "tokens/s": "throughput", "ms": "time",
    "s": "time", "min": "time", "h": "time", "days": "time", "GB": "memory", "MB": "memory",
    "TB": "memory", "PFLOP/s": "compute rate", "TFLOP/s": "compute rate", "points": "score",
    "frames": "number of frames", "bits": "bits per parameter", "dB": "PSNR", "mAP": "mAP",
}  # fmt: skip
_LOWER = re.compile(
    r"(?i)\b(?:latency|time|error|overhead|perplexity|cost|size|memory|consumption|footprint|FID|"
    r"FVD|LPIPS|MAPE|MAE|RMSE|loss|rank|slowdown|bits per parameter)\b"
)
_GAIN = re.compile(
    r"(?i)(?:reduction|saving|improvement|increase|decrease|speed-?up|compression|trainable)"
)
_COMPARED = re.compile(
    r"(?i)\b(?:speed-?up|slowdown|acceleration|reduction|saving|improvement|increase|decrease|gain|"
    r"ratio|overhead|faster|retained|preserved)s?\b"
)


def name_metric(before: str, behind: str, unit: str | None) -> str:
    """Say what a figure measures from the words *before* and *behind* it in its sentence."""
    if _FASTER.match(behind):
        return "speedup"
    if _WINS.search(before) and unit in ("x", "%"):
        return "speedup" if unit == "x" else "improvement"
    verb = _BY_VERB.search(before)
    if verb:
        what = _TRIM.sub("", verb["what"])
        noun = _VERBS[verb["verb"].lower()]
        return f"{what} {noun}" if 0 < len(what.split()) <= 4 else noun
    changes = _INTRANSITIVE.search(before)
    if changes:
        return f"{changes['what'].lower()} {_CHANGES[changes['verb'].lower()]}"
    stop = _STOP.search(behind)
    after = behind[: stop.start()].strip(" -") if stop else ""
    if 0 < len(after.split()) <= 5 and re.search(r"[a-z]{3}", after):
        return after
    noun_before = _NOUN_BEFORE.search(before) or _OF_NOUN.search(before)
    if noun_before and unit not in ("s", "min", "h", "days"):
        what = _TO_NOUN.sub("", noun_before["what"])
        if not _NO_NOUN.fullmatch(what):
            return what.removesuffix("s") if _SPEED.search(what) else what
    gains = unit == "%" and (before.endswith("+") or _SPEED.search(before))
    return "speedup" if gains else _BY_UNIT.get(unit or "", "value")


def is_less_better(metric: str) -> bool:
    """Tell whether a smaller value of *metric* is the better one."""
    return bool(_LOWER.search(metric)) and not _GAIN.search(metric)


def is_relative(metric: str, unit: str | None) -> bool:
    """Tell whether a figure says how something compares with something else."""
    return unit == "x" or bool(_COMPARED.search(metric) and not metric.startswith("time to "))


def is_speedup(metric: str, unit: str | None) -> bool:
    """Tell whether a figure says how many times as fast something is."""
    return unit == "x" and bool(_SPEED.search(metric) or "throughput" in metric.casefold())
