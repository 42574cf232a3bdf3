"""The commands: what each asks of the user. The work is done by the modules beside this folder."""
