"""The forms that a value of a type may have in a file: found out once for every type."""

import functools
import types
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    Union,
    get_args,
    get_origin,
)

from msgspec import Meta, Struct

from . import nodes


class Form(NamedTuple):
    """One form that a value may have."""

    kind: Literal["scalar", "struct", "free", "many", "pairs"]
    type: Any = None  #: of a scalar or struct
    item: Any = None  #: of a list, or of the values of pairs
    choices: tuple[str, ...] = ()
    limits: tuple[Meta, ...] = ()


@functools.cache  # asking a type for its parts takes longer than reading a value
def forms_of(want: Any) -> tuple[tuple[Form, ...], bool]:
    """Give the forms that *want* allows, and whether nothing is one of them."""
    limits: tuple[Meta, ...] = ()
    if get_origin(want) is Annotated:
        want, *rest = get_args(want)
        limits = tuple(meta for meta in rest if isinstance(meta, Meta))
    if get_origin(want) in (Union, types.UnionType):
        options = [option for option in get_args(want) if option is not types.NoneType]
        forms = tuple(form for option in options for form in forms_of(option)[0])
        return forms, types.NoneType in get_args(want)
    if want is Any:
        form = Form("free")
    elif get_origin(want) is tuple:
        item = get_args(want)[0]
        if get_origin(item) is tuple and get_args(item)[0] is str:
            form = Form("pairs", item=get_args(item)[1])
        else:
            form = Form("many", item=item)
    elif get_origin(want) is Literal:
        form = Form("scalar", str, choices=get_args(want), limits=limits)
    elif issubclass(want, Struct):
        form = Form("struct", want)
    else:
        form = Form("scalar", want, limits=limits)
    return (form,), False


def fitting(forms: tuple[Form, ...], node: nodes.Node) -> Form:
    """Choose among the forms of a union by the kind of the node."""
    wanted = {nodes.Mapping: "pairs", nodes.Sequence: "many"}.get(type(node))
    return next((form for form in forms if form.kind == wanted), forms[-1])
