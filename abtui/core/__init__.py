"""The core: pure functions and frozen values. No files, clock, environment, network, asyncio, rich or textual."""
