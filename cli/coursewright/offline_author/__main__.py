"""``python -m coursewright.offline_author --port N`` serves the author on loopback."""

import argparse

import uvicorn

from coursewright.offline_author.app import Author, create_app
from coursewright.offline_author.behaviour import Behaviour, BehaviourBook

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="coursewright.offline_author", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    app = create_app(Author(BehaviourBook(Behaviour.from_environment())))
    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning")
