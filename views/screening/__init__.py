"""The township's reading desk: verdicts, exceptions, red-line phrases."""
