"""Reports: answers and findings as text, JSON and YAML; they solve nothing."""
