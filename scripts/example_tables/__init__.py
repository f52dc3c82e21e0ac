"""Parts of scripts/facts_to_examples.py: each fills some tables of an example, by the rules."""
