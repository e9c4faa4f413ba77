"""The live side: one `Session` knows the notebook's variables, the graph, and what is current.

Nothing here imports IPython; a session works as well for a plain program.
"""
