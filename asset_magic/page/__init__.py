"""Pictures of the graph: pure functions from the session's snapshots to mimebundles.

What asset cells store in the notebook (`card`, `lineage`) is the same bytes for equal results, whatever the machine or
the time; what is asked for explicitly (tables, reports, details) also shows statuses. Nothing here runs code, reads
disks or knows of IPython.
"""
