"""The rules of the project that no linter knows; `make lint` and the tests check them."""
