"""From results to tables."""

from .results import Measure, Results, Work

BASE = "hugo"  #: what all are compared with


def summary(results: Results) -> str:
    """Give all medians with their ratio to Hugo's, as plain text."""
    lines = []
    for papers in sorted({s.papers for s in results.samples}):
        for work in dict.fromkeys(s.work for s in results.samples):
            for tool in results.tools(work, papers):
                measures: tuple[Measure, ...] = ("wall", "cpu", "memory")
                if work == "watch":
                    measures = ("entry", "all", "event", "cpu", "memory")
                cells = [cell(results, tool, papers, work, m) for m in measures]
                reason = results.why_not(tool, papers, work) or ""
                name = f"{papers:>7} {work:10} {tool:15}"
                lines.append(f"{name} {'  '.join(f'{c:>20}' for c in cells)} {reason}")
    return "\n".join(lines)


def cell(results: Results, tool: str, papers: int, work: Work, measure: Measure) -> str:
    """Give a median with its ratio to that of Hugo."""
    value = results.figure(tool, papers, work, measure)
    if value is None:
        return "-"
    base = results.figure(BASE, papers, work, measure)
    shown = f"{value / 1e6:.0f} MB" if measure in ("memory", "size") else f"{value:.3f} s"
    return shown + (f" ({value / base:.2f}x)" if base else "")
