"""The extension: magics, cell bodies and plain cells, between IPython and the session."""
