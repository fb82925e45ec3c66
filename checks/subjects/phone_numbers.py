"""Who is at the other end: numbers compared by their digits, and the customer behind a number."""

from __future__ import annotations

from typing import Final

import polars as pl

SIP_USER: Final = r"(?i)sips?:([^@;>]+)@"
MOBILE: Final = r"^[0-9]{0,4}(1[3-9][0-9]{9})$"
"""A mobile number, perhaps behind a country code or the digits that get an outside line."""
COUNTRY_CODE: Final = r"^(?:00)?86([0-9]{10,})$"
EXTENSION: Final = r"(?i)([0-9])\s*(?:转|ext|x).*$"
"""What stands behind a digit and leads to one desk of a company: left out."""
SEPARATORS: Final = r"[/,，;；、\r\n]+"
WHOLE_NUMBER: Final = 7
"""Digits from which a part of a cell is a number of its own, so that blanks between such parts
separate them."""


def digits(number: pl.Expr) -> pl.Expr:
    """A telephone number as the digits by which it is compared; null when no digit is left.

    Of a SIP address its user; a mobile number alone, whatever was dialled before it; of others
    without the country code and one leading 0.
    """
    user = number.str.extract(SIP_USER)
    bare = pl.coalesce(user, number).str.replace_all(r"[^0-9]", "")
    fixed = bare.str.replace(COUNTRY_CODE, "${1}").str.replace(r"^0", "")
    compared = pl.coalesce(bare.str.extract(MOBILE), fixed)
    return pl.when(compared != "").then(compared)


def numbers(contact: pl.Expr) -> pl.Expr:
    """Every number that a contact cell holds, as a list of texts; blanks separate only whole
    numbers."""
    # Blanks inside a number ("138 0000 0001") do not separate; between whole numbers they do.
    parts = contact.str.replace_all(SEPARATORS, "\n").str.split("\n")
    return parts.list.eval(_spaced(pl.element())).list.eval(pl.element().explode())


def _spaced(part: pl.Expr) -> pl.Expr:
    """The parts between blanks where each is a whole number, else the text itself, as a list."""
    pieces = part.str.strip_chars().str.replace_all(r"\s+", " ").str.split(" ")
    whole = pieces.list.eval(pl.element().str.count_matches(r"[0-9]") >= WHOLE_NUMBER).list.all()
    return pl.when(whole).then(pieces).otherwise(pl.concat_list(part))


def customer_by_number(customers: pl.LazyFrame, contacts: pl.LazyFrame) -> pl.LazyFrame:
    """`party_number`, `number_customer`: the one customer of each number, null where several have
    it."""
    cells = pl.concat(
        [frame.select("customer_id", "contact") for frame in (customers, contacts)]
    ).drop_nulls()
    single = cells.unique().with_columns(contact=numbers(pl.col("contact"))).explode("contact")
    pairs = single.select(
        "customer_id", party_number=digits(pl.col("contact").str.replace(EXTENSION, "${1}"))
    )
    return (
        pairs.drop_nulls()
        .group_by("party_number")
        .agg(
            pl.col("customer_id").n_unique().alias("owners"),
            number_customer=pl.col("customer_id").min(),
        )
        .select(
            "party_number", number_customer=pl.when(pl.col("owners") == 1).then("number_customer")
        )
        .with_columns(shared=pl.col("number_customer").is_null())
    )


def resolved(calls: pl.LazyFrame, callers: pl.LazyFrame) -> pl.LazyFrame:
    """Calls with who is at the other end: `customer_id` filled from the number where the log has
    none, as in `own_customer_id`, `party_number`, `caller_unknown` (the log says who it is, but
    nobody can tell whom it means: no tier holds), `party_unreadable` (nothing readable names the
    party).

    callers: as of customer_by_number.
    """
    numbered = calls.with_columns(party_number=digits(pl.col("number")))
    known = numbered.join(callers, on="party_number", how="left", maintain_order="left")
    own, by_number = pl.col("customer_id"), pl.col("number_customer")
    lost, number_lost = pl.col("customer_id_unreadable"), pl.col("number_unreadable")
    customer = pl.coalesce(own, pl.when(~lost).then(by_number))
    doubtful = lost | number_lost | pl.col("shared").fill_null(False)
    return known.with_columns(customer_id=customer, own_customer_id=own).with_columns(
        caller_unknown=pl.col("customer_id").is_null() & doubtful,
        party_unreadable=pl.col("customer_id").is_null()
        & pl.col("party_number").is_null()
        & (lost | number_lost),
    )
