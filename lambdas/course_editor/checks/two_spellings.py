"""Check for identifiers of the brief and commands that code spells in two ways."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from course_editor.checks.lesson_blocks import Block
from course_editor.checks.lesson_texts import LessonText
from course_kit.brief.course_brief import CourseBrief
from course_kit.records.editing import Finding, FindingKind

_IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)+|[a-z][a-z0-9]*(?:[A-Z][a-z0-9]+)+")
_PARTS = re.compile(r"[A-Z]?[a-z0-9]+")
# Not a part of a path, an address, a file's name or a longer name.
_IN_CODE = re.compile(
    rf"(?<![\w./@:$%-])(?:{_IDENTIFIER.pattern})(?![\w/@:-]|\.(?:ya?ml|json|py|js|ts|sh|sql|md|txt|service|conf|io|com|org|net|local))"
)
_CODE_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_SHELLS = frozenset({"sh", "bash", "shell", "console", "zsh", "shell-session", "terminal"})
_COMMAND = re.compile(
    r"(?:^|[|;&]\s*|&&\s*|\bsudo\s+)(?P<first>[a-z][a-z0-9]*)(?P<sign>[- ])(?P<second>[a-z][a-z0-9]*)(?=\s|$)"
)
_PROMPT = re.compile(r"^\s*[$#%>]\s+(.*)$")


def spellings_of_identifiers(lessons: Sequence[LessonText], brief: CourseBrief) -> Iterator[Finding]:
    """Yield a finding for each block that spells an identifier of the brief otherwise: ``jobQueue`` for ``job_queue``.

    A class ``JobQueue`` and a constant ``JOB_QUEUE`` are things of their own. In a code block, only a language counts
    in which the course has the brief's spelling, too: names of containers, say, have no underscores.
    """
    names = {*(fact.name for fact in brief.example.facts), *(term.term for term in brief.terms)}
    wanted = {_parts(name): name for name in sorted(names) if _IDENTIFIER.fullmatch(name)}
    if not wanted:
        return
    languages: dict[str, set[str]] = defaultdict(set)
    for lesson in lessons:
        for block in lesson.blocks:
            for sample in block.codes:
                for name in _IN_CODE.findall(sample.code):
                    languages[name].add(sample.language)
    for lesson in lessons:
        for block in lesson.blocks:
            found = dict.fromkeys(name for name in _identifiers(block, wanted, languages))
            for name in found:
                yield Finding(
                    kind=FindingKind.TWO_SPELLINGS,
                    about=name,
                    expected=wanted[_parts(name)],
                    passages=(lesson.passage(block),),
                )


def _identifiers(block: Block, wanted: dict[tuple[str, ...], str], languages: dict[str, set[str]]) -> Iterator[str]:
    for text in block.texts:
        for span in _CODE_SPAN.findall(text):
            yield from (name for name in _IN_CODE.findall(span) if wanted.get(_parts(name), name) != name)
    for sample in block.codes:
        for name in _IN_CODE.findall(sample.code):
            expected = wanted.get(_parts(name), name)
            if expected != name and sample.language in languages[expected]:
                yield name


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.lower() for part in _PARTS.findall(name))


def spellings_of_commands(lessons: Sequence[LessonText]) -> Iterator[Finding]:
    """Yield a finding for each block with the rarer spelling of a command: ``docker-compose`` and ``docker compose``.

    A lesson that has both speaks about them.
    """
    uses: list[tuple[LessonText, Block, set[tuple[str, str, str]]]] = []
    for lesson in lessons:
        for block in lesson.blocks:
            commands = {command for sample in block.codes for command in _commands(sample.language, sample.code)}
            if commands:
                uses.append((lesson, block, commands))
    by_lesson: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for lesson, _, commands in uses:
        by_lesson[str(lesson.lesson)] |= commands
    counts = Counter(command for commands in by_lesson.values() for command in commands)
    order = {
        command: number for number, command in enumerate(c for commands in by_lesson.values() for c in sorted(commands))
    }
    for lesson, block, commands in uses:
        for first, sign, second in sorted(commands):
            own, other = (first, sign, second), (first, " " if sign == "-" else "-", second)
            is_both = other in by_lesson[str(lesson.lesson)]
            if other in counts and not is_both and (counts[own], -order[own]) < (counts[other], -order[other]):
                yield Finding(
                    kind=FindingKind.TWO_SPELLINGS,
                    about="".join(own),
                    expected="".join(other),
                    passages=(lesson.passage(block),),
                )


def _commands(language: str, code: str) -> Iterator[tuple[str, str, str]]:
    if language not in _SHELLS:
        return
    lines = code.split("\n")
    prompted = [found[1] for line in lines if (found := _PROMPT.match(line))]
    for line in prompted or lines:
        for found in _COMMAND.finditer(line.strip()):
            yield found["first"], found["sign"], found["second"]
