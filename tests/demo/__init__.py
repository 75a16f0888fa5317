"""The demonstration source of 2023: the text as written, the damage done to it, and what a careful reader gets.

``clean.txt`` is the text with its marks, one paragraph a line; ``expected.csv`` every figure and every lost value in the
order of the text; ``others.csv`` every other numeral with its class of the annotation guide.
"""
