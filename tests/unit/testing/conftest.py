"""The plugin under test is loaded by its entry point, as in a user's project."""

pytest_plugins = ["pytester"]
