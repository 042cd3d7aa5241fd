"""Coverage-guided fuzzing of everything that reads text of others: see README.md beside this."""
