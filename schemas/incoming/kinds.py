"""Every table that comes in, by its kind."""

from __future__ import annotations

from schemas.incoming.complaints import Actions, Capa, Complaints, Evidence, Visits
from schemas.incoming.corrections import Corrections
from schemas.incoming.customers import Customers, Opening, Qualifications
from schemas.incoming.invoices import Invoices
from schemas.incoming.orders import Orders
from schemas.incoming.prices import Discounts, LeadTimes, Prices, Transit
from schemas.incoming.receipts import Receipts
from schemas.incoming.reminders import Reminders
from schemas.incoming.shipments import Shipments
from schemas.incoming.staff import Staff
from schemas.incoming.tracking import Tracking
from schemas.incoming.waivers import Waivers
from schemas.table import Source

KINDS: dict[str, type[Source]] = {
    table.name: table
    for table in (
        Orders,
        Tracking,
        Shipments,
        Invoices,
        Receipts,
        Reminders,
        Complaints,
        Actions,
        Visits,
        Evidence,
        Capa,
        Customers,
        Qualifications,
        Opening,
        Prices,
        Discounts,
        LeadTimes,
        Transit,
        Staff,
        Corrections,
        Waivers,
    )
}
