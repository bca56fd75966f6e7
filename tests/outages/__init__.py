"""What goes wrong with the machine, played for real: what a person reads, what a program reads, and that it passes."""
