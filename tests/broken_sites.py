"""Faulty sites that no checkout can hold, or that are too large for one: made by functions."""

import contextlib
import os
import socket
from collections.abc import Callable
from pathlib import Path

from conftest import missing, write_tree

PAPERS = "content/papers"


def entry(matter: str = "title: Counting sheep", body: str = "") -> str:
    return f"---\n{matter}\n---\n{body}"


def front_matter_too_large(site: Path) -> None:
    matter = f"title: Counting sheep\nsummary: {'baa ' * 16_000}"
    write_tree(site, {f"{PAPERS}/sheep.md": entry(matter)})


def yaml_too_many_values(site: Path) -> None:
    matter = f"title: Counting sheep\nextra: {{flock: [{'1,' * 5_000}]}}"
    write_tree(site, {f"{PAPERS}/sheep.md": entry(matter)})


def file_too_large(site: Path) -> None:
    write_tree(site, {f"{PAPERS}/sheep.md": entry(body="baa " * 500_001)})


def lines_too_long(site: Path) -> None:
    matter = f"title: Counting sheep\nsummary: {'baa ' * 500}\n{'b' * 1_000}: 1\n"
    matter += f"links: {{code: [https://example.com/{'a' * 5_000}, 'no address {'a' * 5_000}']}}"
    write_tree(site, {f"{PAPERS}/sheep.md": entry(matter)})


def not_utf_8(site: Path) -> None:
    latin = entry("title: Counting sheep\nauthors: [Zoë Bee]").encode("latin-1")
    wide = entry().encode("utf-16")
    write_tree(site, {f"{PAPERS}/latin.md": latin, f"{PAPERS}/wide.md": wide})


def control_characters(site: Path) -> None:
    body = "One \x1b[31mred\x1b[0m sheep.\n\nAnd a hidden\x00one.\n"
    paper = entry("title: Counting \x07sheep", body)
    write_tree(site, {f"{PAPERS}/sheep.md": paper, "templates/home.html": "\x01"})


def names_in_other_case(site: Path) -> None:
    make_both(site, "sheep", "Sheep")


def names_in_other_unicode_form(site: Path) -> None:
    make_both(site, "sch\u00e4fchen", "scha\u0308fchen")


def make_both(site: Path, one: str, other: str) -> None:
    write_tree(site, {f"{PAPERS}/{one}.md": entry()})
    if (site / PAPERS / f"{other}.md").exists():
        missing("a file system that tells these names apart")
    write_tree(site, {f"{PAPERS}/{other}.md": entry("title: More sheep")})


def names_for_windows(site: Path) -> None:
    for name in ("con", "LPT1.sheep", "sheep."):
        write_tree(site, {f"{PAPERS}/{name}.md": entry(f"title: About {name}")})


def names_static(site: Path) -> None:
    for name in ("aux.txt", "wool?.txt", ".carrel"):
        write_tree(site, {f"content/static/{name}": ""})


def names_with_control_characters(site: Path) -> None:
    write_tree(site, {f"{PAPERS}/sheep\n\x1b[31m.md": entry()})


def names_not_utf_8(site: Path) -> None:
    (site / PAPERS).mkdir(parents=True)
    try:
        (site / PAPERS / os.fsdecode(b"sch\xe4f.md")).write_text(entry(), "utf-8")
    except OSError:
        missing("a file system that takes any name")


def links(site: Path) -> None:
    write_tree(site, {"elsewhere/sheep.md": entry(), "content/static/sheep.txt": ""})
    (site / PAPERS).symlink_to(site / "elsewhere")
    (site / "content/pages").mkdir()
    (site / "content/pages/gone.md").symlink_to("nowhere.md")
    (site / "content/static/wool.txt").symlink_to("sheep.txt")
    (site / "templates").symlink_to(".")


def no_ordinary_files(site: Path) -> None:
    (site / PAPERS).mkdir(parents=True)
    os.mkfifo(site / PAPERS / "pipe.md")
    (site / PAPERS / "folder.md").mkdir()
    # The address of a socket is a path of some hundred bytes at most.
    with contextlib.chdir(site / PAPERS), socket.socket(socket.AF_UNIX) as opened:
        opened.bind("socket.md")


def formula_too_large(site: Path) -> None:
    body = f"One ${'{' * 600}x{'}' * 600}$.\n\n![x](https://pictures.example.com/x.png)\n"
    write_tree(site, {f"{PAPERS}/sheep.md": entry(body=body)})


def brackets_too_many(site: Path) -> None:
    write_tree(site, {f"{PAPERS}/sheep.md": entry(body="Sheep.\n\n" + "[" * 50_001)})


def lines_too_many(site: Path) -> None:
    write_tree(site, {f"{PAPERS}/sheep.md": entry(body="- a\n  - b\n" * 20_002)})


def marks_too_many(site: Path) -> None:
    write_tree(site, {f"{PAPERS}/sheep.md": entry(body="Sheep.\n\n" + "*baa* " * 75_001)})


def page_too_large(site: Path) -> None:
    address = f"https://example.org/{'a' * 1_000}"
    body = f"{'[x] ' * 25_000}\n\n[x]: {address}\n"
    write_tree(site, {f"{PAPERS}/sheep.md": entry(body=body)})


