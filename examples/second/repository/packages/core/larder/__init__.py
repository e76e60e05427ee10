"""Recipes as plain text, and exact amounts."""
