"""What the United Nations print: symbols, verbs, dates, numbers, and their one spelling."""
