"""Evaluation schemes as data: indicators with their rule, weight sets, grade bands, applicability, options."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from yunheng.kernel.reading import CaseError, array, boolean, number, one_of, table, text
from yunheng.kernel.rounding import plain
from yunheng.kernel.words import Words

BUILT_IN = {"seed12": "schemes/seed12.json", "cz2020-frame": "frames/cz2020-frame.json"}
FORMULAS = ("ratio", "inverse_ratio", "gap_deduct", "zero_event", "yes_no", "levels")
INPUTS = (
    "fraction",
    "count",
    "saving",
    "staffing",
    "duration",
    "systems",
    "fault_free_days",
    "availability",
    "cases",
    "level",
)
WHEN_ZERO = ("vacuous", "not_applicable", "missing")
ROLL_UPS = ("pool", "all", "sum")

_OPTIONAL_FIELDS = (
    "explanation", "source", "target", "parameters", "inputs", "fields",
    "share", "when_zero", "roll_up", "measure", "unit", "options",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    """A choice that the rule's wording leaves open. Without `choices` it is a number."""

    name: str
    default: str
    choices: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Indicator:
    id: str
    level1: str
    level2: str
    name: str
    explanation: str
    source: str
    target: Fraction | None  # in the unit of the actual value: a share (1 = 100 %), percentage points, cases, years
    target_text: str
    formula: str  # one of FORMULAS
    parameters: Mapping[str, Fraction]
    rule_text: str
    inputs: str  # one of INPUTS: how the actual value is read
    fields: tuple[str, str]  # the indicator's own names for numerator and denominator
    share: bool  # numerator counts part of the denominator, so the value lies in 0..1
    when_zero: str  # one of WHEN_ZERO: what an empty denominator means
    roll_up: str  # one of ROLL_UPS
    measure: str
    unit: str
    options: Mapping[str, Option]


@dataclass(frozen=True, slots=True, eq=False)
class WeightSet:
    """`points`: whole-point 分值, each row rounded when printed and the total the sum of the printed rows."""

    id: str
    name: str
    points: bool
    rows: Mapping[str, Fraction]
    default: bool
    note: str

    @property
    def total(self) -> Fraction:
        return sum(self.rows.values(), Fraction(0))


@dataclass(frozen=True, slots=True)
class Band:
    grade: str
    least: Fraction  # inclusive


@dataclass(frozen=True, slots=True)
class BandSet:
    id: str
    name: str
    bands: tuple[Band, ...]  # best first
    default: bool

    def grade(self, total: Fraction) -> str:
        return next(band.grade for band in self.bands if band.least <= total)


