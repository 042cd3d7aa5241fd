"""`carrel check`: the planned site is rendered and looked through, and nothing is written."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from . import commit, disk
from .citing import check_keys
from .origin import describe_origin
from .outputs import Blob, Copy, Output
from .pipeline import Options, Prepared, prepare
from .places import quoted, raise_errors
from .problems import Problem
from .proof import Proof, check_site
from .renames import check_vanished
from .survey import Seen, Surveyor
from .workers import survey_all

#: Addresses of a whole host and of a folder on one; the site has to hold together at both.
NOT_FOUND = {"404.html"}
BASES = ("https://host.example/", "https://host.example/repo/")


def prove(root: Path, *, drafts: bool = False, jobs: int = 1) -> Proof:
    """Check the list at *root* and the site that would be built from it. Raises SiteError."""
    prepared = prepare(root, Options(drafts=drafts), jobs=jobs)
    outputs, site = dict(prepared.plan.outputs(prepared.plan.rows)), prepared.site
    surveyor = Surveyor(outputs, site.base_url)
    seen, problems = survey_all(outputs, prepared, surveyor.look, jobs)
    if not any(not problem.warning for problem in problems):
        seen |= _look_at_files(outputs, prepared, surveyor)
        seen = {path: seen[path] for path in outputs}
        # 404.html is proven elsewhere, at both places.
        here = seen | {path: Seen(seen[path].size) for path in NOT_FOUND & seen.keys()}
        problems += check_site(outputs, here, prepared.sources, site.vacant)
        problems += _check_elsewhere(outputs, prepared)
    rows = prepared.plan.rows.values()
    library = prepared.library
    origin = describe_origin(prepared.read, rows, site, drafts, library.keys)
    built = commit.read_manifest(root / site.output_dir)
    if built is not None:
        problems += check_vanished(built.origin, origin, outputs)
        problems += check_keys(built.origin.keys, library)
    problems = quoted([*prepared.warnings, *problems], prepared.sources)
    raise_errors(problems, prepared.sources)
    return Proof(tuple(problems), len(outputs), sum(each.size for each in seen.values()))


def _look_at_files(
    outputs: Mapping[str, Output], prepared: Prepared, surveyor: Surveyor
) -> Mapping[str, Seen]:
    """Look through what is not rendered, one file at a time; of a picture only the size counts."""
    seen: dict[str, Seen] = {}
    for path, output in outputs.items():
        if isinstance(output, Blob):
            seen[path] = surveyor.look(path, output.content)
        elif isinstance(output, Copy):
            asset = prepared.sources.assets[output.source]
            seen[path] = Seen(asset.size)
            if path.endswith((".html", ".css")):
                content = disk.read_input(Path(asset.place), asset.size)
                ours = output.source.startswith("themes/")
                seen[path] = surveyor.look(path, content, copied=not ours)
    return seen


def _check_elsewhere(outputs: Mapping[str, Output], prepared: Prepared) -> Iterator[Problem]:
    """Prove the page whose addresses say where the site lies, at a host's root and below.

    All other pages name each other relatively, and hold together wherever the site lies.
    """
    lost = {path: output for path, output in outputs.items() if path in NOT_FOUND}
    for base_url in BASES:
        there = replace(prepared, site=replace(prepared.site, base_url=base_url))
        seen, _ = survey_all(lost, there, Surveyor(outputs, base_url).look)
        problems = list(check_site(lost, seen, prepared.sources))
        yield from problems
        if problems:
            return  # what is wrong at a host's root needs not be told twice
