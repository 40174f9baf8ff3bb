"""What `suiteloom explain` says: about the language (its declarations) and about a flow (its plan)."""
