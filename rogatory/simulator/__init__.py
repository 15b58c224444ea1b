"""The requested state as a program: it implements the real folder channel and verifies what it receives."""
