"""Run as a program, isolated: imports a handler, and all that its code imports later, inside a function.

``python -I -S isolated_import.py PACKAGE ASSET LAYER…`` sees the standard library, the asset and the layers.
"""

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path


def imports_of(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Every import statement but those that only type checkers read."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for other in node.orelse:
                yield from imports_of(other)
        else:
            yield from imports_of(node)


def main(package: str, asset: str, *layers: str) -> None:
    sys.path += [asset, *layers]
    importlib.import_module(f"{package}.handler").lambda_handler  # noqa: B018 - that it is there is the test
    seen: set[Path] = set()
    # What is imported inside a function may import inside a function, too.
    while new := _own_modules(asset) - seen:
        seen |= new
        for path in new:
            for node in imports_of(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    for name in node.names:
                        importlib.import_module(name.name)
                elif node.module and not node.level:
                    for name in node.names:
                        exec(f"from {node.module} import {name.name}", {})  # noqa: S102 - as the code itself would


def _own_modules(asset: str) -> set[Path]:
    named = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    files = [Path(name) for name in named if name]
    return {path for path in files if path.is_relative_to(asset)}


main(*sys.argv[1:])
