"""The parts of `tests/bench.py`: how fast, how large and how responsive abtui is, each against a yardstick of the same run."""
