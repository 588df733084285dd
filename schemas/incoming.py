"""Every table that comes in, by its kind."""

from __future__ import annotations

from schemas.complaints import Actions, Capa, Complaints, Evidence, Visits
from schemas.corrections import Corrections
from schemas.customers import Customers, Opening, Qualifications
from schemas.invoices import Invoices
from schemas.orders import Orders
from schemas.prices import Discounts, LeadTimes, Prices, Transit
from schemas.receipts import Receipts
from schemas.reminders import Reminders
from schemas.shipments import Shipments
from schemas.staff import Staff
from schemas.table import Source
from schemas.tracking import Tracking
from schemas.waivers import Waivers

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
