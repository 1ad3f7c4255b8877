"""Times as a person types them."""

from datetime import UTC, datetime, time

from flows.commands.problems import UsageProblem


class TimeProblem(UsageProblem):
    """A time that cannot be understood."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is no ISO 8601 time, such as 2014-05-21 or 2014-05-21T09:30:00Z")
        self.text = text


def parse_time(text: str) -> datetime:
    """An aware time in UTC; without an offset it is UTC, a day alone means its noon."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise TimeProblem(text) from error
    if len(text.strip()) <= len("2014-05-21"):
        moment = datetime.combine(moment.date(), time(12))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
