"""Untidy exports, each with its right mapping and its true figures. Nothing here is ours to read
them with: only the standard library, and a writer of workbooks."""
