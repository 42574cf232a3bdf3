"""`coursewright validate`: check an outline, and show its course."""

from rich.table import Table

from coursewright.commands.options import OutlinePath
from coursewright.terminal import Terminal


def validate(outline: OutlinePath) -> None:
    """Check an outline and show what it would become."""
    from course_kit.outline.call_sizes import words_for_lesson
    from course_kit.run.events import ContentType
    from coursewright.outline_file import OutlineFile
    from coursewright.run.left_out import left_out

    read = OutlineFile.read(outline).outline
    table = Table(title=read.course.title, title_justify="left", box=None, pad_edge=False)
    for column in ("Module", "Lessons", "Minutes", "Words", "Labs"):
        table.add_column(column, justify="left" if column == "Module" else "right")
    for module in read.modules:
        labs = len(module.lab_activities) + sum(len(lesson.lab_activities) for lesson in module.lessons)
        table.add_row(
            f"{module.number:>2}  {module.title}",
            str(len(module.lessons)),
            str(sum(module.lesson_minutes(lesson) for lesson in module.lessons)),
            f"{sum(words_for_lesson(module, lesson) for lesson in module.lessons):,}",
            str(labs),
        )
    terminal = Terminal()
    terminal.print(table)
    # `generate` makes the theory, unless it is asked for more.
    if line := left_out(read, read.module_numbers, ContentType.THEORY):
        terminal.tell(line)
