"""The spoken texts: 10, 30 and 100 words, and a page.

They have no digits, so the rules for reading numbers do not affect the figures.
"""

SHORT = "The lighthouse keeper counted twelve ships before the fog came."

MEDIUM = (
    "When the rain had stopped, the children ran down to the river to see how high the "
    "water had risen, and they stayed there until their mother called them home."
)

LONG = (
    "Nobody in the village could remember who had planted the old pear tree behind the school. "
    "It leaned a little to the east, as if it were listening, and every autumn it dropped more "
    "fruit than anyone could carry. The baker made tarts of it, the teacher made jam, and the "
    "boys threw the rest at each other until somebody shouted. One winter a storm broke the "
    "largest branch, and for a week the whole village talked of nothing else. Then spring came, "
    "and where the branch had been there were three thin green shoots, reaching up for the light."
)

_PAGE_END = (
    "The man who had measured the storm lived alone at the end of the harbor road, in a house "
    "that had once belonged to a captain. He kept a glass tube on the window, a brass cup on the "
    "roof, and a book in which he wrote every morning what the sky had done. People laughed at "
    "the book, but they came to him before a wedding, and before they mended their nets.\n\n"
    "On the evening of the storm he had gone from door to door. He told them to bring in the "
    "boats, to tie down the hay, and to keep the children inside. Some of them listened, and "
    "some of them looked at the clear red sky and smiled. By midnight the smile had gone. The "
    "wind came over the hill with a sound like a train, and it did not stop until the morning.\n\n"
    "When it was over, they found the roof of the mill in the middle of the square, the right "
    "way up and hardly scratched, as if it had been set down there by a careful hand. Two boats "
    "were missing, and then they were found, far up in the meadow among the startled sheep. "
    "Nobody was hurt. The old man walked through all of it with his book under his arm, nodding "
    "now and then, and he wrote down what he saw in the same small letters as always.\n\n"
    "After that they stopped laughing. The school asked him to come once a week, and the "
    "children learned to read the clouds before they learned to read the clock. Years later, "
    "when he had died, the village put his book behind glass in the town hall. It lies open at "
    "the day of the storm. The page says only that the pressure was low, that the wind turned "
    "from south to west at midnight, and that the pear tree lost a branch."
)

PAGE = f"{LONG}\n\n{_PAGE_END}"

TARGET_SECONDS = {10: 0.3, 30: 0.5, 100: 0.8}
"""Goal in seconds for speaking a text, by its number of words."""


def words_in(text: str) -> int:
    return len(text.split())
