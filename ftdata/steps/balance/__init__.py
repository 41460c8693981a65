"""Balance: classes of examples brought to sizes, by leaving out, by copying or by weights."""

from ftdata.steps.balance.step import Balance, Choices
from ftdata.steps.balance.targets import HOWS, BalanceOptions, BalanceTable, shares_of

__all__ = ["HOWS", "Balance", "BalanceOptions", "BalanceTable", "Choices", "shares_of"]
