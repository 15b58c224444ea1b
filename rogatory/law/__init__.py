"""The law as dated, sourced data, and pure rules over it."""
