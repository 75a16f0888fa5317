"""The demonstration source of 2023: the text as written, the damage done to it, and what a careful reader gets."""
