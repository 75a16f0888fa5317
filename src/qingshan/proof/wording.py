"""The words of the proof in both languages, and the words that make a number right or wrong."""

# meaning -> spellings that the registry's lists do not hold
QUALIFIERS = {
    "about": ("about", "around", "approximately", "roughly"),
    "over": ("over", "more than", "above", "exceeding"),
    "nearly": ("nearly", "almost"),
    "at_least": ("at least", "no less than", "not less than"),
    "at_most": ("at most", "no more than", "not more than", "below", "under", "within"),
}
DIRECTIONS = {
    "fall": (
        "fell",
        "falls",
        "fall",
        "down",
        "decreased",
        "decrease",
        "dropped",
        "reduced",
        "lower",
        "降至",
        "降到",
        "减至",
    ),
    "rise": ("rose", "rises", "rise", "up", "increased", "increase", "grew", "higher", "升至", "升到", "增至"),
}
GOALS = {"target": ("目标", "target", "targets")}

WORDS = {
    "title": ("版面数字核对", "Numbers of the laid-out file"),
    "file": ("核对的文件", "File"),
    "against": ("对照", "Against edition"),
    "clean": ("版面中的数字都与本版数据相符。", "Every number of the file agrees with the edition."),
    "unclean": (
        "下列数字与本版数据不符或没有出处，逐条核对后打勾。",
        "These numbers differ from the edition or have no source: look at each and tick it off.",
    ),
    "differs": ("与本版不符", "differs"),
    "unsourced": ("没有出处", "unsourced"),
    "matches": ("相符", "matches"),
    "label": ("编号与日期", "labels and dates"),
    "printed": ("版面", "Printed"),
    "ours": ("本版", "Ours"),
    "where": ("位置", "Where"),
    "sentence": ("句子", "Sentence"),
    "what": ("问题", "What"),
    "observation": ("指标值", "Observation"),
    "done": ("已核", "Done"),
    "all": ("全部数字", "All numbers"),
    "pictures": (
        "图片里的文字不在核对之内。",
        "Words inside pictures are not read.",
    ),
}

WHATS = {
    "number": ("数字不同", "another number"),
    "unit": ("单位不同", "another unit"),
    "qualifier": ("限定词不同（约、超、近等）", "another qualifier (about, over, nearly)"),
    "direction": ("升降不同", "another direction"),
    "place": ("地区不同", "another place"),
    "name": ("名称不同", "another name"),
    "goal": ("目标与结果不同", "a target against a result"),
    "new": ("本版没有这个数字", "the edition has no such number"),
    "": ("", ""),
}
