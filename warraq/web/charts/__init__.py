"""Charts: geometry of pictures that templates draw as SVG. A chart is readable without colour and has a table behind it."""