@dataclass(frozen=True, slots=True)
class Applicability:
    applies: bool
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Scheme:
    id: str
    name: str
    version: str
    indicators: Mapping[str, Indicator]
    weight_sets: Mapping[str, WeightSet]
    band_sets: Mapping[str, BandSet]
    applicability: Mapping[str, Mapping[str, Applicability]]  # indicator → kind of contract
    contract_kinds: Mapping[str, str]  # kind of contract → its name
    data: Mapping[str, object]  # as read, for the digest

    @classmethod
    def parse(cls, data: object, place: str = "scheme") -> "Scheme":
        """From a built-in name or from the object of a scheme file."""
        if isinstance(data, str):
            return built_in(one_of(data, place, tuple(BUILT_IN)))
        fields = table(
            data,
            place,
            required=("id", "name", "version", "indicators", "weights", "bands"),
            optional=("note", "applicability", "contract_kinds"),
        )
        entries = array(fields["indicators"], f"{place}.indicators")
        indicators: dict[str, Indicator] = {}
        for index, entry in enumerate(entries):
            indicator = _indicator(entry, f"{place}.indicators[{index}]")
            if indicator.id in indicators:
                raise CaseError(
                    f"{place}.indicators[{index}].id", Words("%(id)s stands here twice.", {"id": indicator.id})
                )
            indicators[indicator.id] = indicator
        if not indicators:
            raise CaseError(f"{place}.indicators", Words("a scheme needs at least one indicator."))
        weights = table(fields["weights"], f"{place}.weights")
        bands = table(fields["bands"], f"{place}.bands")
        if not bands:
            raise CaseError(f"{place}.bands", Words("a scheme needs at least one set of grade bands."))
        kinds = table(fields.get("contract_kinds", {}), f"{place}.contract_kinds")
        return cls(
            id=text(fields["id"], f"{place}.id"),
            name=text(fields["name"], f"{place}.name"),
            version=text(fields["version"], f"{place}.version"),
            indicators=indicators,
            weight_sets={
                key: _weight_set(key, value, indicators, f"{place}.weights.{key}") for key, value in weights.items()
            },
            band_sets={key: _band_set(key, value, f"{place}.bands.{key}") for key, value in bands.items()},
            applicability=_applicability(fields.get("applicability", {}), indicators, kinds, f"{place}.applicability"),
            contract_kinds={key: text(value, f"{place}.contract_kinds.{key}") for key, value in kinds.items()},
            data=fields,
        )

    def weights(self, chosen: object = None, place: str = "weights") -> WeightSet:
        """A named set, the default set (None), `{indicator: weight}`, or `{"points": true, "rows": {…}}`."""
        if chosen is None:
            return next((found for found in self.weight_sets.values() if found.default), self._first_set(place))
        if isinstance(chosen, str):
            return self.weight_sets[one_of(chosen, place, tuple(self.weight_sets))]
        fields = table(chosen, place)
        if "rows" not in fields:
            fields = {"rows": fields}
        return _weight_set("custom", {"name": "custom", **fields}, self.indicators, place)

    def bands(self, chosen: object = None, place: str = "bands") -> BandSet:
        """A named set, the default set (None), or a list of bands."""
        if chosen is None:
            return next(
                (found for found in self.band_sets.values() if found.default), next(iter(self.band_sets.values()))
            )
        if isinstance(chosen, str):
            return self.band_sets[one_of(chosen, place, tuple(self.band_sets))]
        return _band_set("custom", {"name": "custom", "bands": chosen}, place)

    def options(self, given: Mapping[str, object], place: str = "options") -> Mapping[str, str]:
        """Every option of every indicator as `I07.gap_mode` → value: the defaults, replaced by what is given.

        `<indicator>.target` replaces a target value.
        """
        options = {
            f"{indicator.id}.{option.name}": option.default
            for indicator in self.indicators.values()
            for option in indicator.options.values()
        }
        for key, value in given.items():
            spot = f"{place}.{key}"
            name, _, field = key.partition(".")
            indicator = self.indicators.get(name)
            if indicator is not None and field == "target":
                options[key] = str(number(value, spot, least=0))
            elif indicator is not None and field in indicator.options:
                options[key] = _chosen(indicator.options[field], value, spot)
            else:
                known = ", ".join(sorted({*options, *(f"{id_}.target" for id_ in self.indicators)}))
                raise CaseError(
                    spot, Words("is not a known option."), Words("Known here: %(known)s.", {"known": known})
                )
        return options

    def options_of(self, indicator: str, options: Mapping[str, str]) -> dict[str, str]:
        """The options of one indicator by their short names."""
        prefix = f"{indicator}."
        return {key.removeprefix(prefix): value for key, value in options.items() if key.startswith(prefix)}

    def _first_set(self, place: str) -> WeightSet:
        if not self.weight_sets:
            raise CaseError(place, Words("the scheme has no weights of its own: give one per indicator."))
        return next(iter(self.weight_sets.values()))


@cache
def built_in(name: str) -> Scheme:
    path = files("yunheng.kernel").joinpath("data", BUILT_IN[name])
    return Scheme.parse(json.loads(path.read_text(encoding="utf-8")), name)


def _indicator(entry: object, place: str) -> Indicator:
    fields = table(
        entry,
        place,
        required=("id", "level1", "level2", "name", "formula", "rule_text", "target_text"),
        optional=_OPTIONAL_FIELDS,
    )

    def stated(key: str) -> str:
        return text(fields.get(key, ""), f"{place}.{key}")

    names = array(fields.get("fields", ("numerator", "denominator")), f"{place}.fields")
    if len(names) != 2:
        raise CaseError(f"{place}.fields", Words("names the numerator and the denominator."))
    formula = one_of(fields["formula"], f"{place}.formula", FORMULAS)
    target = fields.get("target")
    if target is None and formula in ("ratio", "inverse_ratio", "gap_deduct"):
        raise CaseError(f"{place}.target", Words("is missing."))
    options = table(fields.get("options", {}), f"{place}.options")
    parameters = table(fields.get("parameters", {}), f"{place}.parameters")
    found = Indicator(
        id=stated("id"),
        level1=stated("level1"),
        level2=stated("level2"),
        name=stated("name"),
        explanation=stated("explanation"),
        source=stated("source"),
        target=None if target is None else number(target, f"{place}.target", least=0),
        target_text=stated("target_text"),
        formula=formula,
        parameters=MappingProxyType(
            {key: number(value, f"{place}.parameters.{key}") for key, value in parameters.items()}
        ),
        rule_text=stated("rule_text"),
        inputs=one_of(fields.get("inputs", "fraction"), f"{place}.inputs", INPUTS),
        fields=(text(names[0], f"{place}.fields[0]"), text(names[1], f"{place}.fields[1]")),
        share=boolean(fields.get("share", False), f"{place}.share"),
        when_zero=one_of(fields.get("when_zero", "not_applicable"), f"{place}.when_zero", WHEN_ZERO),
        roll_up=one_of(fields.get("roll_up", "pool"), f"{place}.roll_up", ROLL_UPS),
        measure=stated("measure"),
        unit=stated("unit"),
        options={key: _option(key, value, f"{place}.options.{key}") for key, value in options.items()},
    )
    if found.target == 0 and formula in ("ratio", "inverse_ratio"):
        raise CaseError(f"{place}.target", Words("a ratio cannot have the target 0."))
    return found