def picture_behind_a_bomb(site: Path) -> None:
    bomb = "> " * 39 + "*a **b " * 500
    write_tree(
        site, {f"{PAPERS}/sheep.md": entry(body=f"{bomb}\n\n![x](http://a.example/b.png)\n")}
    )


def names_with_signs(site: Path) -> None:
    for name in ("a&b", "what's", "100%", "<b>", 'a"b', "a:b", "a*b", "a?b", "a|b", "a\\b"):
        write_tree(site, {f"{PAPERS}/{name}.md": entry(f"title: About {name!r}")})
    write_tree(site, {"content/topics/a,b.md": entry(), "content/pages/#about.md": entry()})


def names_of_devices(site: Path) -> None:
    for path in ("topics/aux", "hardware/prn", "pages/nul", "papers/com1", "papers/CON.x"):
        write_tree(site, {f"content/{path}.md": entry(f"title: About {path}")})


def names_too_long(site: Path) -> None:
    write_tree(
        site,
        {
            f"{PAPERS}/{'s' * 252}.md": entry(),
            f"content/topics/{'ß' * 126}.md": entry(),
            f"content/pages/{'p' * 121}.md": entry(),
        },
    )


def names_that_mislead(site: Path) -> None:
    for name in ("a\u202eb", "a\u200bb", "a\u00a0b", "\ufeffa", "a\u2028b"):
        write_tree(site, {f"{PAPERS}/{name}.md": entry(f"title: Sheep {len(name)}")})


def names_in_other_case_elsewhere(site: Path) -> None:
    for folder in ("topics", "hardware", "pages"):
        write_tree(site, {f"content/{folder}/straße.md": entry(f"title: One of {folder}")})
        write_tree(site, {f"content/{folder}/STRASSE.md": entry(f"title: Other of {folder}")})


def not_utf_8_anywhere(site: Path) -> None:
    write_tree(
        site,
        {
            "site_config.yaml": b"title: A list\nbase_url: https://example.org/\ntheme: plain\n",
            f"{PAPERS}/overlong.md": b"---\ntitle: a\xc0\xafb\n---\n",
            f"{PAPERS}/surrogate.md": b"---\ntitle: a\n---\nTwo.\n\xed\xa0\xbd\xed\xb8\x80\n",
            f"{PAPERS}/cut.md": "---\ntitle: a\n---\nZoë".encode()[:-1],
            f"{PAPERS}/lone-cr.md": b"---\rtitle: a\r---\rOne.\rTwo \xff.\r",
            "content/topics/wide.md": "---\ntitle: a\n---\n".encode("utf-16-be"),
            "content/pages/about.md": b"---\ntitle: a\n---\n\x80",
            "templates/home.html": b"<p>\n\xe4</p>",
            "templates/texts/en.yaml": b"skip_to_content: Skip\nsearch: \xff\n",
        },
    )


def settings_not_utf_8(site: Path) -> None:
    write_tree(site, {"site_config.yaml": "title: Zoë\n".encode("latin-1")})


def theme_not_utf_8(site: Path) -> None:
    write_tree(site, {"themes/plain/theme.yaml": b"title: Plain\xff\n"})


def settings_too_large(site: Path) -> None:
    write_tree(site, {"site_config.yaml": "title: A list\n# " + "baa " * 500_000})


def settings_with_too_many_values(site: Path) -> None:
    write_tree(site, {"site_config.yaml": f"title: A list\ntheme_options: [{'1,' * 5_001}]\n"})


def controls_anywhere(site: Path) -> None:
    write_tree(
        site,
        {
            f"{PAPERS}/sheep.md": entry(body="\x0c\x85\ufffe\x7f"),
            "content/topics/counting.md": entry("title: Counting\x00sheep"),
            "content/pages/about.md": entry("title: About", "One.\r\nTwo\x1b]0;title\x07.\r\n"),
            "templates/404.html": "<p>\x00</p>",
            "templates/texts/en.yaml": "skip_to_content: Skip\x08\n",
        },
    )


def controls_in_settings(site: Path) -> None:
    write_tree(site, {"site_config.yaml": "title: A\x00list\nbase_url: https://example.org/\x1b\n"})


def line_ends_of_windows(site: Path) -> None:
    write_tree(site, {f"{PAPERS}/sheep.md": "---\r\ntitle: Sheep\r\nsumary: x\r\n---\r\n"})


def line_ends_of_old(site: Path) -> None:
    write_tree(site, {f"{PAPERS}/sheep.md": "---\rtitle: Sheep\rsumary: x\r---\r> \r"})


def line_ends_mixed(site: Path) -> None:
    text = "---\r\ntitle: Sheep\rwhy: x\nsumary: x\r\n---\r\r![x](http://a.example/b.png)\n"
    write_tree(site, {f"{PAPERS}/sheep.md": text})


