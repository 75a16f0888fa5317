"""Says what kind of figure a number is: level, count, share, change, target or target_change, and a change's sign."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qingshan.quantity import Quantity
from qingshan.registry import Vocabulary

_FILLER = (
    "(?:了|约|近|超过?|达到?|分别|依次|累计|均|各|又|再|至少|不低于|不少于|不超过|突破|逾|大约|出|下来|幅度?为|左右)*"
)
_NOUN_FILLER = "(?:分别)?(?:为|是|达到?|约|近|超过?|均|至少|不低于|只有|仅有|仅为|仅|只)*"
# what falls when it improves
_BURDEN = re.compile(
    r"浓度|PM|臭氧|O3|SO2|NO2|二氧化|一氧化碳|颗粒物|污染|排放|综合指数|劣|能耗|强度|酸雨|降尘|噪声|超标|重度|秸秆焚烧|火点|荒漠|沙化|侵蚀|流失|富营养|消耗"
)


_DONE_ALREADY = re.compile(r"已经?(?:建成|完成|实现|达到?|投产|投运|累计)[^，。；]{0,20}$")
_BARE = re.compile(r"(?:分别)?(?:为|达到?|是|约|近|超过)+")
_EXTENT = re.compile(r"([升降增减涨跌]幅)[^，。；\d]{0,16}，[^，。；\d]{0,6}$")
_REACHES = re.compile(r"[高多]达|[低少]至|高企")  # 高达99.5% is a level
_BELOW = re.compile(r"(?:低于|少于|落后于?|慢于|差于)[^，。；]{0,10}$")
_AIM = re.compile(r"(?:目标|期望值|考核值|指标值|底线|门槛)(?:是|为|值)?(?:不低于|不高于|不超过|不少于|约|近)?$")
_DISTANCE = re.compile(
    r"(好于|优于|超过|超出|超|高于|低于|落后于?|快于|慢于)[^，。；\d]{0,10}(?:目标值?|进度|平均水平|均值|要求|标准|限值|增速)$"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A figure's kind; `sign` is -1 when the words state a fall, else 1; `rule` says what decided."""

    name: str
    sign: int
    rule: str

    @property
    def is_change(self) -> bool:
        return self.name in ("change", "target_change")

    @property
    def is_target(self) -> bool:
        return self.name in ("target", "target_change")


class KindReader:
    """Reads kinds with one vocabulary; made once, used for many texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        roles = vocabulary.roles("changes")
        nouns = tuple(word for role in roles.values() for word in role if "幅" in word)
        verbs = tuple(word for role in roles.values() for word in role if "幅" not in word)
        self._role = {word.word: word.role for word in vocabulary.words["changes"]}
        self._change = re.compile(f"(?:({_any(verbs)}){_FILLER}|({_any(nouns)}){_NOUN_FILLER})$")
        self._cut_of = re.compile(f"(?:压减|削减)(?![到至])[^，。；：、\\d]{{1,8}}?{_FILLER}$")  # 压减燃煤200万吨
        self._target = re.compile(_any(vocabulary.roles("cues")["target"]))
        self._near = re.compile(_any(vocabulary.roles("cues")["target_near"]))
        self._done = re.compile(_any(vocabulary.roles("cues")["done"]))

    def is_target(self, before: str, is_future: bool) -> bool:
        """Whether a number is required rather than reported.

        Parameters
        ----------
        before
            Clean text of the sentence up to the number.
        is_future
            The number is dated after the document's year.
        """
        if _AIM.search(before) or self._near.search(before[-16:].rpartition("，")[2]):
            return True
        if self._target.search(before) and not self._done.search(before[-12:]):
            return True
        return is_future and not _DONE_ALREADY.search(before.rpartition("；")[2])

    def is_done(self, words: str) -> bool:
        """Whether words report what was done."""
        return self._done.search(words) is not None

    def sets_limits(self, sentence: str) -> bool:
        """Whether a sentence sets a limit, so that the changes beside it are required ones too."""
        return "控制在" in sentence and not self._done.search(sentence)

    def carries_target(self, sentence: str) -> bool:
        """Whether a sentence can go on setting targets: nothing in it reports what was done."""
        return not self._done.search(sentence)

    def read(
        self,
        before: str,
        quantity: Quantity,
        is_target: bool,
        previous: Kind | None,
        about: str,
        *,
        sets_limits: bool = False,
    ) -> Kind:
        """Return the kind of a quantity.

        Parameters
        ----------
        before
            Clean text of its clause up to the number, without qualifier.
        previous
            The kind of the number just before in a list (下降20%、15%), else None.
        about
            The words around that tell a burden from a benefit, for 改善.
        """
        if (distance := _DISTANCE.search(before)) and quantity.unit_kind != "classifier":
            return Kind("change", _distance_sign(distance[1], about), "distance")
        match = self._change.search(before) or self._cut_of.search(before)
        if match is None and _BARE.fullmatch(before) and (carried := _EXTENT.search(about)):
            match = self._change.search(carried[1])  # 后者降幅居首，为9.8%
        is_new = match is not None and match.string[: match.start()].endswith("新")  # 新增 counts what is new
        if match and not is_new and not _REACHES.match(match.string, match.start()):
            role = self._role[match[1] or match[2]] if match.re is self._change else "fall"
            return Kind("target_change" if is_target or sets_limits else "change", _sign(role, about), f"verb-{role}")
        if quantity.is_signed and quantity.unit_kind in ("ratio", "point"):
            return Kind("target_change" if is_target else "change", 1, "sign")
        if quantity.unit_kind == "point" and previous is None:
            return Kind("change", -1 if _BELOW.search(before) else 1, "points")
        if previous is not None:
            return Kind(previous.name, previous.sign, "list")
        if is_target:
            return Kind("target", 1, "target")
        if quantity.unit == "倍":
            return Kind("change", 1, "times")
        if quantity.unit_kind == "ratio":
            return Kind("share", 1, "ratio")
        if quantity.unit_kind in ("classifier", "place"):
            return Kind("count", 1, "classifier")
        return Kind("level", 1, "measure")


def _sign(role: str, about: str) -> int:
    if role == "fall":
        return -1
    if role in ("improve", "worsen"):
        falls = bool(_BURDEN.search(about)) == (role == "improve")
        return -1 if falls else 1
    return 1


def _distance_sign(word: str, about: str) -> int:
    """Return the sign of a distance to a target or an average: below it is less, better is less of a burden."""
    if word in ("好于", "优于"):
        return _sign("improve", about)
    return -1 if _BELOW.match(word) else 1


def _any(words: tuple[str, ...]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))