def _option(name: str, value: object, place: str) -> Option:
    fields = table(value, place, required=("default", "label"), optional=("choices",))
    choices = array(fields.get("choices", ()), f"{place}.choices")
    option = Option(
        name,
        default="",
        choices=tuple(text(choice, f"{place}.choices[{i}]") for i, choice in enumerate(choices)),
        label=text(fields["label"], f"{place}.label"),
    )
    return Option(name, _chosen(option, fields["default"], f"{place}.default"), option.choices, option.label)


def _chosen(option: Option, value: object, place: str) -> str:
    if option.choices:
        return one_of(value, place, option.choices)
    return str(number(value, place, least=0))


def _weight_set(key: str, value: object, indicators: Mapping[str, Indicator], place: str) -> WeightSet:
    fields = table(value, place, required=("name", "rows"), optional=("points", "default", "note", "groups"))
    rows: dict[str, Fraction] = {}
    for name, entry in table(fields["rows"], f"{place}.rows").items():
        one_of(name, f"{place}.{name}", tuple(indicators))
        rows[name] = number(entry, f"{place}.{name}", least=0)
    points = boolean(fields.get("points", False), f"{place}.points")
    found = WeightSet(
        key,
        name=text(fields["name"], f"{place}.name"),
        points=points,
        rows=rows,
        default=boolean(fields.get("default", False), f"{place}.default"),
        note=text(fields.get("note", ""), f"{place}.note"),
    )
    if found.total != 100 and (points or found.total != 1):
        raise CaseError(
            place,
            Words("the weights sum to %(total)s, not to 100.", {"total": plain(found.total)}),
            Words("Give every indicator its weight so that they sum to 100 (or, as shares, to 1)."),
        )
    return found


def _band_set(key: str, value: object, place: str) -> BandSet:
    fields = table(value, place, required=("name", "bands"), optional=("default",))
    bands: list[Band] = []
    for index, entry in enumerate(array(fields["bands"], f"{place}.bands")):
        spot = f"{place}.bands[{index}]"
        band = table(entry, spot, required=("grade", "least"), optional=())
        least = number(band["least"], f"{spot}.least", least=0)
        if bands and least >= bands[-1].least:
            raise CaseError(f"{spot}.least", Words("bands go from the best grade down."))
        bands.append(Band(text(band["grade"], f"{spot}.grade"), least))
    if not bands or bands[-1].least != 0:
        raise CaseError(f"{place}.bands", Words("the lowest band begins at 0."))
    return BandSet(
        key, text(fields["name"], f"{place}.name"), tuple(bands), boolean(fields.get("default", False), place)
    )


def _applicability(
    value: object, indicators: Mapping[str, Indicator], kinds: Mapping[str, object], place: str
) -> dict[str, Mapping[str, Applicability]]:
    matrix: dict[str, Mapping[str, Applicability]] = {}
    for id_, row in table(value, place).items():
        one_of(id_, f"{place}.{id_}", tuple(indicators))
        cells: dict[str, Applicability] = {}
        for kind, cell in table(row, f"{place}.{id_}").items():
            spot = f"{place}.{id_}.{kind}"
            one_of(kind, spot, tuple(kinds))
            fields = table(cell, spot, required=("applies", "reason"), optional=())
            cells[kind] = Applicability(
                boolean(fields["applies"], f"{spot}.applies"), text(fields["reason"], f"{spot}.reason")
            )
        matrix[id_] = cells
    return matrix
