"""群众口碑 on pages: for those who work here, and behind the link of an invitation."""
