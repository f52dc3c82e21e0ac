"""The words of milepost: one frozen class a table, units in the field names, by subject.

From these classes follow the CSV and XLSX reader, the XLSX template and the reference page.
"""

from __future__ import annotations

from milepost.records.kinds import Row
from milepost.records.tables.agreements import (
    Agreement,
    ForceCondition,
    ForceRule,
    ForceWeight,
    Instrument,
    Party,
)
from milepost.records.tables.costs import Cost, Financing, Growth, Price
from milepost.records.tables.follow_up import (
    Commitment,
    Contact,
    DateChange,
    DateRequest,
    Dependency,
    Driver,
    Duration,
    Evidence,
    KnownAs,
    Meeting,
    Milestone,
)
from milepost.records.tables.network import (
    Count,
    Crossing,
    Effect,
    Link,
    Mode,
    Node,
    Restriction,
    Service,
)
from milepost.records.tables.trade import (
    Capacity,
    Cargo,
    Country,
    Flow,
    Param,
    ReportedTrade,
    Route,
    Sector,
    SectorAccount,
    SectorInput,
    SectorTrade,
)

__all__ = [
    "ONLY_FOR_VALUES",
    "TABLES",
    "Agreement",
    "Capacity",
    "Cargo",
    "Commitment",
    "Contact",
    "Cost",
    "Count",
    "Country",
    "Crossing",
    "DateChange",
    "DateRequest",
    "Dependency",
    "Driver",
    "Duration",
    "Effect",
    "Evidence",
    "Financing",
    "Flow",
    "ForceCondition",
    "ForceRule",
    "ForceWeight",
    "Growth",
    "Instrument",
    "KnownAs",
    "Link",
    "Meeting",
    "Milestone",
    "Mode",
    "Node",
    "Param",
    "Party",
    "Price",
    "ReportedTrade",
    "Restriction",
    "Route",
    "Sector",
    "SectorAccount",
    "SectorInput",
    "SectorTrade",
    "Service",
]

TABLES: dict[str, type[Row]] = {
    row.table: row
    for row in (
        Party,
        Agreement,
        Instrument,
        ForceRule,
        ForceCondition,
        ForceWeight,
        Commitment,
        Milestone,
        DateChange,
        DateRequest,
        Dependency,
        Duration,
        Driver,
        Evidence,
        Meeting,
        Contact,
        KnownAs,
        Node,
        Link,
        Crossing,
        Service,
        Effect,
        Restriction,
        Country,
        Flow,
        Cargo,
        Sector,
        SectorTrade,
        SectorAccount,
        SectorInput,
        Capacity,
        ReportedTrade,
        Route,
        Count,
        Cost,
        Financing,
        Growth,
        Price,
        Param,
    )
}

# What only the model reads: a fault there leaves the register usable. Restrictions and capacities are shown
# by the register too.
ONLY_FOR_VALUES = frozenset(
    row.table
    for row in (
        Node,
        Link,
        Crossing,
        Service,
        Effect,
        Country,
        Flow,
        Cargo,
        Sector,
        SectorTrade,
        SectorAccount,
        SectorInput,
        ReportedTrade,
        Route,
        Count,
        Cost,
        Financing,
        Growth,
        Price,
        Param,
    )
)
