"""What commands share: options, progress, lists on the terminal."""
