"""What is known of assets: keys, definitions, results, records and errors, as frozen values.

Nothing here runs code, reads disks or knows of notebooks, and nothing here imports the rest of the package.
"""
