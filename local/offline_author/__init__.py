"""The offline author: an OpenAI-compatible server that writes drafts from the specification in a prompt.

It replaces a language model, so that the whole production path runs without an account or a network.
"""
