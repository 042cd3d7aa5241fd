"""JSON Schema of what may be written in a site's files, for editors and other checkers.

Made from the types that ``decode`` reads by, with all that it accepts: a bare text where a struct
has a shorthand, a single item for a list, keys that users of other generators write, a number where
text is wanted. The site's own topics and devices are choices, by id, title and alias. A schema
cannot say that letter case makes no difference there, so it wants a name as it is written in its
file.
"""

import datetime as dt
import types
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import Meta, Struct
from msgspec.structs import fields as struct_fields

from .catalogue import Library
from .decode import written_fields
from .keys import PAGE, RESULT, TERM, USE, Key, paper_keys
from .model import OWN_FIELDS, ContentPage, Fact, Paper, Result, Term, TermUse
from .settings import SHIPPED, Site, Taxonomy

DIALECT = "http://json-schema.org/draft-07/schema#"  #: the one that editors know
Schema = dict[str, Any]

_NULL: Schema = {"type": "null"}
#: Text may be written without quotes, also where another reader of YAML would see a number.
_SCALARS: Mapping[Any, Schema] = {
    str: {"type": ["string", "number", "boolean"]},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    dt.date: {"type": "string", "pattern": r"^\d{4}-\d\d?-\d\d?([Tt ]+\d\d?:\d\d.*)?$"},
    Any: {},
}


def build_schemas(library: Library, site: Site) -> dict[str, Schema]:
    """Give file name → schema: papers, pages, the settings, and one for each taxonomy."""
    taxonomies = dict(SHIPPED) | dict(site.published)
    fields = {f: name for f, name in site.fields.items() if f not in OWN_FIELDS}
    names = {name: _term_names(library, name, taxonomies[name]) for name in fields.values()}
    devices = _any_of((_reference("hardware"), _NULL))
    papers = _Types({TermUse: USE, Result: RESULT}, {(Result, "hardware"): devices})
    uses = {field: _listed(papers.use(_reference(name))) for field, name in fields.items()}
    schemas = {
        "papers": papers.whole(Paper, "A paper", paper_keys(site), uses) | {"definitions": names},
        "pages": _Types().whole(ContentPage, "A page", PAGE),
        "settings": _Types().whole(Site, "The settings", {}),
    }
    for name, taxonomy in site.published.items():
        terms = _Types()
        also = {
            "parent": _any_of((_term_names(library, name, taxonomy), _NULL)),
            "facts": terms.of(tuple[tuple[str, tuple[str, ...]], ...] | tuple[Fact, ...]),
        }
        schemas[name] = terms.whole(Term, taxonomy.singular.capitalize(), TERM, also)
    return schemas


def file_globs(site: Site) -> dict[str, str]:
    """Give name of a schema → the files that it is for."""
    folders = ("papers", "pages", *site.published)
    return {"settings": "site_config.yaml"} | {name: f"content/{name}/*.md" for name in folders}


