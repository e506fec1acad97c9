"""What several commands share: context, options, interrupts."""
