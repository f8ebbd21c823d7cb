"""Letters, words and sentences, of whatever text."""
