"""The catalogue of formal documents and what each one shows. Pure."""
