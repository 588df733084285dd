"""The run report: one offline page, no script, no request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.money import format_money
from pipeline.core.phrases import page, phrase
from pipeline.publishing import report_duties
from pipeline.publishing.charts import bars, trend_lines
from reports import WORKBOOKS
from reports.letters import FOLDER as LETTERS_FOLDER
from reports.letters import LETTERS
from schemas.derived.findings import FileState, Questions
from schemas.derived.receivables import BUCKETS
from schemas.language.words import translate
from schemas.table import HOME

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.excel.run_info import RunInfo

URGENT = 12
WORDS = (
    "title skip as_of run today open nothing_today charts ageing trend files files_note no_files urgent urgent_note "
    "no_findings carried orphans outputs foot"
).split()
FILE_HEADS = "file sheet kind read accepted held copies ignored new changed unchanged modified result".split()
FIGURES = FILE_HEADS[3:11]
URGENT_HEADS = "level place raw problem remedy owner due".split()
RESULTS: dict[FileState, str] = {
    "read": "ok",
    "known": "ok",
    "refused": "bad",
    "waiting": "soon",
    "undone": "soon",
    "claimed": "soon",
}


@dataclass(frozen=True)
class TrendPoint:
    """One point of the trend: open findings to correct first (files refused, rows held), and those that only flag."""

    day: str
    holds: int
    flags: int


def write_report(
    tables: Mapping[str, pd.DataFrame],
    counts: Mapping[str, Any],
    trend: Sequence[TrendPoint],
    run_info: RunInfo,
    folder: Path,
) -> Path:
    """Write the report page into a folder; the same night gives the same bytes."""
    lang = run_info.lang
    values = {
        "html_lang": "en" if lang == "en" else "zh-CN",
        "w": {word: translate(f"page.{word}", lang) for word in WORDS},
        "company": run_info.company,
        "as_of": f"{run_info.as_of:%Y-%m-%d %H:%M}",
        "run_id": run_info.run_id,
        **_result(counts, lang),
        "cards": _cards(counts, trend, lang),
        "duties": [
            *report_duties.unread(counts["unread"], lang),
            *report_duties.calendar(tables["findings"], lang),
            *report_duties.questions(tables[Questions.name], lang),
            *report_duties.overdue(tables["todo"], lang),
        ],
        **_charts(tables["receivables"], trend, lang),
        "file_heads": [translate(f"page.h_{h}", lang) for h in FILE_HEADS],
        "files": _files(counts["sources"], lang),
        "urgent_heads": [translate(f"page.h_{h}", lang) for h in URGENT_HEADS],
        **_urgent(tables["findings"], lang),
        **_carried(tables, lang),
        "outputs": [
            *_outputs(folder, counts["withheld"], lang),
            *_letters(counts["letters"], lang),
            *_exports(counts["handed"], lang),
        ],
    }
    path = folder / translate("file.report", lang)
    path.write_text(page("report.html.j2", values), encoding="utf-8", newline="\n")
    return path


def _result(counts: Mapping[str, Any], lang: str) -> dict[str, Any]:
    rows, files, found = counts["rows"], counts["files"], counts["findings"]
    waits = counts["left_out"] or counts["unread"] or files["refused"] or files["waiting"]
    acts = bool(waits or rows["held"] or found["hold"] or found["refuse"])
    names = {
        **{name: str(value) for name, value in rows.items()},
        "files": str(sum(files.values())),
        "holds": str(found["hold"] + found["refuse"]),
        "overdue": _yuan(counts["headlines"]["receivables"]["overdue_fen"]),
    }
    key = "acts" if acts else "all_well" if sum(files.values()) else "no_input"
    reckoned = phrase("page.reckoned", lang, **{name: str(count) for name, count in found.items()})
    sentences = [phrase("page.sentence", lang, **names), reckoned]
    sentences += _other_money(counts, lang)
    if counts["left_out"]:
        names_left = translate("mark.list", lang).join(counts["left_out"])
        sentences.insert(0, phrase("page.left_out", lang, names=names_left))
    sentences.append(_proved(counts, lang))
    return {"acts": acts, "headline": translate(f"page.{key}", lang), "sentences": sentences}


def _other_money(counts: Mapping[str, Any], lang: str) -> list[str]:
    """One sentence a currency beside that of the books: what is owed in it, and what of that is overdue."""
    owed = counts["headlines"]["receivables"]
    codes = [name.partition(" ")[2] for name, fen in owed.items() if name.startswith("open_fen ") and fen]
    sums = {code: {key: format_money(owed[f"{key}_fen {code}"], code) for key in ("open", "overdue")} for code in codes}
    return [phrase("page.currency", lang, **said) for said in sums.values()]


def _proved(counts: Mapping[str, Any], lang: str) -> str:
    """One line: how many laws of the night hold, and by name those that do not."""
    laws = counts["self_check"]
    broken = translate("mark.list", lang).join(translate(f"law.{law['law']}", lang) for law in laws if not law["ok"])
    return phrase("page.unproved" if broken else "page.proved", lang, count=str(len(laws)), laws=broken)


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}"


def _cards(counts: Mapping[str, Any], trend: Sequence[TrendPoint], lang: str) -> list[dict[str, Any]]:
    found, rows = counts["findings"], counts["rows"]
    owed, orders, cases = (counts["headlines"][paper] for paper in ("receivables", "tracking", "complaints"))
    before = trend[-2].holds if len(trend) > 1 else None
    holds, late = found["hold"] + found["refuse"], owed["overdue_fen"]
    share = f"{late / owed['open_fen']:.1%}" if owed["open_fen"] else "–"
    notes = {
        "accepted": phrase("page.of_rows", lang, read=str(rows["read"])),
        "holds": "" if before is None else phrase("page.since", lang, change=f"{holds - before:+d}"),
        "overdue": phrase("page.share", lang, share=share),
        "late": phrase("page.delayed", lang, count=str(orders["delayed"])),
        "complaints": phrase("page.late", lang, count=str(cases["overdue"])),
    }
    figures = {
        "accepted": (f"{rows['accepted']:,}", False),
        "holds": (f"{holds:,}", holds > 0),
        "open": (_yuan(owed["open_fen"]), False),
        "overdue": (_yuan(late), late > 0),
        "late": (f"{orders['late']:,}", orders["late"] > 0),
        "complaints": (f"{cases['open']:,}", cases["overdue"] > 0),
    }
    return [_card(key, value, notes.get(key, ""), lang, hot=hot) for key, (value, hot) in figures.items()]


def _card(key: str, value: str, note: str, lang: str, *, hot: bool = False) -> dict[str, Any]:
    return {"label": translate(f"page.k_{key}", lang), "value": value, "note": note, "hot": hot}


def _charts(owed: pd.DataFrame, trend: Sequence[TrendPoint], lang: str) -> dict[str, Any]:
    sums = owed[owed["currency"] == HOME].groupby("bucket")["open_fen"].sum()
    amounts = [(translate(f"bucket.{key}", lang), int(sums.get(key, 0))) for key in BUCKETS]
    labels = [translate(f"page.t_{key}", lang) for key in ("holds", "flags")]
    words = "; ".join(f"{label} {_yuan(fen)}" for label, fen in amounts)
    days = "; ".join(f"{point.day}: {labels[0]} {point.holds}, {labels[1]} {point.flags}" for point in trend)
    series = [[point.holds for point in trend], [point.flags for point in trend]]
    lines = trend_lines([point.day for point in trend], series, labels)
    return {"bars": bars(amounts), "ageing_words": words, "trend_words": days, **lines}


def _files(sources: Sequence[Mapping[str, Any]], lang: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for source in sources:
        sheets = source["sheets"] or [{"sheet": "", "kind": "", **dict.fromkeys(FIGURES, "–")}]
        for sheet in sheets:
            held = source["state"] == "read" and sheet["held"] not in (0, "–")
            unread = not held and bool(source.get("unread"))
            result = translate(f"page.f_{'held' if held else 'partly' if unread else source['state']}", lang)
            rows.append(
                {name: sheet.get(name, "–") for name in FIGURES}
                | {
                    "name": source["name"],
                    "sheet": sheet["sheet"],
                    "kind": translate(f"kind.{sheet['kind']}", lang) if sheet["kind"] else "",
                    "modified": source.get("modified", "").replace("T", " ")[5:16],
                    "result": f"{result} {source['reason']}".strip(),
                    "tag": "soon" if held or unread else RESULTS[source["state"]],
                }
            )
    return rows


def _urgent(findings: pd.DataFrame, lang: str) -> dict[str, Any]:
    shown = findings.head(URGENT)
    left = len(findings) - len(shown)
    return {
        "urgent": [
            {
                "severity": row["severity"],
                "level": translate(f"severity.{row['severity']}", lang),
                "place": " › ".join(str(row[c]) for c in ("src_file", "src_sheet", "cell") if _has(row[c])),
                "raw": row["raw"] if _has(row["raw"]) else "",
                "problem": row["problem"],
                "remedy": row["remedy"] if _has(row["remedy"]) else "",
                "owner": row["owner"],
                "due": f"{row['due_on']:%Y-%m-%d}" if _has(row["due_on"]) else "",
            }
            for row in shown.to_dict("records")
        ],
        "more": phrase("page.more", lang, count=str(left)) if left > 0 else "",
    }


def _has(value: object) -> bool:
    return value is not None and value == value and str(value) not in ("", "NaT")  # noqa: PLR0124 - NaN


def _carried(tables: Mapping[str, pd.DataFrame], lang: str) -> dict[str, Any]:
    orphans = tables["orphans"]
    cells = sum(
        int(frame[column].notna().sum())
        for frame in tables.values()
        for column in frame.columns
        if str(column).startswith("staff_")
    )
    return {
        "carried": phrase("page.carried_text", lang, cells=str(cells), orphans=str(len(orphans))),
        "orphans": orphans.to_dict("records"),
    }


def _outputs(folder: Path, withheld: Sequence[str], lang: str) -> list[dict[str, str]]:
    """Every workbook that lies there, and those of which the last one stays."""
    about = {translate(book.file, lang): translate(f"about.{book.file}", lang) for book in WORKBOOKS.values()}
    names = sorted(p.name for p in folder.iterdir() if p.suffix == ".xlsx")
    made = [_output(name, about.get(name, "")) for name in names]
    return made + [_output(name, translate("page.withheld", lang)) for name in withheld]


def _output(name: str, about: str) -> dict[str, str]:
    return {"name": name, "href": name, "about": about}


def _letters(counts: Mapping[str, int], lang: str) -> list[dict[str, str]]:
    """The folder of the letters, how many of each kind lie in it."""
    folder = translate(LETTERS_FOLDER, lang)
    titles = {key: translate(LETTERS[key].title, lang) for key in counts}
    kinds = [phrase("page.letters", lang, letter=titles[key], count=str(count)) for key, count in counts.items()]
    return [_output(f"{folder}/", translate("mark.list", lang).join(kinds))] if kinds else []


def _exports(counts: Mapping[str, Any], lang: str) -> list[dict[str, str]]:
    """Files for other systems, and the list beside them."""
    listed = [(counts["list"], "handover.list_tally", counts)] if counts["list"] else []
    files = [(file["file"], "handover.tally", file) for file in counts["files"]]
    return [
        _output(name, phrase(key, lang, **{name: str(value) for name, value in numbers.items()}))
        for name, key, numbers in (*listed, *files)
    ]
