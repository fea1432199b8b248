"""Tunesmith's trainer: everything that touches tensors, in one process per run."""
