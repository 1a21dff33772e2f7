"""Readable titles from the till's shorthand: ``SFT DRNK SNGL SRV BTL CARB (EX`` is a Soft Drink Single Serve Bottle."""

import re
from typing import Final

_SHORTHAND: Final = """
AEROS=aerosol BA=bars BEERALEMALT=beer ale and malt BG=bags BKD=baked BKNG=baking BN=beans BR=bread BRD=bread
BRKFST=breakfast BTL=bottle BTR=butter CARB=carbonated CATFD=cat food CHIX=chicken CHOC=chocolate
CHOCOCLATE=chocolate CLEANG=cleaning CLU=club CND=canned CONC=concentrate COOKNG=cooking CRBNTD=carbonated
CRMD=creamed CRYSTL=crystal DNR=dinner DNRS=dinners DRNK=drink DRNKING=drinking DRNKNG=drinking DRNKS=drinks
DRSNG=dressing DSH=dishes EXCP=except FD=food FEM=feminine FLVR=flavour FLVRD=flavoured FRE=fresh FRZ=frozen
FRZN=frozen GDS=goods GRND=ground HYGN=hygiene INCL=including IWS=wrapped slices JCE=juice JU=juice JUIC=juice
MACH=machine MISC=other MISCELLANEOUS=other MIXS=mixes MLK=milk MLT=multi MNERAL=mineral MNRL=mineral MW=microwave
MX=mix MXS=mixes OJ=orange juice OV=oven PCKGD=packaged PK=pack PKG=packaged PKLD=pickled PLSTC=plastic PNT=peanut
PREM=premium PREP=prepared PTTY=patty PWDR=powder PWDRS=powders REFIGERATED=refrigerated REFRGRATD=refrigerated
REFRIG=refrigerated REG=regular SAL=salad SALD=salad SANDWIC=sandwiches SANDWICHE=sandwiches SAUS=sausage SFT=soft
SGL=single SHERBTS=sherbets SHRED=shredded SNDWCH=sandwich SNDWICHES=sandwiches SNGL=single SPECILATY=specialty
SPLY=supplies SPRD=spread SRV=serve SS=single serve STK=steak SUP=supplies SUPPPLIES=supplies SV=serve SW=sweet
SWEETNERS=sweeteners TISS=tissue TORT=tortilla TRSH=trash VEG=vegetables VEND=vending WAT=water WATE=water WHL=whole
WHLSM=wholesome WRA=wraps WTR=water
"""
_WORDS: Final = dict(re.findall(r"([A-Z]+)=([a-z ]+?)\s+(?=[A-Z]+=|$)", _SHORTHAND))
_KEPT: Final = {"TV", "BBQ", "HBC", "RTS", "IQF", "GM", "AA"}
_VAGUE: Final = {
    "Premium", "Mainstream", "Traditional", "Economy", "Value", "Seasonal", "Activity", "Flats", "Specialty", "Regular",
}  # fmt: skip
_SMALL: Final = {"and", "by", "for", "in", "not", "of", "on", "or", "over", "the", "under", "with", "ml", "oz", "lb"}
_UNITS: Final = {
    "OZ": "oz", "OZS": "oz", "Z": "oz", "LB": "lb", "CT": "count", "GA": "gal", "GAL": "gal", "GALON": "gal",
    "DZ": "dozen", "DOZ": "dozen", "L": "l", "LT": "l", "ML": "ml", "PK": "pack", "SQ": "sq", "FT": "ft", "QT": "quart",
    "PT": "pint", "PC": "pieces", "PCS": "pieces", "LOAD": "loads", "LD": "loads", "LDS": "loads", "IN": "in", "G": "g",
    "BTL": "bottle", "AERO": "aerosol", "AEROS": "aerosol", "CTN": "carton", "REFIL": "refill", "CN": "can",
}  # fmt: skip


def readable(shorthand: str) -> str:
    """Spell out and title-case a category or product type; a parenthesis cut off by the till's width goes."""
    text = re.sub(r"\s*\([^)]*$", "", shorthand.strip())
    text = re.sub(r"[/&]\s*[A-Z]?$|\s+(CARB INCL|CARB?)$", "", text)
    text = re.sub(r"\bMISC\.", "MISC", re.sub(r"(\d)([A-Z]{2,})", r"\1 \2", text))
    text = re.sub(r"\s*&\s*", " & ", re.sub(r":\s*", ": ", text))
    words = re.sub(r"[A-Z]+", _spelled, text)
    return " ".join(words.split())


def size(package: str) -> str:
    """Spell out a package size: ``L    12 OZ`` → ``12 oz``."""
    text = re.sub(r"^([A-Z]|\(\d+\))\s+(?=\d)", "", package.strip())
    return " ".join(re.sub(r"[A-Z]+", lambda unit: _UNITS.get(unit[0], unit[0].lower()), text).split())


def title(category: str, kind: str, vague: bool) -> str:
    """Name a product by its type, led by its category where the type alone does not say what it is."""
    return f"{category}: {kind}" if vague or kind in _VAGUE else kind


def _spelled(word: re.Match[str]) -> str:
    if word[0] in _KEPT:
        return word[0]
    plain = _WORDS.get(word[0], word[0].lower())
    small = plain in _SMALL and word.start() > 0
    after_apostrophe = word.start() > 0 and word.string[word.start() - 1] == "'"
    return plain if small or after_apostrophe else " ".join(part.capitalize() for part in plain.split())
