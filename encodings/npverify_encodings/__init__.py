"""The rule model of npverify and its Z3 encodings; knows no YAML, no Kubernetes objects, no command line."""
