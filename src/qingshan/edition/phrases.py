"""The forms of generated sentences in both languages, one for each thing an observation may say.

No digit stands here. `{value}`, `{size}`, `{period}` and `{base}` are printed from an observation and carry its id;
`{place}` and `{indicator}` are names of the registry, `{in_place}` says the place where the indicator does not; the
others are words.
"""

PHRASES = {
    "zh": {
        "level": "{period}，{place}{indicator}{is_}{value}",
        "change_first": "{place}{indicator}{period}比{base}{direction}{size}{relative}",
        "change": "{period}比{base}{direction}{size}{relative}",
        "target_first": "{place}{indicator}{period}的目标{is_}{value}",
        "target": "{period}的目标{is_}{value}",
        "target_change_first": "{place}{indicator}{period}的目标是比{base}{direction}{size}{relative}",
        "target_change": "{period}的目标是比{base}{direction}{size}{relative}",
        "directions": ("下降", "变动", "上升"),
        "amounts": ("减少", "变动", "增加"),
        "relative": "（相对变化）",
        "another_basis": "（口径不同，不可直接比较）",
        "is": "为",
        "join": "；",
        "end": "。",
        "period": "{period}",
        "day": "截至{period}",
        "as_published": "截至{period}（来源未写明时间）",
        "interval": "{period}",
    },
    "en": {
        "level": "{indicator}{in_place} came to {value} {period}",
        "change_first": "{indicator}{in_place}: {direction} of {size}{relative} from {base} to {period}",
        "change": "from {base} to {period} there was {direction} of {size}{relative}",
        "target_first": "{indicator}{in_place}: the target for {period} is {value}",
        "target": "the target for {period} is {value}",
        "target_change_first": "{indicator}{in_place}: the target for {period} is {direction} of {size}{relative} "
        "from {base}",
        "target_change": "the target for {period} is {direction} of {size}{relative} from {base}",
        "directions": ("a fall", "a change", "a rise"),
        "amounts": ("a decrease", "a change", "an increase"),
        "relative": " (relative change)",
        "another_basis": " (on another basis, not to be compared)",
        "is": "",
        "in": " in ",
        "join": "; ",
        "end": ".",
        "period": "in {period}",
        "day": "at {period}",
        "as_published": "as of {period} (the source gives no time)",
        "interval": "over {period}",
    },
}
