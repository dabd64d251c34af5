"""Findings and explanations as people and programs read them: table, text, SVG, JSON, CSV, rule pages."""
