"""The documents of api/v1/, and the JSON Schema of them all, which is made from these types."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct, field

from ..records import PaperRecord, ResultRecord, TermRecord
from ..settings import Site
from ..subscriptions import FeedGroup

SUFFIX = "json"
READS = None
FOLDER = "api/v1/"


class ListRecord(Struct, frozen=True, omit_defaults=True):
    """The list that a document is about."""

    title: str
    url: str
    language: Annotated[str, Meta(description="A BCP 47 tag.")]
    description: str = ""
    updated: Annotated[dt.date, Meta(description="The day of its newest change.")] | None = None


class Document(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What all documents begin with."""

    schema: str = field(name="$schema")
    version: Annotated[int, Meta(description="1: keys are added, none changes its meaning.")]
    list: ListRecord


class Papers(Document, frozen=True, kw_only=True):
    """papers.json: all papers, newest first."""

    papers: tuple[PaperRecord, ...]


class OnePaper(Document, frozen=True, kw_only=True):
    """papers/<slug>/index.json: one paper, where the settings ask for it."""

    paper: PaperRecord


class Terms(Document, frozen=True, kw_only=True):
    """topics.json, hardware.json …: what papers are filed under."""

    name: Annotated[str, Meta(description="As in the terms of papers.")]
    title: str
    terms: tuple[TermRecord, ...]


class Results(Document, frozen=True, kw_only=True):
    """results.json: all figures that papers state."""

    results: tuple[ResultRecord, ...]


class FeedRecord(Struct, frozen=True, omit_defaults=True):
    """Something to subscribe to."""

    title: str
    url: Annotated[str, Meta(description="The page of the list that it follows.")]
    feeds: Annotated[dict[str, str], Meta(description="Addresses by form: rss, atom, json.")]
    group: Annotated[str, Meta(description="Such as 'Topics'; none: the whole list.")] | None = None


class Feeds(Document, frozen=True, kw_only=True):
    """feeds.json: all feeds."""

    feeds: tuple[FeedRecord, ...]


DOCUMENTS = (Papers, OnePaper, Terms, Results, Feeds)


def encode(content: Mapping[str, Any], site: Site) -> bytes:
    """Write a document: *content* has its 'kind' and what that kind holds, else the schema."""
    kind = content["kind"]
    if kind == "schema":
        return _write(build_schema(site))
    inner = {key: value for key, value in content.items() if key not in ("kind", "updated")}
    known: dict[str, Any] = {
        "schema": f"{site.address(FOLDER)}schema.json#/$defs/{kind.__name__}",
        "version": 1,
        "list": ListRecord(
            site.title, site.base_url, site.language, site.description, content["updated"]
        ),
    }
    return _write(kind(**known, **inner))


def build_schema(site: Site) -> dict[str, Any]:
    """Give the JSON Schema; each document is one of its definitions."""
    _, parts = msgspec.json.schema_components(DOCUMENTS, ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{site.address(FOLDER)}schema.json",
        "title": "The data of a reading list",
        "anyOf": [{"$ref": f"#/$defs/{kind.__name__}"} for kind in DOCUMENTS],
        "$defs": parts,
    }


def build_feed_records(groups: tuple[FeedGroup, ...], site: Site) -> tuple[FeedRecord, ...]:
    """Give all feeds with whole addresses."""
    return tuple(
        FeedRecord(
            feed.title,
            site.address(feed.url),
            {form: site.address(url) for form, url in feed.addresses.items()},
            group.title,
        )
        for group in groups
        for feed in group.feeds
    )


def _write(value: Any) -> bytes:
    return msgspec.json.encode(value) + b"\n"
