"""RFM of Online Retail against plain Python on the same files."""

from __future__ import annotations

import dataclasses
import shutil
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from data_root import REAL_DATA, DataRoot
from generated_files import write_online_retail
from independent_rfm import Invoice, Scored, as_of_dates, invoices, lines_of, once, rfm

from orchestration.paths import PROJECT_DIR

RULES = PROJECT_DIR / "seeds" / "segments" / "segment_rules.csv"
COLUMNS = ", ".join(field.name for field in dataclasses.fields(Scored))
REAL = REAL_DATA / "online_retail"
LATER, EARLIER = "online_retail_2010_2011.parquet", "online_retail_ii_2009_2010.parquet"
needs_real = pytest.mark.skipif(not (REAL / LATER).exists(), reason=f"{REAL} is not there")


def published_rfm(root: DataRoot) -> list[Scored]:
    return sorted(Scored(*row) for row in root.built(f"select {COLUMNS} from customer_rfm"))


def expected_rfm(books: list[Invoice]) -> list[Scored]:
    return rfm(books, as_of_dates(books), RULES)


def published_totals(root: DataRoot) -> dict[str, tuple]:
    """Net revenue, and of sales to customers the revenue, orders and customers."""
    (net,) = root.built("select sum(net_revenue) from orders")[0]
    sales = root.built(
        """
        select sum(gross_revenue - discount), count(*), count(distinct customer_id)
        from orders where customer_id is not null and counts_as_order
        """
    )[0]
    return {"net": (net,), "sales": sales}


def expected_totals(books: list[Invoice]) -> dict[str, tuple]:
    sales = [invoice for invoice in books if invoice.counts_as_order and invoice.customer]
    return {
        "net": (sum(invoice.amount for invoice in books),),
        "sales": (
            sum(invoice.amount for invoice in sales),
            len(sales),
            len({invoice.customer for invoice in sales}),
        ),
    }


@pytest.fixture(scope="module")
def generated(new_root: Callable[[str], DataRoot]) -> tuple[DataRoot, list[Path]]:
    root = new_root("online_retail")
    files = write_online_retail(root.folder("online_retail", "order_lines"))
    assert {file.status for file in root.land()} == {"landed"}
    root.build("customer_rfm", "orders")
    return root, files


def test_generated_files_contain_the_edges(generated: tuple[DataRoot, list[Path]]) -> None:
    _, files = generated
    lines = [lines_of(file) for file in files]
    shared = sum(((lines[0] & lines[1]) + (lines[1] & lines[2])).values())
    assert shared >= 20
    assert sum(times - 1 for file in lines for times in file.values()) >= 50
    books = invoices(once(files))
    assert len(as_of_dates(books)) == 13
    kinds = Counter((invoice.number[0], invoice.customer is None) for invoice in books)
    assert min(kinds["C", True], kinds["C", False], kinds["A", True], kinds["A", False]) >= 1
    segments = Counter(scored.rfm_segment for scored in expected_rfm(books))
    # the shop is too small for the eleventh, which takes many orders and none for long
    assert len(segments) >= 10


def test_rfm_of_generated_files(generated: tuple[DataRoot, list[Path]]) -> None:
    root, files = generated
    assert published_rfm(root) == expected_rfm(invoices(once(files)))


def test_totals_of_generated_files(generated: tuple[DataRoot, list[Path]]) -> None:
    root, files = generated
    assert published_totals(root) == expected_totals(invoices(once(files)))


@pytest.fixture(scope="module")
def real(new_root: Callable[[str], DataRoot]) -> DataRoot:
    return new_root("online_retail_real")


@pytest.fixture(scope="module")
def one_file(real: DataRoot) -> tuple[list[Scored], dict[str, tuple]]:
    """The results after only the later file has landed."""
    shutil.copy(REAL / LATER, real.folder("online_retail", "order_lines"))
    (landed,) = real.land()
    assert (landed.status, landed.rows_landed) == ("landed", 541_909)
    real.build("customer_rfm", "orders")
    return published_rfm(real), published_totals(real)


@pytest.fixture(scope="module")
def both_files(
    real: DataRoot, one_file: tuple[list[Scored], dict[str, tuple]]
) -> tuple[list[Scored], dict[str, tuple]]:
    """The results after the earlier year has landed as well."""
    assert one_file
    shutil.copy(REAL / EARLIER, real.folder("online_retail", "order_lines"))
    (landed,) = real.land()
    assert (landed.status, landed.rows_landed) == ("landed", 525_461)
    real.build("customer_rfm", "orders")
    return published_rfm(real), published_totals(real)


@needs_real
def test_real_year_has_the_published_totals(
    one_file: tuple[list[Scored], dict[str, tuple]],
) -> None:
    _, totals = one_file
    assert totals == {
        "net": (Decimal("9747747.93"),),
        "sales": (Decimal("8911407.90"), 18_532, 4_338),
    }


@needs_real
def test_rfm_of_the_real_year(one_file: tuple[list[Scored], dict[str, tuple]]) -> None:
    published, totals = one_file
    books = invoices(once([REAL / LATER]))
    assert totals == expected_totals(books)
    assert published == expected_rfm(books)


@needs_real
def test_rfm_of_both_real_years(both_files: tuple[list[Scored], dict[str, tuple]]) -> None:
    published, totals = both_files
    later, earlier = lines_of(REAL / LATER), lines_of(REAL / EARLIER)
    assert sum((later & earlier).values()) == 22_523
    books = invoices(later | earlier)
    assert totals == expected_totals(books)
    assert published == expected_rfm(books)
