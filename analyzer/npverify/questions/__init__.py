"""Questions: each a property over verdict terms and a slicing plan, nothing more."""
