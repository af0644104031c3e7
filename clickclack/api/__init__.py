"""The surfaces: parse, call one verb, render."""
