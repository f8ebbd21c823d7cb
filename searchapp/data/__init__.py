"""What was learnt or listed: phrases, verbs, addressees."""
