"""The commands of `suiteloom`, one a file."""