class _Types:
    """Types → schemas, as ``decode`` understands them."""

    def __init__(
        self,
        keys: Mapping[type, Mapping[str, Key]] | None = None,
        choices: Mapping[tuple[type, str], Schema] | None = None,
    ) -> None:
        """*keys* explain the keys of structs; *choices* are schemas for single fields."""
        self._keys = keys or {}
        self._choices = choices or {}

    def whole(
        self,
        want: type,
        title: str,
        keys: Mapping[str, Key],
        also: Mapping[str, Schema] | None = None,
    ) -> Schema:
        """Give the schema of a whole file, with the further keys *also*."""
        made = self.mapping(want, keys, also or {})
        return {"$schema": DIALECT, "title": title, **made}

    def of(self, want: Any) -> Schema:
        """Give the schema of a value."""
        if get_origin(want) is Annotated:
            inner, *limits = get_args(want)
            return _limited(self.of(inner), limits)
        if get_origin(want) in (Union, types.UnionType):
            return _any_of(
                _NULL if each is types.NoneType else self.of(each) for each in get_args(want)
            )
        if get_origin(want) is Literal:
            return {"enum": list(get_args(want))}
        if get_origin(want) is tuple:
            return self.many(get_args(want)[0])
        if isinstance(want, type) and issubclass(want, Struct):
            return self.struct(want)
        return dict(_SCALARS[want])

    def many(self, item: Any) -> Schema:
        """Give the schema of a list, or of a mapping with keys of the writer's own."""
        if get_origin(item) is tuple and get_args(item)[0] is str:
            pairs = {"type": "object", "additionalProperties": self.of(get_args(item)[1])}
            return _any_of((pairs, _NULL))
        return _listed(self.of(item))

    def struct(self, want: type[Struct]) -> Schema:
        """Give the schema of a mapping, or of the text that stands for it."""
        made = self.mapping(want, self._keys.get(want, {}), {})
        shorthand = getattr(want, "shorthand", None)
        if not shorthand:
            return made
        types_by_name = {field.name: field.type for field in struct_fields(want)}
        return _any_of((self.of(types_by_name[shorthand]), made))

    def use(self, names: Schema) -> Schema:
        """Give the schema of a use of a term that is one of *names*."""
        made = self.mapping(TermUse, USE, {"id": names, "name": names})
        return _any_of((names, made | {"minProperties": 1}))

    def mapping(
        self, want: type[Struct], keys: Mapping[str, Key], also: Mapping[str, Schema]
    ) -> Schema:
        """Give the schema of the keys of a struct, those of other generators included."""
        written = [field for field in struct_fields(want) if field.name in written_fields(want)]
        made = {
            field.name: self._choices.get((want, field.name)) or self.of(field.type)
            for field in written
        } | dict(also)
        for name, schema in made.items():
            if name in keys:
                made[name] = {"description": keys[name].help, **schema}
        habits: Mapping[str, str] = getattr(want, "habits", {})
        for habit, name in habits.items():
            if name in made:
                made[habit] = {**made[name], "description": f"the same as {name}"}
        required = [field.name for field in written if field.required]
        whole: Schema = {"type": "object", "properties": made, "additionalProperties": False}
        ways = [[key, *(h for h, n in habits.items() if n == key)] for key in required]
        if not any(len(way) > 1 for way in ways):
            return whole | ({"required": required} if required else {})
        return whole | {"allOf": [{"anyOf": [{"required": [key]} for key in w]} for w in ways]}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _term_names(library: Library, name: str, taxonomy: Taxonomy) -> Schema:
    """Give the schema of what may be written for a term of a taxonomy."""
    terms = library.terms[name].values()
    known = sorted({written for t in terms for written in (t.id, t.title, *t.aliases)})
    if taxonomy.vocabulary == "closed":
        return {"enum": known} if known else {"not": {}}
    return {"anyOf": [{"enum": known}, _SCALARS[str]]} if known else dict(_SCALARS[str])


def _limited(schema: Schema, limits: Iterable[Any]) -> Schema:
    """Put the limits of msgspec's annotations to a schema; a pattern binds texts alone."""
    names = {"pattern": "pattern", "max_length": "maxLength", "ge": "minimum", "le": "maximum"}
    for meta in limits:
        if isinstance(meta, Meta):
            told = {to: getattr(meta, name) for name, to in names.items()}
            told["pattern"] = meta.pattern and meta.pattern.replace(r"\"", '"')  # as in JavaScript
            schema |= {key: value for key, value in told.items() if value is not None}
    return schema


def _listed(item: Schema) -> Schema:
    """Give the schema of a list of *item*, for which a single one or nothing may stand."""
    return _any_of(({"type": "array", "items": item}, item, _NULL))


def _any_of(schemas: Iterable[Schema]) -> Schema:
    """Give the schema of what one of *schemas* allows, without doubles."""
    flat: list[Schema] = []
    for schema in schemas:
        each = schema["anyOf"] if set(schema) == {"anyOf"} else [schema]
        flat += (one for one in each if one not in flat)
    return flat[0] if len(flat) == 1 else {"anyOf": flat}
