"""Reading an outline from YAML: limits, the accepted shapes of a file, and all faults at once in the user's words."""

from collections import Counter
from collections.abc import Hashable

import yaml
from pydantic import ValidationError

from course_kit.errors import OutlineInvalid
from course_kit.outline.faults import OutlineFault, describe, fault_of
from course_kit.outline.model import Outline

MAX_OUTLINE_BYTES = 1024 * 1024
_MAX_ALIASES = 100
_MAX_DEPTH = 20
_COURSE_SPELLINGS = ("course", "course_metadata")


def read_outline(source: bytes | str) -> Outline:
    """Read a course outline.

    Parameters
    ----------
    source
        The YAML text, at most 1 MiB of UTF-8. Beside the canonical form: ``course_metadata`` for ``course``, modules
        under the course, labs as ``labs``, topics and labs as plain strings, ``hours_*`` totals, Bloom levels in
        Spanish or compound, ``book`` under the course. Numbers are positions from 1, unless every module (or every
        lesson of a module) carries its own.

    Returns
    -------
    Outline
        Every module and lesson numbered.

    Raises
    ------
    OutlineInvalid
        One line for each fault, all of them: path, what was found, what is expected.
    """
    data = _load_yaml(source.encode() if isinstance(source, str) else source)
    if not isinstance(data, dict):
        raise _invalid([OutlineFault("outline", describe(data), "a mapping with `course` and `modules`")])
    course_field, modules_path, shaped = _shape(data)
    faults = _number_all(shaped, modules_path)
    try:
        outline = Outline.model_validate(shaped)
    except ValidationError as error:
        names = {"course": course_field, "modules": modules_path}
        faults += [fault for detail in error.errors(include_url=False) if (fault := fault_of(detail, names))]
    else:
        faults += _outcome_faults(outline, modules_path)
    if faults:
        raise _invalid(faults)
    return outline


class _StrictLoader(yaml.CSafeLoader):
    """PyYAML's safe loader, refusing a key written twice (PyYAML keeps the last one silently)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for key, count in Counter(keys).items():
            if count > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key `{key}` is written {count} times", node.start_mark
                )
        return super().construct_mapping(node, deep=deep)


def _load_yaml(raw: bytes) -> object:
    if len(raw) > MAX_OUTLINE_BYTES:
        raise _invalid([OutlineFault("outline", f"{len(raw):,} bytes", f"at most {MAX_OUTLINE_BYTES:,} bytes")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _invalid([OutlineFault("outline", f"a byte at {error.start} that is not UTF-8", "UTF-8 text")]) from None
    try:
        _check_events(text)
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a safe loader's subclass
    except yaml.YAMLError as error:
        raise _invalid([OutlineFault("outline", _describe_yaml_error(error), "one YAML document")]) from None
    except (ValueError, TypeError, OverflowError) as error:
        # Values that YAML tags as dates or numbers but Python cannot hold, such as the date 2026-99-99.
        raise _invalid([OutlineFault("outline", f"a value that cannot be read ({error})", "YAML values")]) from None


def _check_events(text: str) -> None:
    """Bound aliases and depth on the event stream, before anything is built (a "billion laughs" never unfolds)."""
    aliases = depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            aliases += 1
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if aliases > _MAX_ALIASES:
            raise _invalid([OutlineFault("outline", "too many YAML aliases", f"at most {_MAX_ALIASES} aliases")])
        if depth > _MAX_DEPTH:
            raise _invalid([OutlineFault("outline", "YAML nested too deeply", f"at most {_MAX_DEPTH} levels")])


def _shape(data: dict[object, object]) -> tuple[str, str, dict[object, object]]:
    """Bring the accepted shapes of a file to ``{course, modules}``; also say under which names the user wrote them."""
    shaped = dict(data)
    course_field = next((name for name in _COURSE_SPELLINGS if name in shaped), "course")
    modules_path = "modules"
    course = shaped.pop(course_field, None)
    if isinstance(course, dict):
        course = dict(course)
        if "modules" in course and "modules" not in shaped:
            shaped["modules"] = course.pop("modules")
            modules_path = f"{course_field}.modules"
        if "book" in course and "book" not in shaped:
            shaped["book"] = course.pop("book")
    if course is not None:
        shaped["course"] = course
    return course_field, modules_path, shaped


def _outcome_faults(outline: Outline, modules_path: str) -> list[OutlineFault]:
    """Find numbers of outcomes that the course does not have."""
    known = len(outline.course.outcomes)
    places: list[tuple[str, tuple[int, ...]]] = []
    for m, module in enumerate(outline.modules):
        for n, lesson in enumerate(module.lessons):
            path = f"{modules_path}[{m}].lessons[{n}]"
            places.append((path, lesson.outcomes))
            places += [(f"{path}.topics[{t}]", topic.outcomes) for t, topic in enumerate(lesson.topics)]
            places += [(f"{path}.lab_activities[{k}]", lab.outcomes) for k, lab in enumerate(lesson.lab_activities)]
        labs = enumerate(module.lab_activities)
        places += [(f"{modules_path}[{m}].lab_activities[{k}]", lab.outcomes) for k, lab in labs]
    expected = (
        f"numbers of the course's learning outcomes, 1 to {known}" if known else "learning_outcomes in the course"
    )
    return [
        OutlineFault(f"{path}.outcomes", describe(number), expected)
        for path, numbers in places
        for number in numbers
        if number > known
    ]


def _number_all(shaped: dict[object, object], modules_path: str) -> list[OutlineFault]:
    modules = _copy_mappings(shaped.get("modules"))
    faults = _number_items(modules, modules_path, "module")
    for position, module in enumerate(modules):
        if isinstance(module, dict) and isinstance(module.get("lessons"), list):
            module["lessons"] = _copy_mappings(module["lessons"])
            faults += _number_items(module["lessons"], f"{modules_path}[{position}].lessons", "lesson")
    if modules:
        shaped["modules"] = modules
    return faults


def _copy_mappings(items: object) -> list[object]:
    # Copies, because aliases in the YAML may share one mapping between several places.
    return [dict(item) if isinstance(item, dict) else item for item in items] if isinstance(items, list) else []


def _number_items(items: list[object], path: str, kind: str) -> list[OutlineFault]:
    """Give each item its position as number, unless every one carries its own."""
    mappings = [item for item in items if isinstance(item, dict)]
    numbered = [item for item in mappings if item.get("number") is not None]
    if not numbered:
        for position, item in enumerate(items, start=1):
            if isinstance(item, dict):
                item["number"] = position
        return []
    faults: list[OutlineFault] = []
    if len(numbered) != len(mappings):
        faults.append(
            OutlineFault(path, f"a number on {len(numbered)} of {len(mappings)} {kind}s", "a number on all, or on none")
        )
        for item in mappings:
            item.setdefault("number", 1)
    counts = Counter(str(item["number"]) for item in numbered)
    for number, count in counts.items():
        if count > 1:
            faults.append(
                OutlineFault(path, f"number {number} on {count} {kind}s", f"a different number on each {kind}")
            )
    return faults


def _describe_yaml_error(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        problem = error.problem or error.context
        return f"text that is not YAML at line {mark.line + 1}, column {mark.column + 1} ({problem})"
    return f"text that is not YAML ({' '.join(str(error).split())[:160]})"


def _invalid(faults: list[OutlineFault]) -> OutlineInvalid:
    return OutlineInvalid("\n".join(dict.fromkeys(map(str, faults))))
