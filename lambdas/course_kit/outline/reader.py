"""Reader for outlines in YAML: limits, the accepted structures of a file, and one list of all faults."""

import codecs

import yaml
from pydantic import ValidationError

from course_kit.errors import OutlineInvalid
from course_kit.outline.faults import FIELD_NAMES, OutlineFault, describe, fault_of, placed
from course_kit.outline.model import Outline
from course_kit.outline.scalars import as_whole_number, is_nothing
from course_kit.outline.yaml_document import DocumentTooLarge, Value, YamlDocument, load_document
from course_kit.outline.yaml_syntax import syntax_faults

MAX_OUTLINE_BYTES = 1024 * 1024
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_COURSE_SPELLINGS = ("course", "course_metadata")


def read_outline(source: bytes | str) -> Outline:
    """Read a course outline.

    Parameters
    ----------
    source
        The YAML text, at most 1 MiB of UTF-8. Other accepted forms are ``course_metadata`` for ``course``, and modules
        and ``book`` under the course. Labs may be under ``labs``; topics and labs may be plain strings. ``hours_*``
        totals are ignored, and Bloom levels may be Spanish or compound. Numbers are positions from 1, unless every
        module (or every lesson of a module) has its own. Every scalar is its text in the file, not YAML's value; fields
        for numbers, yes or no read that text.

    Returns
    -------
    Outline
        The outline with a number on every module and lesson.

    Raises
    ------
    OutlineInvalid
        The message has one line for each fault: path, what was found in which line, what is expected.
    """
    document = _load(source.encode() if isinstance(source, str) else source)
    data = document.value
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
        raise _invalid([placed(fault, document) for fault in faults])
    return outline


def _load(raw: bytes) -> YamlDocument:
    if len(raw) > MAX_OUTLINE_BYTES:
        raise _invalid([OutlineFault("outline", f"{len(raw):,} bytes", f"at most {MAX_OUTLINE_BYTES:,} bytes")])
    try:
        # Windows writes a byte order mark into files in "Unicode".
        text = raw.decode("utf-16" if raw.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"a byte at {error.start} that is not UTF-8"
        line = raw.count(b"\n", 0, error.start) + 1
        raise _invalid([OutlineFault("outline", found, "UTF-8 text: save the file as UTF-8", line)]) from None
    try:
        return load_document(text)
    except DocumentTooLarge as error:
        raise _invalid([OutlineFault("outline", error.found, error.expected)]) from None
    except yaml.YAMLError as error:
        faults = syntax_faults(text, error, FIELD_NAMES)
        raise _invalid([OutlineFault("outline", fault.found, fault.expected) for fault in faults]) from None


def _shape(data: dict[str, Value]) -> tuple[str, str, dict[str, Value]]:
    """Convert the accepted structures of a file to ``{course, modules}``; also return the user's names of both."""
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
    """Find references to outcomes that the course does not have."""
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


def _number_all(shaped: dict[str, Value], modules_path: str) -> list[OutlineFault]:
    modules = _copy_mappings(shaped.get("modules"))
    faults = _number_items(modules, modules_path, "module")
    for position, module in enumerate(modules):
        if isinstance(module, dict) and isinstance(module.get("lessons"), list):
            module["lessons"] = lessons = _copy_mappings(module["lessons"])
            faults += _number_items(lessons, f"{modules_path}[{position}].lessons", "lesson")
    if modules:
        shaped["modules"] = modules
    return faults


def _copy_mappings(items: Value) -> list[Value]:
    # Copies, because aliases in the YAML may use one mapping in several places.
    return [dict(item) if isinstance(item, dict) else item for item in items] if isinstance(items, list) else []


def _number_items(items: list[Value], path: str, kind: str) -> list[OutlineFault]:
    """Give each item its position as number, unless every item has one.

    Numbers are compared as the fields read them.
    """
    mappings = [item for item in items if isinstance(item, dict)]
    numbered = [item for item in mappings if not is_nothing(item.get("number"))]
    if not numbered:
        for position, item in enumerate(items, start=1):
            if isinstance(item, dict):
                item["number"] = str(position)
        return []
    faults: list[OutlineFault] = []
    if len(numbered) != len(mappings):
        faults.append(
            OutlineFault(path, f"a number on {len(numbered)} of {len(mappings)} {kind}s", "a number on all, or on none")
        )
        for item in mappings:
            item.setdefault("number", "1")
    written: dict[object, list[str]] = {}
    for item in numbered:
        written.setdefault(_number_of(item["number"]), []).append(str(item["number"]))
    for number, spellings in written.items():
        if len(spellings) > 1:
            different = dict.fromkeys(spellings)
            also = f" (written {', '.join(different)})" if len(different) > 1 else ""
            faults.append(
                OutlineFault(
                    path, f"number {number} on {len(spellings)} {kind}s{also}", f"a different number on each {kind}"
                )
            )
    return faults


def _number_of(value: Value) -> object:
    try:
        return as_whole_number(value) if isinstance(value, str) else str(value)
    except ValueError:
        return value


def _invalid(faults: list[OutlineFault]) -> OutlineInvalid:
    return OutlineInvalid("\n".join(dict.fromkeys(map(str, faults))))
