"""The offline author: an OpenAI-compatible server that writes drafts from the specification in the prompt.

It stands where a language model would, so that the whole production path runs with no account and no network.
"""
