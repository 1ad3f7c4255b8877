"""Counts and calendar sums that date expressions need, as values of ISO 8601 cut to what is known."""

import calendar
from datetime import date, timedelta

_MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8,
    "sept": 9, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30,
    "a couple of": 2, "thirteen": 13, "fourteen": 14, "sixteen": 16, "seventeen": 17,
}  # fmt: skip


def number(text: str) -> int:
    """A count in words or digits."""
    return _COUNTS[text.lower()] if text.lower() in _COUNTS else int(text)


def month_number(text: str) -> int:
    return _MONTHS[text.lower().rstrip(".")]


def weekday_number(text: str) -> int:
    return _WEEKDAYS.index(text.lower())


def first_month(season: str) -> int:
    return _SEASONS[season.lower()]


def valid_day(year: int, month: int, day: int) -> date | None:
    if 1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
        return date(year, month, day)
    return None


def nearest_day(month: int, day: int, published: date, future: bool) -> date | None:
    """The day and month nearest to publication on the side that the tense tells."""
    days = [d for y in (-1, 0, 1) if (d := valid_day(published.year + y, month, day))]
    if future:
        later = [d for d in days if d >= published - timedelta(days=1)]
        return later[0] if later else None
    earlier = [d for d in days if d <= published + timedelta(days=2)]
    return earlier[-1] if earlier else None


def shift_month(year: int, month: int, months: int) -> str:
    index = year * 12 + month - 1 + months
    return f"{index // 12:04}-{index % 12 + 1:02}"


def day_in(month: str, day: int) -> date | None:
    """A day of a month (YYYY-MM), if it has one."""
    return valid_day(int(month[:4]), int(month[5:]), day)
