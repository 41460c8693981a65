"""What rows and examples hold: summaries of flat size that add up, and what may be concluded from them.

They know nothing of files and formats, and an engine makes them as it makes every survey.
"""

from ftdata.profile.chats import Chats
from ftdata.profile.columns import Column, Rows
from ftdata.profile.counting import Frequencies, Lengths
from ftdata.profile.roles import Guess, guesses, headerless

__all__ = ["Chats", "Column", "Frequencies", "Guess", "Lengths", "Rows", "guesses", "headerless"]
