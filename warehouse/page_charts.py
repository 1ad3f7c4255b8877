"""Charts as SVG: activity over time, the stages of an initiative on a time line, how far it has come.

Drawn with positions in per cent of the width and sizes in pixels, so text keeps its size on a telephone. Colours are
classes of the page's style sheet, which has them for light and dark. Every chart has a name for screen readers.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from html import escape

import svg

from extractors.records import STAGES, Action
from warehouse.feed_items import FeedItem
from warehouse.labels import ACTION_LABELS, day_label, event_date_label, one_line
from warehouse.page_data import Event, InitiativeHistory

WEEKS = 26
FRICTION: frozenset[Action] = frozenset({"oppose", "suspend", "withdraw"})
MARKS = 150
_MARGIN = 3.0
"""Per cent of the width left free at both ends, so that the outer marks are whole."""


def tone(action: Action) -> str:
    """The colour class of an action: an initiative grows, meets friction, or neither."""
    if action in FRICTION:
        return "friction"
    return "growth" if action in STAGES else "neutral"


def _percent(value: float) -> svg.Length:
    return svg.Length(round(value, 2), "%")


def _chart(name: str, height: int, elements: list[svg.Element], kind: str) -> str:
    """The chart as markup. svg.py writes text as it gets it: all of ours goes through `_label` or `escape`."""
    return str(
        svg.SVG(
            width=svg.Length(100, "%"),
            height=height,
            class_=["chart", kind],
            extra={"role": "img", "aria-label": escape(one_line(name))},
            elements=elements,
        )
    )


def _label(text: str, x: svg.Length, y: float, anchor: str = "start") -> svg.Text:
    return svg.Text(text=escape(one_line(text)), x=x, y=y, class_=["label", f"anchor-{anchor}"])


def _tooltip(text: str) -> list[svg.Element]:
    return [svg.Title(text=escape(one_line(text)))]


def weekly_counts(items: Iterable[FeedItem], weeks: int = WEEKS) -> tuple[tuple[date, int], ...]:
    """Alerts of each of the last weeks (by their Monday) up to the newest alert; none without alerts.

    A young warehouse shows only the weeks that it knows, but never fewer than eight.
    """
    days = [item.published_at.date() for item in items]
    if not days:
        return ()
    last = max(days) - timedelta(days=max(days).weekday())
    weeks = min(weeks, max(8, (max(days) - min(days)).days // 7 + 2))
    mondays = [last - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]
    counts = dict.fromkeys(mondays, 0)
    for day in days:
        monday = day - timedelta(days=day.weekday())
        if monday in counts:
            counts[monday] += 1
    return tuple(counts.items())


def activity_chart(counts: Sequence[tuple[date, int]]) -> str:
    """Bars: new developments a week, with the months below."""
    highest = max(count for _, count in counts)
    height, base = 132, 108
    step = 100 / len(counts)
    elements: list[svg.Element] = [
        svg.Line(x1=0, x2=_percent(100), y1=base + 0.5, y2=base + 0.5, class_=["axis"]),
        _label(f"{highest} a week", svg.Length(0, "px"), 12),
        svg.Line(x1=0, x2=_percent(100), y1=18.5, y2=18.5, class_=["grid"]),
    ]
    shown_month = None
    for number, (monday, count) in enumerate(counts):
        tall = round((base - 18) * count / highest, 1) if highest else 0
        if count:
            bar = svg.Rect(
                x=_percent(number * step + step * 0.12), y=base - tall, width=_percent(step * 0.76), height=tall,
                class_=["bar"], elements=_tooltip(f"Week of {_day(monday)}: {count}"),
            )  # fmt: skip
            elements.append(bar)
        month = (monday.year, monday.month)
        if month != shown_month and monday.day <= 7:
            shown_month = month
            at_end = number >= len(counts) - 2
            along = _percent(100 if at_end else number * step)
            elements.append(_label(_day(monday).split(" ")[1], along, base + 18, "end" if at_end else "start"))
    total = sum(count for _, count in counts)
    weeks = f"{_day(counts[0][0])} to {_day(counts[-1][0])}"
    name = f"New developments a week, {weeks}: {total} in all, at most {highest} a week"
    return _chart(name, height, elements, "activity")


def _day(day: date) -> str:
    return event_date_label(day.isoformat()) or ""


def stage_chart(initiative: InitiativeHistory) -> str | None:
    """Lanes: one for each action that occurs, stages first; a mark for each dated event. None for fewer than two."""
    dated = [(event.sort_date, event) for event in initiative.events if event.sort_date]
    # What articles recall of long ago would squeeze the present into one point.
    recent = [(day, event) for day, event in dated if not event.is_background] or dated
    if len(recent) < 2:
        return None
    recent = sorted(recent, key=lambda one: one[0])[-MARKS:]
    first, last = recent[0][0], recent[-1][0]
    span = max((last - first).days, 1)
    order = (*STAGES, *(action for action in ACTION_LABELS if action not in STAGES))
    lanes = [action for action in order if any(event.action == action for _, event in recent)]
    lane_height, top = 38, 8
    elements: list[svg.Element] = []
    for row, action in enumerate(lanes):
        line = top + lane_height * row + 26.5
        elements.append(_label(ACTION_LABELS[action], svg.Length(0, "px"), line - 12))
        elements.append(svg.Line(x1=0, x2=_percent(100), y1=line, y2=line, class_=["grid"]))
        for day, event in recent:
            if event.action == action:
                along = _MARGIN + (100 - 2 * _MARGIN) * ((day - first).days / span if last > first else 0.5)
                elements.append(_mark(event, _percent(along), line))
    bottom = top + lane_height * len(lanes) + 18
    elements.append(_label(_when(recent[0][1]), svg.Length(0, "px"), bottom))
    if last > first:
        elements.append(_label(_when(recent[-1][1]), _percent(100), bottom, "end"))
    events = "; ".join(
        f"{ACTION_LABELS[event.action]} {event_date_label(event.event_date)}" for _, event in recent[:30]
    )
    return _chart(f"Stages of {initiative.name}: {events}", bottom + 8, elements, "stages")


def _when(event: Event) -> str:
    """The date as precise as it is known: an event of December is not one of 1 December."""
    return event_date_label(event.event_date) or ""


def _mark(event: Event, x: svg.Length, y: float) -> svg.Circle:
    done = event.modality == "actual"
    return svg.Circle(
        cx=x, cy=y, r=6, class_=["mark", tone(event.action), "done" if done else "open"],
        elements=_tooltip(f"{_when(event)}: {event.text}"),
    )  # fmt: skip


def stage_ladder(initiative: InitiativeHistory) -> str:
    """Seven steps, the reached ones filled: how far an initiative has come, at a glance."""
    reached = {event.action for event in initiative.events if event.modality == "actual"}
    furthest = initiative.stage
    width, gap = 13, 3
    elements: list[svg.Element] = []
    for number, stage in enumerate(STAGES):
        state = "furthest" if stage == furthest else "reached" if stage in reached else "open"
        elements.append(
            svg.Rect(
                x=number * (width + gap), y=2, width=width, height=8, rx=1.5, class_=["step", state],
                elements=_tooltip(f"{ACTION_LABELS[stage]}{'' if stage in reached else ': not reported'}"),
            )
        )  # fmt: skip
    name = f"Furthest stage: {ACTION_LABELS[furthest]}" if furthest else "No stage reported as done"
    return str(
        svg.SVG(
            width=len(STAGES) * (width + gap) - gap, height=12, class_=["ladder"],
            extra={"role": "img", "aria-label": escape(name)}, elements=elements,
        )
    )  # fmt: skip


def range_label(items: Sequence[FeedItem]) -> str | None:
    """The days that the alerts span: "21 Sep 2026 to 20 Nov 2026"; None without alerts."""
    if not items:
        return None
    oldest, newest = min(one.published_at for one in items), max(one.published_at for one in items)
    first, last = day_label(oldest), day_label(newest)
    return last if first == last else f"{first} to {last}"
