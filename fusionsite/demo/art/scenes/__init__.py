"""One module per scene: `paint(canvas)` paints it and leaves the visible skin in the canvas."""
