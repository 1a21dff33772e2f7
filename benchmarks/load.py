"""25 people at once: ``python -m benchmarks.load WORKSPACE`` (a workspace with an open shop and a finished model).

Each person is a real session over Streamlit's own websocket protocol, in one asyncio client: opens the first page, then
walks the screens, thinking between the steps. A wait is from asking to the end of the script run, with everything that
it draws received. Measures the server alone: what a browser then draws is measured by ``benchmarks.screens``.
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from divrec.ui.shell import PAGES
from tests.browser.driving import serving

PEOPLE = 25
ROUNDS = 2
THINK = (1.0, 5.0)  # seconds between two steps of one person
WANTED = 2.0  # seconds, the 95th percentile
BROKEN = ("exception",)


class Person:
    """One session: asks for pages and notes how long each took and whether it drew an error."""

    def __init__(self, socket: ClientConnection, seed: int) -> None:
        self.socket = socket
        self.random = random.Random(seed)
        self.pages: dict[str, str] = {}
        self.waits: list[tuple[str, float]] = []
        self.errors: list[str] = []

    async def walk(self) -> None:
        """Open the first page, then every screen in an order of one's own, some rounds."""
        await asyncio.sleep(self.random.uniform(0, THINK[1]))
        await self.ask("")
        for _ in range(ROUNDS):
            for page in self.random.sample(PAGES, len(PAGES)):
                await asyncio.sleep(self.random.uniform(*THINK))
                await self.ask(page)

    async def ask(self, page: str) -> None:
        """Open a page and wait until its script has run."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        if page:
            message.rerun_script.page_script_hash = self.pages[page]
        started = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        while not self.hear(ForwardMsg.FromString(await self.socket.recv())):
            pass
        self.waits.append((page or "first page", time.perf_counter() - started))

    def hear(self, heard: ForwardMsg) -> bool:
        """Take one message in, and tell whether the script run has ended."""
        kind = heard.WhichOneof("type")
        if kind == "navigation":
            self.pages = {page.url_pathname or PAGES[0]: page.page_script_hash for page in heard.navigation.app_pages}
        if kind == "delta" and heard.delta.new_element.WhichOneof("type") in BROKEN:
            self.errors.append(heard.delta.new_element.exception.message)
        return kind == "script_finished" and heard.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN


async def crowd(url: str, people: int) -> list[Person]:
    address = url.replace("http", "ws", 1) + "/_stcore/stream"

    async def one(seed: int) -> Person:
        async with connect(address, subprotocols=["streamlit"], max_size=None, origin=url) as socket:
            person = Person(socket, seed)
            await person.walk()
            return person

    return await asyncio.gather(*(one(seed) for seed in range(people)))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("workspace", type=Path)
    options.add_argument("--people", type=int, default=PEOPLE)
    chosen = options.parse_args()
    with serving(chosen.workspace) as url:
        asyncio.run(crowd(url, 1))  # fills the caches, as the first person of the day does
        started = time.perf_counter()
        walked = asyncio.run(crowd(url, chosen.people))
    waits = [wait for person in walked for wait in person.waits]
    errors = [error for person in walked for error in person.errors]
    print(f"{chosen.people} people, {len(waits)} runs in {time.perf_counter() - started:.0f} s, {len(errors)} errors")
    for page in ("first page", *PAGES):
        tell(page, [seconds for name, seconds in waits if name == page])
    tell("all", [seconds for _, seconds in waits])
    print(f"wanted: 95th percentile under {WANTED:g} s, no errors", *errors[:3], sep="\n")


def tell(name: str, seconds: list[float]) -> None:
    middle, high = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    print(f"{name:<14} median {middle:5.2f} s   95 % {high:5.2f} s   longest {max(seconds):5.2f} s")


if __name__ == "__main__":
    main()
