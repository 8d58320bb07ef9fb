"""`python -m npverify`."""

from npverify.cli import main

if __name__ == "__main__":
    main()
