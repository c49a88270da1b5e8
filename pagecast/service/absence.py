"""Watches over an absent presenter: first the others are told, then control passes on."""

from collections.abc import Awaitable, Callable

from pagecast.room.events import Event, PresenterLapsed, PresenterMissed
from pagecast.room.room import Room
from pagecast.service.throttle import Delay


class AbsenceWatch:
    """Publishes that the presenter is missed after ``missed_s`` seconds, and lapsed after ``lapsed_s`` seconds."""

    def __init__(self, publish: Callable[[Event], Awaitable[None]], missed_s: float, lapsed_s: float) -> None:
        self._publish = publish
        self._presenter: str | None = None
        self._missed = Delay(self._miss, missed_s)
        self._lapsed = Delay(self._lapse, lapsed_s)

    def hear(self, room: Room) -> None:
        """Start and stop the clocks, as the room after an event says."""
        self._presenter = room.presenter.who if room.presenter else None
        if not room.presenter_is_absent:
            self._missed.cancel()
            self._lapsed.cancel()
            return
        self._lapsed.start()
        if not room.presenter_is_missed:
            self._missed.start()

    async def drain(self) -> None:
        """Stop the clocks, and wait for what is being published."""
        for delay in (self._missed, self._lapsed):
            await delay.close()

    async def _miss(self) -> None:
        if self._presenter is not None:
            await self._publish(PresenterMissed(self._presenter))

    async def _lapse(self) -> None:
        if self._presenter is not None:
            await self._publish(PresenterLapsed(self._presenter))
