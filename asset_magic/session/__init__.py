"""The live side: one `Session` knows the notebook's variables, the graph, what is current, and how to bring it up to date.

Nothing here imports IPython; a session works as well for a plain program.
"""
