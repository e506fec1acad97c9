"""`python -m warraq`: the same program if the console script is not on the path."""

from warraq.cli.main import main

if __name__ == "__main__":
    main()
