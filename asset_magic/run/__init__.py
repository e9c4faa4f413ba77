"""Making assets: what has to run, in which order, running it, and what came out.

The functions here know no notebook: what they need of the world they ask of a `Host`.
"""
