"""Serve the models of local AWS on loopback: ``python -m offline_author --port N``.

``COURSEWRIGHT_AUTHOR_PATH`` is the path before every route. It is not an argument: other users can read a command line.
``COURSEWRIGHT_AUTHOR_MODELS`` is the file of models that others have.
"""

import argparse
import os
from pathlib import Path

import uvicorn

from offline_author.app import Author, create_app
from offline_author.behaviour import Behaviour, BehaviourBook

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="offline_author", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    path = os.environ.get("COURSEWRIGHT_AUTHOR_PATH", "")
    models = Path(os.environ["COURSEWRIGHT_AUTHOR_MODELS"]) if "COURSEWRIGHT_AUTHOR_MODELS" in os.environ else None
    app = create_app(Author(BehaviourBook(Behaviour.from_environment()), models), path)
    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning")
