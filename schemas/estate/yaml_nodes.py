"""YAML as nodes that know their line: scalars are taken as written, problems are collected."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from schemas.errors import Problem, nearest
from schemas.estate.record import Record

#: libyaml reads four times as fast; Python's own reader stands in where it is not there.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def compose(path: Path, known: Sequence[str], problems: list[Problem]) -> yaml.Node | None:
    """The root mapping of a YAML file; None with a problem where it is none."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_LOADER)
    except UnicodeDecodeError:
        problems.append(
            Problem(where=path.name, what="is not UTF-8 text.", remedy="Save it as UTF-8.")
        )
        return None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problems.append(
            Problem(
                where=f"{path.name}:{line}",
                what=f"is not YAML: {error.problem}.",
                remedy="Mind indentation, colons and brackets near this line.",
            )
        )
        return None
    if not isinstance(root, yaml.MappingNode):
        problems.append(
            Problem(
                where=f"{path.name}:1", what="holds no keys.", remedy=f"Keys: {', '.join(known)}"
            )
        )
        return None
    return root


def items(
    node: yaml.Node, name: str, known: Sequence[str], problems: list[Problem]
) -> list[tuple[str, yaml.Node]]:
    """Keys and values of a mapping; unknown keys and repeated ones are problems."""
    if not isinstance(node, yaml.MappingNode):
        problems.append(
            Problem(
                where=f"{name}:{node.start_mark.line + 1}",
                what="keys with values are expected here.",
                remedy=f"Known keys: {', '.join(known)}." if known else "",
            )
        )
        return []
    found: list[tuple[str, yaml.Node]] = []
    for key, value in node.value:
        where = f"{name}:{key.start_mark.line + 1}"
        if known and key.value not in known:
            problems.append(
                Problem(
                    where=where,
                    what=f"unknown key '{key.value}'.",
                    remedy=nearest(key.value, known),
                )
            )
        elif key.value in dict(found):
            problems.append(
                Problem(where=where, what=f"key '{key.value}' stands twice.", remedy="Keep one.")
            )
        else:
            found.append((key.value, value))
    return found


def sequence(
    node: yaml.Node | None, key: str, name: str, problems: list[Problem]
) -> list[yaml.Node]:
    """The entries of a list; none where the key is absent or empty."""
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
        return []
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    problems.append(
        Problem(
            where=f"{name}:{node.start_mark.line + 1}",
            what=f"{key} must be a list.",
            remedy=f"Write: {key}: [{{…}}, {{…}}] or one '- …' a line.",
        )
    )
    return []


def records(
    nodes: Sequence[yaml.Node | None], known: Sequence[str], name: str, problems: list[Problem]
) -> list[Record]:
    """Mapping nodes as records of their scalar values; nested ones are read by their own."""
    found = []
    for node in nodes:
        if node is None:
            continue
        here = items(node, name, known, problems)
        lines = {key: value.start_mark.line + 1 for key, value in here}
        first = node.start_mark.line + 1

        def place(key: str, lines: dict[str, int] = lines, first: int = first) -> str:
            return f"{name}:{lines.get(key, first)}"

        values = {
            key: "" if value.tag.endswith(":null") else str(value.value)
            for key, value in here
            if isinstance(value, yaml.ScalarNode)
        }
        found.append(Record(values=values, place=place, line=first))
    return found


def nested(node: yaml.Node, key: str) -> yaml.Node | None:
    """What stands under a key of a mapping, unless it is a scalar."""
    if isinstance(node, yaml.MappingNode):
        value: yaml.Node
        for name, value in node.value:
            if name.value == key and not isinstance(value, yaml.ScalarNode):
                return value
    return None


def pairs(
    node: yaml.Node, key: str, known: Sequence[str], name: str, problems: list[Problem]
) -> tuple[tuple[str, str], ...]:
    """Keys and texts of a mapping under a key."""
    below = nested(node, key)
    if below is None:
        return ()
    return tuple((k, str(v.value)) for k, v in items(below, name, known, problems))
