"""`python -m flows.newsroom [DAY [PORT]]`: serve the newsroom for looking at, until interrupted."""

import sys
import threading

from flows.newsroom import DAYS, newsroom

USAGE = "usage: python -m flows.newsroom [DAY [PORT]]"


def main(arguments: list[str]) -> int:
    numbers = [int(argument) for argument in arguments if argument.isdecimal()]
    if len(numbers) != len(arguments) or len(numbers) > 2 or (numbers and numbers[0] not in DAYS):
        sys.stderr.write(f"{USAGE}\n")
        return 2
    day = numbers[0] if numbers else 1
    port = numbers[1] if len(numbers) == 2 else 0
    with newsroom(day, port) as room:
        sys.stdout.write(f"{room.url}/ (day {day}; --now {room.day_time().isoformat()})\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
