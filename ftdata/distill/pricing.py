"""What asking costs: the tokens of prompts, and what they cost in a batch."""

from __future__ import annotations

import logging
from functools import cached_property

from ftdata.classes import dataclass
from ftdata.errors import UsageError
from ftdata.facts import clock
from ftdata.report.asked import BATCH, Estimate
from ftdata.tokens.counting import Counter, Profile, counter_of
from ftdata.tokens.models import Model, model_table
from ftdata.tokens.models.lives import told_asked

log = logging.getLogger("ftdata")

_ASSUMED = "gpt-4o"


@dataclass(frozen=True)
class Pricing:
    """How requests to a model are counted and priced.

    Attributes:
        model: Its name; one that the table does not know is counted as gpt-4o.
        most: The most tokens that the answers to one request may have together; None for no limit.
        price_in: USD per million tokens of input, outside of a batch; None for the table's.
        price_out: The same of output.
        models: The path of a file of models of one's own.
        place: Whose batch it is: another place's prices are none of its own. Empty for the first that has the model.
    """

    model: str
    most: int | None = None
    price_in: float | None = None
    price_out: float | None = None
    models: str | None = None
    place: str = ""

    def __post_init__(self) -> None:
        if any(price is not None and price < 0 for price in (self.price_in, self.price_out)):
            raise UsageError("a price cannot be negative")
        if not self.model.strip():
            raise UsageError("a request names its model")

    def __getstate__(self) -> dict[str, object]:
        return {key: value for key, value in self.__dict__.items() if key in self.__dataclass_fields__}

    @cached_property
    def known(self) -> Model | None:
        """What the table knows of the model, at the place if that has it."""
        table = model_table(self.models)
        return table.find(self.model, self.place) or table.find(self.model)

    def telling(self) -> Pricing:
        """The same; it is logged loudly if the model is shut down, or will be soon."""
        said = told_asked(model_table(self.models), self.known, clock.today()) if self.known and self._here else ""
        if said:
            log.warning("%s.", said)
        return self

    @property
    def _here(self) -> bool:
        """Whether what is known of the model holds for the place that is asked."""
        return self.known is not None and (not self.place or self.known.place in (self.place, ""))

    @cached_property
    def counter(self) -> Counter:
        """What counts its tokens."""
        return counter_of(self._profile)

    @property
    def _profile(self) -> Profile:
        return (self.known or model_table(self.models)[_ASSUMED]).profile

    def estimate(self, requests: int, tokens: int, estimated: tuple[str, ...]) -> Estimate:
        """What so many requests with so many tokens cost."""
        given = self.price_in is not None or self.price_out is not None
        price_in, price_out = (None if price is None else price * BATCH for price in (self.price_in, self.price_out))
        dated = ""
        if not given and self.known is not None and self._here:
            # A fine-tuned model is called ft:…; its base model has prices of its own.
            prices = self.known.prices if self.model.startswith("ft:") else self.known.base_prices
            price_in, price_out = (
                batch if batch is not None or alone is None else alone * BATCH
                for batch, alone in ((prices.batch_input, prices.input), (prices.batch_output, prices.output))
            )
            dated = self.known.as_of if price_in is not None else ""
        counted_as = self.known.name if self.known else f"{_ASSUMED}, since {self.model} is not in the model table"
        most = self.most * requests if self.most is not None else None
        return Estimate(self.model, requests, tokens, most, price_in, price_out, dated, counted_as, estimated)
