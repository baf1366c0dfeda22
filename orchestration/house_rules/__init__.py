"""The rules of the house that no linter knows: run by `make lint`, and by the tests."""
