"""Assigns reports to developments: purely, from values to a list of changes that the warehouse applies at once.

How two reports are compared is in `match.py`, what a development learns from one in `absorb.py`, when to alert in
`alerts.py`; here they are put in order.
"""

from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import datetime

from extractors.developments.alerts import is_rumour, published_lately, why_silent
from extractors.developments.desk import Desk, Draft
from extractors.developments.reports import list_reports
from extractors.records import (
    AlertPolicy,
    ArticleMentions,
    Change,
    Development,
    RaiseAlert,
    SaveDevelopment,
    UpdateAlert,
)


def assign_developments(
    new: Sequence[ArticleMentions], known: Sequence[Development], now: datetime, policy: AlertPolicy
) -> list[Change]:
    """Decide what the new articles add: developments to save or merge, then alerts to raise or update.

    `known` is what the warehouse has, merged ones left out. The same articles given again, with the developments
    that came of them, change nothing. A held-back rumour is released by a later call, also by one without articles.
    """
    desk = Desk(known, now)
    for report in list_reports(new):
        desk.take(report, is_fresh=published_lately(report.article.published_at, now, policy))
    merges = desk.merge()
    desk.link()
    denied = {state.follows for state in map(desk.state, desk.ids()) if state.relation == "denial"}
    raised = {key: reason for key in desk.ids() if (reason := _reason_to_alert(desk, key, denied, now, policy))}
    for key in raised:
        draft = desk.draft(key)
        draft.now = replace(draft.now, alerted=True)
    saves = [
        SaveDevelopment(draft.now, tuple(draft.mention_ids), is_new=draft.before is None)
        for draft in desk.drafts()
        if draft.now != draft.before or draft.mention_ids
    ]
    raises = [RaiseAlert(key, reason) for key, reason in raised.items()]
    updates = [UpdateAlert(draft.now.development_id) for draft in desk.drafts() if _shows_something_else(draft)]
    return [*saves, *merges, *raises, *updates]


def _reason_to_alert(desk: Desk, key: str, denied: Set[str | None], now: datetime, policy: AlertPolicy) -> str:
    """Why to alert on this development now, or "" where there is no reason to. denied: ids that a denial follows."""
    development, draft = desk.state(key), desk.known_draft(key)
    if development.alerted:
        return ""
    if key in denied and is_rumour(development, policy):
        return ""  # a lone rumour that was denied needs a second origin, not time
    if draft is None or not draft.mention_ids:
        # Nothing new is told of it: only a rumour's time can have come. What was silent for another reason stays so.
        if not is_rumour(development, policy) or not published_lately(development.first_published_at, now, policy):
            return ""
    elif not draft.is_fresh:
        return ""
    earlier = desk.state(development.follows) if development.follows and desk.has(development.follows) else None
    denies_alerted = development.relation == "denial" and earlier is not None and earlier.alerted
    if why_silent(development, now, policy, denies_alerted=denies_alerted):
        return ""
    if development.relation in ("denial", "correction"):
        return f"{development.relation} of an earlier report"
    if draft is None or draft.before is None:
        return "first seen" if draft else "held back long enough"
    return "confirmed by further reports"


def _shows_something_else(draft: Draft) -> bool:
    """Whether an alert that was out before the batch shows something else after it. A further copy is nothing else."""
    before, now = draft.before, draft.now
    if before is None or not before.alerted:
        return False
    return (before.headline, before.modality, before.event_date, before.place, before.agents, set(before.origins)) != (
        now.headline, now.modality, now.event_date, now.place, now.agents, set(now.origins)
    )  # fmt: skip
