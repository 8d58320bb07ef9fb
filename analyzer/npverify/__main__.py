"""`python -m npverify`."""

from npverify.cli import program

if __name__ == "__main__":
    program()
