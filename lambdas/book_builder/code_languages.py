"""The languages of listings, by the names that writers give them and those that every highlighter knows."""

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
"""Names of what is no language: text, what a program printed, a session at a terminal."""


def language_of(info: str) -> str:
    """Return a fence's language as highlighters call it, from its info string; empty where it names none.

    ``c++`` gives ``cpp``, ``{python}`` and ``python title="x"`` give ``python``, ``yaml+jinja`` gives ``yaml``.
    """
    words = info.replace(",", " ").split()
    name = words[0].strip("{}").lstrip(".").casefold() if words else ""
    name = _OTHER_NAMES.get(name, name)
    if "+" in name:
        first = name.partition("+")[0]
        name = _OTHER_NAMES.get(first, first)
    # What else stands there (a file's name, a sentence) would be printed or break a format's own syntax.
    return name if all(letter.isalnum() or letter in "-_" for letter in name) and name.isascii() else ""