def byte_order_marks(site: Path) -> None:
    write_tree(
        site,
        {
            f"{PAPERS}/sheep.md": "\ufeff" + entry("titel: Sheep"),
            f"{PAPERS}/two.md": "\ufeff\ufeff" + entry("title: Sheep"),
            f"{PAPERS}/inside.md": entry("\ufefftitle: Sheep"),
        },
    )


def links_in_circles(site: Path) -> None:
    (site / PAPERS).mkdir(parents=True)
    (site / PAPERS / "sheep.md").symlink_to("goats.md")
    (site / PAPERS / "goats.md").symlink_to("sheep.md")
    (site / "content/static").symlink_to("static")
    (site / "content/topics").symlink_to("../content")


def links_to_elsewhere(site: Path) -> None:
    (site / PAPERS).mkdir(parents=True)
    (site / PAPERS / "users.md").symlink_to("/etc/passwd")
    (site / PAPERS / "zero.md").symlink_to("/dev/zero")
    (site / PAPERS / "config.md").symlink_to("../../site_config.yaml")
    (site / "content/pages").symlink_to("/etc")


def settings_are_a_link(site: Path) -> None:
    (site / "site_config.yaml").rename(site / "other.yaml")
    (site / "site_config.yaml").symlink_to("other.yaml")


def settings_are_a_pipe(site: Path) -> None:
    (site / "site_config.yaml").unlink()
    os.mkfifo(site / "site_config.yaml")


def pipes_anywhere(site: Path) -> None:
    for path in (
        "content/static/pipe", "content/topics/pipe.md", "templates/home.html",
        "themes/plain/texts/pipe.yaml", "themes/plain/static/pipe.css",
    ):  # fmt: skip
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).unlink(missing_ok=True)
        os.mkfifo(site / path)


def output_is_a_link(site: Path) -> None:
    (site / "elsewhere").mkdir()
    (site / "_site").symlink_to("elsewhere")


def memo_damaged(site: Path) -> None:
    write_tree(site, {f"{PAPERS}/sheep.md": entry("titel: Sheep"), ".carrel/memo": "\x00no memo"})


def memo_is_a_folder(site: Path) -> None:
    write_tree(site, {f"{PAPERS}/sheep.md": entry("titel: Sheep"), ".carrel/memo/x": ""})


def import_of_bytes(site: Path) -> None:
    write_tree(site, {"source": bytes(range(256)) * 40})


def import_not_utf_8(site: Path) -> None:
    write_tree(site, {"source.bib": "@misc{a, title = {Schäfchen}}\n".encode("latin-1")})


def import_too_large(site: Path) -> None:
    with (site / "source").open("wb") as file:
        file.truncate(20_000_001)


def import_nested_deeply(site: Path) -> None:
    write_tree(site, {"source.json": '[{"title": "x", "note": ' + "[" * 200_000})


def import_of_nested_lists(site: Path) -> None:
    write_tree(site, {"source.json": "[" * 100_000})


def import_of_a_pipe(site: Path) -> None:
    os.mkfifo(site / "source.bib")


def names_that_hide(site: Path) -> None:
    named = ("#goats.md#", ".goats.md.swp", "cows.md~", "cows.md.part")
    unsaid = (".sheep.md.swp", "sheep.md~", ".#sheep.md", ".DS_Store", ".gitkeep", ".git/a.md")
    write_tree(site, {f"{PAPERS}/{name}": "" for name in ("sheep.md", *named, *unsaid)})
    write_tree(site, {"content/.later/papers/goats.md": entry(), "content/.obsidian/app.json": ""})
    write_tree(
        site, {f"{PAPERS}/.trash/a.md": "", f"{PAPERS}/.sheep.md.un~": "", "content/.b.md": ""}
    )
    write_tree(site, {"content/static/table.tmp": "", f"{PAPERS}/real.tmp": ""})
    (site / PAPERS / "cows.md").mkdir()


MADE: dict[str, Callable[[Path], None]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        front_matter_too_large,
        yaml_too_many_values,
        file_too_large,
        lines_too_long,
        not_utf_8,
        control_characters,
        names_in_other_case,
        names_in_other_unicode_form,
        names_for_windows,
        names_static,
        names_with_control_characters,
        names_not_utf_8,
        links,
        no_ordinary_files,
        formula_too_large,
        brackets_too_many,
        lines_too_many,
        marks_too_many,
        page_too_large,
        picture_behind_a_bomb,
        names_with_signs,
        names_of_devices,
        names_too_long,
        names_that_mislead,
        names_in_other_case_elsewhere,
        not_utf_8_anywhere,
        settings_not_utf_8,
        theme_not_utf_8,
        settings_too_large,
        settings_with_too_many_values,
        controls_anywhere,
        controls_in_settings,
        line_ends_of_windows,
        line_ends_of_old,
        line_ends_mixed,
        byte_order_marks,
        links_in_circles,
        links_to_elsewhere,
        settings_are_a_link,
        settings_are_a_pipe,
        pipes_anywhere,
        output_is_a_link,
        memo_damaged,
        memo_is_a_folder,
        import_of_bytes,
        import_not_utf_8,
        import_too_large,
        import_nested_deeply,
        import_of_nested_lists,
        import_of_a_pipe,
        names_that_hide,
    )
}
