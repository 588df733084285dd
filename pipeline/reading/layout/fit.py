"""A row read as the heading of one kind: which field stands where, and what it lacks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.reading.files.grid import Grid
from pipeline.reading.layout.heading_names import put_together_names, weak_names
from pipeline.reading.results import FileFinding, params
from schemas.incoming.sources import BY_WEAK_NAME, PUT_TOGETHER, Clause, Sign

Columns = dict[str, list[int]]  # field → positions, the best first


@dataclass(frozen=True)
class Fit:
    """A row read as the heading of one kind. `at`: position of the row in the grid."""

    sign: Sign
    at: int
    columns: Columns
    headings: Mapping[int, str]  # position → heading as written
    missing: tuple[tuple[str, ...], ...] = ()  # alternatives of which none is there
    is_by_weak_name: bool = False  # it is this kind only where it is no other
    names: Mapping[int, str] = field(default_factory=dict)  # position → what the heading is known by
    is_quantity_proved: bool = False  # by its figures, not by its name

    @property
    def kind(self) -> str:
        """Return the name of the table."""
        return self.sign.kind

    @property
    def explained(self) -> frozenset[int]:
        """Return the positions whose heading this kind knows."""
        return frozenset(position for positions in self.columns.values() for position in positions)

    @property
    def said(self) -> dict[str, list[str]]:
        """Return field → what its columns are known by."""
        return {name: [self.names.get(at, "") for at in places] for name, places in self.columns.items()}

    def lacking(self, columns: Columns, also: Collection[str] = ()) -> tuple[Clause, ...]:
        """Return the clauses that these columns of it, and fields told elsewhere, do not fulfil."""
        said = {name: [self.names.get(at, "") for at in places] for name, places in columns.items()}
        return self.sign.missing(told(self.sign, said) | {*also})

    def finding(self, rule: str, grid: Grid, at: int, **given: object) -> FileFinding:
        """Return a finding about the column at a position, which is shown by its heading."""
        heading = self.headings[at].strip()
        return FileFinding(rule, grid.name, heading, heading, params(**given), grid.numbers[self.at], grid.letter(at))


def strong_fields(sign: Sign, said: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the fields with a name that means them alone."""
    weak = weak_names(sign)
    return {field for field, names in said.items() if not weak.issuperset(names)}


def told(sign: Sign, said: Mapping[str, Sequence[str]]) -> set[str]:
    """Return what the fields prove that stand under these names, as the clauses of a sign ask for it.

    That is the fields with a name that means them alone; of those with a weak name only, that they have one; and which
    names are put together of usual words.
    """
    strong = strong_fields(sign, said)
    weak = {BY_WEAK_NAME + field for field in said if field not in strong}
    made = {field for field, names in said.items() if not put_together_names(f"{sign.kind}.{field}").isdisjoint(names)}
    return strong | weak | {PUT_TOGETHER + field for field in made}
