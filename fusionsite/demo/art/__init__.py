"""The generator of the demo's pictures: templates, stand-in visitors, nothing photographed.

A development tool (it needs SciPy): what it rendered is committed in `fusionsite/demo/pictures`,
and nothing at run time imports this package.
"""
