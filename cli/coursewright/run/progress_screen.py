"""The picture of a run on a terminal of any size: never wider, never higher."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Group, OverflowMethod, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table

from coursewright.run.progress import ModuleProgress, RunProgress
from coursewright.run.progress_text import amounts_line, money_and_time
from coursewright.terminal import Terminal, styled

_TITLE_CHARACTERS = 40
# A table with all its columns needs this much.
_TABLE_WIDTH = 80
# Below this, the line of amounts gives way to a module.
_ROOM_FOR_AMOUNTS = 8
_MOST_TROUBLES = 3
_BETWEEN = "  "


@dataclass(frozen=True)
class ProgressScreen:
    """The state of a run, drawn for the terminal's size at each redraw."""

    progress: RunProgress
    elapsed: float
    terminal: Terminal

    def __rich__(self) -> Group:
        """Return modules, then amounts, percent and troubles."""
        return Group(*self._parts())

    def _parts(self) -> Iterator[RenderableType]:
        # The line below the picture is the cursor's.
        width, height = self.terminal.width, max(self.terminal.height - 1, 1)
        overflow: OverflowMethod = "crop" if self.terminal.options.ascii_only else "ellipsis"
        last = [_head(self.progress, self.elapsed, width)]
        if height >= _ROOM_FOR_AMOUNTS:
            last.insert(0, amounts_line(self.progress.modules, self.progress.step))
        troubles = [styled(trouble.text, "yellow") for trouble in self.progress.troubles[:_MOST_TROUBLES]]
        room = height - len(last) - sum(len(self.terminal.render_lines(text)) for text in troubles)
        yield from _modules(self.progress.modules, width, room, overflow)
        for line in last:
            yield _line(line, "bold", overflow)
        yield from troubles


def _head(progress: RunProgress, elapsed: float, width: int) -> str:
    """Return percent, remaining time, money and elapsed time, as many as fit."""
    parts = money_and_time(progress, elapsed)
    while len(parts) > 1 and cell_len(_BETWEEN.join(parts)) > width:
        parts = parts[:-1]
    return _BETWEEN.join(parts)


def _line(text: str, style: str, overflow: OverflowMethod) -> RenderableType:
    line = styled(text, style)
    line.no_wrap, line.overflow = True, overflow
    return line


def _modules(
    modules: Sequence[ModuleProgress], width: int, room: int, overflow: OverflowMethod
) -> Iterator[RenderableType]:
    """Yield all modules, or those in work with the numbers of the others."""
    heads = 1 if width >= _TABLE_WIDTH else 0
    shown, rest = list(modules), ""
    if len(modules) + heads > room:
        in_work = [module for module in modules if module.stage not in ("done", "waiting")]
        shown = in_work[: max(room - heads - 1, 0)]
        rest = _rest(modules, len(in_work) - len(shown))
    if shown:
        yield _table(shown, modules, overflow) if heads else _rows(shown, overflow)
    if rest and room > 0:
        yield _line(rest, "dim", overflow)


def _rest(modules: Sequence[ModuleProgress], more_in_work: int) -> str:
    done = sum(module.stage == "done" for module in modules)
    waiting = sum(module.stage == "waiting" for module in modules)
    counts = ((more_in_work, "more in work"), (done, "done"), (waiting, "waiting"))
    return "modules: " + ", ".join(f"{count} {what}" for count, what in counts if count)


def _rows(modules: Sequence[ModuleProgress], overflow: OverflowMethod) -> Table:
    """Return one short row a module, for narrow terminals."""
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True, overflow=overflow, ratio=1)
    table.add_column(no_wrap=True, overflow=overflow)
    for module in modules:
        table.add_row(
            str(module.number), module.title, styled(f"{module.stage} {_count(module)}".rstrip(), _style(module))
        )
    return table


def _count(module: ModuleProgress) -> str:
    done, total = {
        "content": (module.lessons_done, module.lesson_total),
        "visuals": (module.visuals_planned, module.visual_total),
        "images": (module.visuals_done, module.visual_total),
        "study parts": (module.study_done, module.study_total),
        "labs": (module.labs_done, module.lab_total),
    }.get(module.stage, (0, 0))
    return f"{done}/{total}" if total else ""


def _style(module: ModuleProgress) -> str:
    return "green" if module.is_complete else "dim" if module.stage == "waiting" else "cyan"


def _table(shown: Sequence[ModuleProgress], modules: Sequence[ModuleProgress], overflow: OverflowMethod) -> Table:
    """Return one row a module, one column a stage; ``modules`` decide the columns, so that they stay."""
    table = Table(box=None, pad_edge=False)
    table.add_column("Module", no_wrap=True, max_width=_TITLE_CHARACTERS, overflow=overflow)
    table.add_column("Content", min_width=18, no_wrap=True)
    table.add_column("Visuals", justify="right", no_wrap=True)
    table.add_column("Images", justify="right", no_wrap=True)
    has_study = any(module.study_total for module in modules)
    if has_study:
        table.add_column("Study", justify="right", no_wrap=True)
    has_labs = any(module.lab_total for module in modules)
    if has_labs:
        table.add_column("Labs", justify="right", no_wrap=True)
    table.add_column("Stage", no_wrap=True)
    for module in shown:
        table.add_row(
            f"{module.number:>2}  {module.title}",
            _bar(module.lessons_done, module.lesson_total),
            f"{module.visuals_planned}" if module.lessons_done else "·",
            f"{module.visuals_done}/{module.visual_total}" if module.lessons_done else "·",
            *([f"{module.study_done}/{module.study_total}" if module.study_total else "·"] if has_study else []),
            *([f"{module.labs_done}/{module.lab_total}"] if has_labs else []),
            styled(module.stage, _style(module)),
        )
    return table


def _bar(done: int, total: int) -> Table:
    cell = Table.grid(padding=(0, 1))
    cell.add_row(ProgressBar(total=max(total, 1), completed=done, width=12), f"{done}/{total}")
    return cell
