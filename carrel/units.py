"""Units of measurement: how they are written, and the one way in which Carrel writes each."""

import re

#: How a unit is written → how Carrel writes it; None: as it stands.
UNITS: tuple[tuple[str, str | None], ...] = (
    (r"[xX×]|[\s-]?fold|times", "x"),
    (r"%|percent|per cent", "%"),
    (r"(?:percentage |absolute )?points?|pp", "points"),
    (r"FPS|fps|frames?\s?(?:/|per )\s?s(?:ec(?:ond)?)?", "FPS"),
    (r"tok(?:en)?s?\s?(?:/|per )\s?s(?:ec(?:ond)?)?", "tokens/s"),
    (r"[a-z]+s\s?(?:/|per )\s?s(?:ec(?:ond)?)?", "/s"),
    (r"(?:peta|P)[Ff][Ll][Oo][Pp][Ss]?(?:/s)?", "PFLOP/s"),
    (r"(?:tera|T)[Ff][Ll][Oo][Pp][Ss]?(?:/s)?", "TFLOP/s"),
    (r"(?:giga|G)[Ff][Ll][Oo][Pp][Ss]?(?:/s)?", "GFLOP/s"),
    (r"bits?(?: per (?:parameter|weight))?", "bits"),
    (r"ms|milliseconds?", "ms"),
    (r"[µμu]s|microseconds?", "µs"),
    (r"s|secs?|seconds?", "s"),
    (r"mins?|minutes?", "min"),
    (r"h|hrs?|hours?", "h"),
    (r"days?", "days"),
    (r"weeks?", "weeks"),
    (r"months?", "months"),
    (r"frames?", "frames"),
    (r"[KMGTP]i?B(?:/s)?|dB|mAP|AP|TOPS|k?Wh?|[mk]?J|[MG]Hz", None),
)
ANY_UNIT = "(?:" + "|".join(pattern for pattern, _ in UNITS) + ")"
UNIT = rf"{ANY_UNIT}(?:/\d+[kKM]?\s?[a-z]{{2,}}|/[a-z]{{4,}})?(?!\w)(?!\s?[xX×]\s?\d)"
SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "days": 86400.0}


def name_unit(written: str | None) -> str | None:
    """Bring the ways to write a unit to one."""
    if not written:
        return None
    for pattern, unit in UNITS:
        if re.fullmatch(pattern, written.strip()):
            if unit == "/s":
                return re.split(r"\s?/|\s?per ", written.strip())[0] + unit
            return unit or written.strip()
    first, _, per = written.strip().partition("/")
    return f"{name_unit(first)}/{per}"


def write_number(value: float) -> str:
    """Give the shortest text of a number: 1.91, 12, 16128."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
