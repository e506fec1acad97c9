"""Charts: geometry that templates draw as SVG. Every chart is readable without colour and is accompanied by a table."""
