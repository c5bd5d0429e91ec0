"""Helpers for people who look at the product while they change it."""
