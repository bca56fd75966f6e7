"""Attachments as pages show them and as programs send them ahead."""
