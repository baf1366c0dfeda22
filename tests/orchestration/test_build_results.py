from __future__ import annotations

from orchestration.building.results import one_sentence, summarize

MANIFEST = {
    "nodes": {
        "model.k.orders": {
            "resource_type": "model",
            "name": "orders",
            "original_file_path": "models/marts/orders.sql",
        },
        "test.k.rates": {
            "resource_type": "test",
            "name": "orders_have_exchange_rates",
            "original_file_path": "tests/orders_have_exchange_rates.sql",
            "description": "An order without a rate\nhas no value.",
        },
        "test.k.unique": {
            "resource_type": "test",
            "name": "unique_orders_order_id",
            "attached_node": "model.k.orders",
            "original_file_path": "models/marts/_marts.yml",
        },
    }
}


def result(unique_id: str, status: str, **more: object) -> dict[str, object]:
    return {"unique_id": unique_id, "status": status, **more}


def test_failed_test_gives_row_count_and_description() -> None:
    failed = summarize(MANIFEST, [result("test.k.rates", "fail", failures=3, message="Got 3")])
    assert failed.reason == (
        "test `orders_have_exchange_rates` found 3 rows: An order without a rate has no value."
    )


def test_failed_test_shows_its_first_row() -> None:
    failed = summarize(
        MANIFEST,
        [result("test.k.rates", "fail", failures=1)],
        lambda *_: [{"currency": "XAU", "day": "2026-03-01"}, {"currency": "XAG", "day": "x"}],
    )
    assert failed.reason == (
        "test `orders_have_exchange_rates` found 1 row: currency XAU, day 2026-03-01: "
        "An order without a rate has no value."
    )


def test_column_problem_is_shown_without_its_name() -> None:
    failed = summarize(
        MANIFEST,
        [result("test.k.unique", "fail", failures=1)],
        lambda *_: [{"problem": "scheme usage leaves a hole"}],
    )
    assert "found 1 row: scheme usage leaves a hole: models/" in failed.reason


def test_generic_test_names_its_model() -> None:
    failed = summarize(MANIFEST, [result("test.k.unique", "fail", failures=1, message="Got 1")])
    assert failed.reason.startswith("test `unique_orders_order_id` on `orders` found 1 row:")


def test_failed_model_is_named_before_failed_tests() -> None:
    failed = summarize(
        MANIFEST,
        [
            result("test.k.rates", "fail", failures=3),
            result(
                "model.k.orders",
                "error",
                message="Runtime Error in model orders (models/marts/orders.sql)\n"
                '  Binder Error: Referenced column "x" not found\n\n'
                "  LINE 12: select x\n",
            ),
        ],
    )
    assert failed.reason.startswith(
        "model `orders` (models/marts/orders.sql) failed: "
        'Binder Error: Referenced column "x" not found (and 1 more: test'
    )


def test_warnings_do_not_fail() -> None:
    warned = summarize(MANIFEST, [result("test.k.unique", "warn", failures=2)])
    assert warned.failures == ()
    assert list(warned.warnings) == ["test.k.unique"]


def test_warning_that_is_sentences_is_shown_as_them() -> None:
    warned = summarize(
        MANIFEST,
        [result("test.k.rates", "warn", failures=2)],
        lambda *_: [{"problem": "2 orders of shop have no rate"}, {"problem": "robots"}],
    )
    assert warned.warnings == {"test.k.rates": "2 orders of shop have no rate\nrobots"}


def test_passes_and_skips_give_no_text() -> None:
    quiet = summarize(
        MANIFEST, [result("model.k.orders", "success"), result("test.k.unique", "skipped")]
    )
    assert (quiet.failures, quiet.warnings, quiet.skipped) == ((), {}, 1)


def test_long_message_is_cut() -> None:
    assert len(one_sentence("x" * 5000)) <= 600


def test_colours_and_headings_are_removed() -> None:
    assert one_sentence("\x1b[31mEncountered an error:\x1b[0m\nParsing Error\n  bad\n  yaml") == (
        "bad yaml"
    )
