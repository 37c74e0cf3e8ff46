"""Stages: fetch from storage, call a pure step, store what it gives, skip what is unchanged.

They know the lake and the steps, and nothing of an orchestrator: Dagster's assets, the command
line and tests all call the same functions.
"""
