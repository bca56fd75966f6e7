"""Reminders: what should reach people outside the application, so that no chat group is needed."""

from models.reminders.records import Bookmark, Reminder

__all__ = ["Bookmark", "Reminder"]
