"""Composition root: profile, adapters, activities, worker."""
