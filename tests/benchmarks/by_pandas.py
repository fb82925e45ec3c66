"""The phone and online rules (5 of 49) by hand in pandas, over months as `kelou generate` writes
them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd

from checks.concepts import Period
from checks.subjects.courtesy_words import COURTESY

RINGS: Final[dict[str, dict[str, float]]] = {
    "TC-6.1-phone": {"core": 3, "important": 5, "ordinary": 6},
    "RC-8.2-phone": {"core": 3, "important": 3, "ordinary": 6, "intent": 5, "potential": 5},
    "CD-3.1-phone": dict.fromkeys(("core", "important", "ordinary", "intent", "potential"), 3),
}
SECONDS: Final[dict[str, dict[str, float]]] = {
    "TC-6.1-online": {"core": 300, "important": 600, "ordinary": 900},
    "RC-8.2-online": {"core": 300, "important": 300, "intent": 900, "potential": 900},
}
RULES: Final = (*RINGS, *SECONDS)
CYCLE: Final = pd.Timedelta(seconds=5)
EARLY: Final = pd.Timestamp(1900, 1, 1)


def judge(folder: Path, period: Period) -> pd.DataFrame:
    """rule_id, subject_id, verdict, reason of the obligations in scope."""
    tables = {
        name: _read(folder, name)
        for name in ("calls", "chats", "customers", "customer_contacts", "exemptions")
    }
    before, now = (_as_of(tables, pd.Timestamp(at)) for at in (period.start, period.cutoff))
    key = ["rule_id", "subject_id"]
    closed = before.loc[before["outcome"] != "pending", key].assign(closed=True)
    found = now[now["since"] < period.end].merge(closed, on=key, how="left")
    found = found[found["closed"].isna() | (found["since"] == period.start)]
    verdict = found["outcome"].str.partition(":")
    return found[key].assign(verdict=verdict[0], reason=verdict[2])


def _read(folder: Path, name: str) -> pd.DataFrame:
    return pd.concat(
        [pd.read_parquet(file) for file in sorted((folder / name).glob("*.parquet"))],
        ignore_index=True,
    )


def _as_of(tables: dict[str, pd.DataFrame], cutoff: pd.Timestamp) -> pd.DataFrame:
    found = pd.concat([_phone(tables, cutoff), _online(tables, cutoff)], ignore_index=True)
    allowed = tables["exemptions"]
    first = allowed[allowed["approved_at"] <= cutoff].groupby(
        ["subject_id", "rule_id"], dropna=False
    )["approved_at"]
    approved = first.min().reset_index()
    whole = approved.loc[approved["rule_id"].isna(), ["subject_id", "approved_at"]]
    own = approved[approved["rule_id"].notna()].rename(columns={"approved_at": "own"})
    found = found.merge(own, on=["subject_id", "rule_id"], how="left").merge(
        whole, on="subject_id", how="left"
    )
    eased = found["outcome"].str.partition(":")[0].isin(["late", "overdue", "pending", "unknown"])
    due = found["due"].fillna(cutoff)
    for at in (found["approved_at"], found["own"]):
        found.loc[eased & (at <= due), "outcome"] = "exempt:approved"
    return found


def _digits(number: Any) -> Any:
    """One number a cell, as generated months have it."""
    bare = number.str.replace(r"\D", "", regex=True)
    mobile = bare.str.extract(r"^\d{0,4}(1[3-9]\d{9})$", expand=False)
    other = bare.str.replace(r"^(?:00)?86(?=\d{10})", "", regex=True).str.replace(
        r"^0", "", regex=True
    )
    return mobile.fillna(other.where(other != ""))


def _tier(frame: pd.DataFrame, customers: pd.DataFrame) -> pd.Series:
    """The tier at `since`; a caller whom nobody knows is a potential customer."""
    periods = customers.assign(valid_from=customers["valid_from"].fillna(EARLY)).sort_values(
        "valid_from"
    )
    asked = frame.reset_index(names="row").sort_values("since")
    periods = periods[["customer_id", "valid_from", "tier"]].astype(
        {"valid_from": asked["since"].dtype}
    )
    met = pd.merge_asof(asked, periods, left_on="since", right_on="valid_from", by="customer_id")
    tier = met.set_index("row")["tier"].reindex(frame.index)
    return tier.where(frame["customer_id"].notna(), "potential")


def _phone(tables: dict[str, pd.DataFrame], cutoff: pd.Timestamp) -> pd.DataFrame:
    calls = tables["calls"]
    calls = calls[(calls["direction"] == "inbound") & (calls["started_at"] <= cutoff)].copy()
    owners = pd.concat([tables["customers"], tables["customer_contacts"]])[
        ["customer_id", "contact"]
    ]
    owners = owners.assign(contact=_digits(owners["contact"])).dropna().drop_duplicates()
    single = owners.drop_duplicates("contact", keep=False).set_index("contact")["customer_id"]
    number = _digits(calls["number"])
    calls["customer_id"] = calls["customer_id"].fillna(number.map(single))
    calls["since"] = calls["started_at"]
    several = calls["customer_id"].isna() & number.isin(owners["contact"])
    calls["tier"] = _tier(calls, tables["customers"]).mask(several)
    calls["answered"], calls["ended"] = (
        calls[c].where(calls[c] <= cutoff) for c in ("answered_at", "ended_at")
    )
    later = (calls["answered_at"] > cutoff) | (calls["ended_at"] > cutoff)
    calls["going_on"] = later & calls["answered"].isna()
    rang = (calls["answered"] - calls["started_at"]).dt.total_seconds()
    calls["heard"] = calls["rings"].fillna((-(-rang // CYCLE.total_seconds())).clip(1))
    return pd.concat([_ring_rule(rule, limits, calls) for rule, limits in RINGS.items()])


def _ring_rule(rule: str, limits: dict[str, float], calls: pd.DataFrame) -> pd.DataFrame:
    limit = calls["tier"].map(limits) if len(set(limits.values())) > 1 or len(limits) < 5 else 3
    found = pd.DataFrame(
        {"rule_id": rule, "subject_id": calls["call_id"], "since": calls["since"], "limit": limit}
    )
    due = calls["since"] + CYCLE * found["limit"]
    rings, ended = calls["rings"], calls["ended"]
    outcome = pd.Series("exempt:abandoned_early", index=calls.index)
    outcome[(rings >= found["limit"]) | (rings.isna() & (ended >= due))] = "overdue"
    outcome[rings.isna() & ended.isna()] = "unknown:no_timestamp"
    outcome[calls["disposition"] == "busy"] = "exempt:line_busy"
    answered = calls["answered"].notna() | (calls["disposition"] == "answered")
    outcome[answered] = "unknown:no_timestamp"
    outcome[answered & (calls["heard"] > found["limit"])] = "late"
    outcome[answered & (calls["heard"] <= found["limit"])] = "met"
    outcome[calls["going_on"]] = "pending"
    outcome[calls["answered"] < calls["started_at"]] = "unknown:before_start"
    outcome[found["limit"].isna()] = "unknown:tier"
    return found.assign(outcome=outcome, due=due)[found["limit"].notna() | calls["tier"].isna()]


def _online(tables: dict[str, pd.DataFrame], cutoff: pd.Timestamp) -> pd.DataFrame:
    chats = tables["chats"]
    turn = chats["sender"].map({"customer": 0, "agent": 1}).fillna(2)
    chats = chats.assign(turn=turn)[chats["sent_at"] <= cutoff]
    chats = chats.sort_values(["conversation_id", "sent_at", "turn", "message_id"])
    conversation = chats.groupby("conversation_id", sort=False)
    human = chats["sender"].where(chats["sender"].isin(["customer", "agent"]))
    last = human.groupby(chats["conversation_id"], sort=False).ffill()
    last = last.groupby(chats["conversation_id"], sort=False).shift()
    before = conversation["sent_at"].shift()
    starts = before.isna() | (
        (chats["sent_at"] - before >= pd.Timedelta(hours=6)) & (last.fillna("agent") == "agent")
    )
    session = starts.astype(int).groupby(chats["conversation_id"], sort=False).cumsum()
    chats = chats.assign(subject_id=chats["conversation_id"] + "#" + session.astype(str), last=last)
    asked, by_agent = (
        chats["sender"] == "customer",
        (chats["sender"] == "agent") & (chats["last"] == "customer"),
    )
    found = chats[asked].groupby("subject_id")["sent_at"].min().rename("since").to_frame()
    found["replied"] = chats[by_agent].groupby("subject_id")["sent_at"].min()
    found["customer_id"] = chats.groupby("subject_id")["customer_id"].first()
    found["tier"] = _tier(found, tables["customers"])
    silent = chats[asked & chats["subject_id"].isin(found.index[found["replied"].isna()])]
    bare = silent["text"].str.lower().str.replace(r"[\W_]", "", regex=True)
    polite = bare.str.fullmatch(
        "(?:" + "|".join(sorted(COURTESY, key=len, reverse=True)) + ")+"
    ).fillna(False)
    found["polite"] = (
        polite.astype(bool)
        .groupby(silent["subject_id"])
        .all()
        .reindex(found.index, fill_value=False)
    )
    return pd.concat([_reply_rule(rule, limits, found, cutoff) for rule, limits in SECONDS.items()])


def _reply_rule(
    rule: str, limits: dict[str, float], found: pd.DataFrame, cutoff: pd.Timestamp
) -> pd.DataFrame:
    due = found["since"] + pd.to_timedelta(found["tier"].map(limits), unit="s")
    outcome = pd.Series("pending", index=found.index)
    outcome[due < cutoff] = "overdue"
    outcome[found["replied"] > due] = "late"
    outcome[found["replied"] <= due] = "met"
    outcome[found["replied"].isna() & found["polite"]] = "exempt:courtesy_only"
    outcome[found["tier"].isna()] = "unknown:tier"
    rows = found.assign(rule_id=rule, due=due, outcome=outcome).reset_index()
    return rows.loc[
        (due.notna() | found["tier"].isna()).to_numpy(),
        ["rule_id", "subject_id", "since", "due", "outcome"],
    ]
