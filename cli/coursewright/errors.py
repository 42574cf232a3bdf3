"""Errors of commands: one clear line a fault on standard error, and an exit code."""


class CommandFailed(Exception):
    """A command's failure in the user's words; ``lines`` go to standard error, one each."""

    exit_code = 1

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class BadInput(CommandFailed):
    """The user's input is wrong; nothing was written."""

    exit_code = 2


class Interrupted(CommandFailed):
    """The user stopped the command."""

    exit_code = 130


class OutputClosed(CommandFailed):
    """Nobody reads the output any more, as after ``| head``: what a shell shows of a program that SIGPIPE ended."""

    exit_code = 141
