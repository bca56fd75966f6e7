"""How like a text is to listed matters, to general prohibitions and to other texts: it advises and never decides."""

from models.likeness.alike import Comparison
from models.likeness.bm25 import Document, Likeness, Near
from models.likeness.duplicates import ALIKE, SEASON, Asked, Shared, profile
from models.likeness.folding import Folded
from models.likeness.learning import ranker_of
from models.likeness.mentions import Mention, mentions
from models.likeness.prohibited import PROHIBITIONS, Prohibition, Warned, prohibitions_near, warning
from models.likeness.ranking import Ranker
from models.likeness.vectors import Meaning, meaning

__all__ = [
    "ALIKE",
    "PROHIBITIONS",
    "SEASON",
    "Asked",
    "Comparison",
    "Document",
    "Folded",
    "Likeness",
    "Meaning",
    "Mention",
    "Near",
    "Prohibition",
    "Ranker",
    "Shared",
    "Warned",
    "meaning",
    "mentions",
    "profile",
    "prohibitions_near",
    "ranker_of",
    "warning",
]
