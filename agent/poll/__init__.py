"""Polls: the account is asked at a pace for what raises no event."""
