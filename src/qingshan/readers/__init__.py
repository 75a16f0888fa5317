"""Readers, one module per kind of file: in flow the bytes of a source as received, out flows its raw text.

Nothing here cleans or repairs.
"""
