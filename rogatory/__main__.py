"""`python -m rogatory` is the command `rogatory`."""

from rogatory.cli.main import main

main()
