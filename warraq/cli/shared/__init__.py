"""Shared by several commands: context, options, interrupts."""
