"""Languages of listings: the names that writers use, and the names that highlighters know."""

_OTHER_NAMES = {
    "c++": "cpp",
    "cplusplus": "cpp",
    "h++": "cpp",
    "c#": "cs",
    "csharp": "cs",
    "f#": "fsharp",
    "objective-c": "objectivec",
    "golang": "go",
    "shell": "bash",
    "sh": "bash",
    "zsh": "bash",
    "py": "python",
    "python3": "python",
    "js": "javascript",
    "jsx": "javascript",
    "ts": "typescript",
    "tsx": "typescript",
    "yml": "yaml",
    "jsonc": "json",
    "json5": "json",
    "psql": "sql",
    "postgresql": "sql",
    "postgres": "sql",
    "pgsql": "sql",
    "mysql": "sql",
    "plpgsql": "sql",
    "docker": "dockerfile",
    "tf": "hcl",
    "terraform": "hcl",
    "rs": "rust",
    "rb": "ruby",
    "kt": "kotlin",
    "ps1": "powershell",
    "pwsh": "powershell",
}
OUTPUT = frozenset({"text", "txt", "plain", "plaintext", "output", "console", "stdout", "log", "none", ""})
"""Names that are no language: plain text, program output, terminal sessions."""


def language_of(info: str) -> str:
    """Return the highlighter's name of a fence's language, from its info string; empty for none.

    ``c++`` gives ``cpp``, ``{python}`` and ``python title="x"`` give ``python``, ``yaml+jinja`` gives ``yaml``.
    """
    words = info.replace(",", " ").split()
    name = words[0].strip("{}").lstrip(".").casefold() if words else ""
    name = _OTHER_NAMES.get(name, name)
    if "+" in name:
        first = name.partition("+")[0]
        name = _OTHER_NAMES.get(first, first)
    # Other info strings (a file name, a sentence) would be printed, or would break a format's syntax.
    return name if all(letter.isalnum() or letter in "-_" for letter in name) and name.isascii() else ""
