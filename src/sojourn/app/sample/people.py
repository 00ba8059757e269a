"""A thousand made-up customers as a CSV file, always the same ones; a few rows have the faults that real files have."""

import csv
import hashlib
from pathlib import Path

FIRST = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Fay", "Gus", "Hal", "Ivy", "Jo", "Kim", "Lea", "Max", "Ned", "Ola", "Pia")
LAST = ("Adler", "Brandt", "Costa", "Dubois", "Fischer", "Garcia", "Horvat", "Jansen", "Lindgren", "Moreau", "Novak")
CITIES = ("Berlin", "Lisbon", "Lyon", "Oslo", "Porto", "Prague", "Riga", "Turin", "Vienna", "Zagreb")

COLUMNS = ("customer_id", "first_name", "last_name", "email", "phone", "city", "lifetime_value")


def chance(who: str, what: str) -> float:
    """The same number from 0 to 1 for the same person and question, each time the demo runs."""
    return int.from_bytes(hashlib.sha256(f"{what} {who}".encode()).digest()[:6]) / 2**48


def write_customers(path: Path, count: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(customer(number) for number in range(1, count + 1))


def customer(number: int) -> tuple[str, ...]:
    """One of them, in the order of COLUMNS."""
    who = f"C{number:05}"
    first = FIRST[int(chance(who, "first") * len(FIRST))]
    last = LAST[int(chance(who, "last") * len(LAST))]
    email = f"{first}.{last}.{number}@customers.example".lower()
    phone = f"+3361{number:07}" if chance(who, "phone") < 0.9 else ""
    value = f"{10 ** (1 + 3 * chance(who, 'value')):.2f}"
    if chance(who, "fault") < 0.005:
        email = email.replace("@", " at ")
    return who, first, last, email, phone, CITIES[int(chance(who, "city") * len(CITIES))], value
