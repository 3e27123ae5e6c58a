"""French: its words for the rules that the Romance languages share."""

from __future__ import annotations

from kokoro_cli.text.verbalise.romance import Form, Money, Noun, Vocabulary, nouns, phrases, rules

_SMALL = (
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf"
).split()
_TENS = "_ _ vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt".split()
_SCALES = ("", "", "million", "milliard", "billion", "billiard")


def cardinal(number: int, form: Form = "alone") -> str:
    """Return "vingt et un", "vingt et une" before a feminine noun, "quatre-vingts"."""
    if number == 0:
        return _SMALL[0]
    words: list[str] = []
    for power in range(5, -1, -1):
        group = number // 1000**power % 1000
        if not group:
            continue
        if power == 1:
            words += [_below_thousand(group, "m", final=False)] if group > 1 else []
            words.append("mille")
            continue
        words.append(_below_thousand(group, form if power == 0 else "m", final=True))
        if power:
            words.append(_SCALES[power] + "s" * (group > 1))
    return " ".join(words)


def _below_thousand(number: int, form: Form, *, final: bool) -> str:
    hundreds, rest = divmod(number, 100)
    words = [_SMALL[hundreds]] if hundreds > 1 else []
    if hundreds:
        words.append("cents" if hundreds > 1 and not rest and final else "cent")
    if rest:
        words.append(_below_hundred(rest, form, final=final))
    return " ".join(words)


def _below_hundred(number: int, form: Form, *, final: bool) -> str:
    if number < 20:
        return "une" if number == 1 and form == "f" else _SMALL[number]
    tens, ones = divmod(number, 10)
    if tens in (7, 9):
        ones += 10
    if tens >= 8 and not ones:
        return "quatre-vingts" if final else "quatre-vingt"
    if not ones:
        return _TENS[tens]
    last = "une" if ones == 1 and form == "f" else _SMALL[ones]
    joint = " et " if ones in (1, 11) and tens < 8 else "-"
    return f"{_TENS[tens]}{joint}{last}"


def ordinal(number: int, form: Form = "alone") -> str:
    """Return "premier", "première", "vingt et unième"."""
    if number == 1:
        return "première" if form == "f" else "premier"
    stem = cardinal(number)
    for end, new in (("cinq", "cinqu"), ("neuf", "neuv"), ("vingts", "vingt"), ("cents", "cent")):
        if stem.endswith(end):
            return f"{stem.removesuffix(end)}{new}ième"
    return stem.removesuffix("e") + "ième"


def _fraction(top: int, bottom: int) -> str:
    names = {2: "demi", 3: "tiers", 4: "quart"}
    share = names.get(bottom, ordinal(bottom))
    return f"{cardinal(top)} {share}{'s' * (top > 1 and bottom != 3)}"


def _clock(hour: int, minute: int) -> str:
    hours = f"{cardinal(hour, 'f')} {'heure' if hour < 2 else 'heures'}"
    return f"{hours} {cardinal(minute, 'f')}" if minute else hours


def _half_day(hour: int, afternoon: bool) -> str:
    hours = "heure" if hour == 1 else "heures"
    if afternoon:
        return f"{hours} du soir" if 6 <= hour <= 11 else f"{hours} de l'après-midi"
    return f"{hours} du matin"


def _of(noun: str) -> str:
    return f"d'{noun}" if noun[0] in "aeiouyhéèêà" else f"de {noun}"


def _regnal(number: int, form: Form) -> str:
    return ordinal(1, form) if number == 1 else cardinal(number)


_CENT = Noun("centime", "centimes")
_US_CENT = Noun("cent", "cents")
_EURO = Money(Noun("euro", "euros"), _CENT)
_POUND = Money(Noun("livre", "livres", True), Noun("penny", "pence"))
_DOLLAR = Money(Noun("dollar", "dollars"), _US_CENT)
_YEN = Money(Noun("yen", "yens"), Noun("sen", "sen"))
_MILLION = Noun("million", "millions")
_MILLIARD = Noun("milliard", "milliards")

_WORDS = Vocabulary(
    cardinal=cardinal,
    ordinal=ordinal,
    digits=tuple(_SMALL[:10]),
    comma="virgule",
    point="point",
    minus="moins",
    plus="plus",
    percent="pour cent",
    per_mille="pour mille",
    to="à",
    over="sur",
    number="numéro",
    fraction=_fraction,
    half=("un demi", "une demi"),
    and_half=("et demi", "et demie"),
    ordinals=r"(?P<f>(?<=1)(?:re|ère|ere)\b|nde\b)|(?P<m>(?<=1)(?:er|ᵉʳ))"
    r"|(?:i?[eè]mes?|nd|e|es|ᵉ)\b",
    feminine=r".*(?:tions?|sions?|[^m]ités?|ées?|ettes?|ances?|ences?|tures?|elles?|esses?|euses?|"
    r"rices?|ries?|gies?|phies?)|heures?|minutes?|secondes?|semaines?|années?|femmes?|filles?|"
    r"pages?|personnes?|fois|voitures?|maisons?|tonnes?|livres sterling|voix|places?|"
    r"villes?|tables?|"
    r"nuits?|chaises?|pommes?|tasses?|cartes?|lignes?|lettres?|photos?|vidéos?|équipes?|classes?|"
    r"parties?|choses?|bouteilles?|églises?|îles?|écoles?|rues?|langues?|mères?|sœurs?|tantes?|"
    r"étoiles?|images?|branches?|feuilles?|marches?|œuvres?|courses?|entreprises?|victoires?|"
    r"défaites?|danseuses?|mains?|têtes?|dents?|portes?|fenêtres?|roues?|vagues?|vaches?",
    masculine=r"musées?|lycées?|trophées?|mariées?|modèles?|silences?|parents?|côtés?|étés?",
    no_nouns=r"[aeoyuà]|ou|où|et|de|du|des|la|le|les|en|est|était|sont|ont|au|aux|par|pour|"
        r"dans|sur|"
    r"sous|avec|sans|que|qui|ne|pas|plus|moins|se|ce|ses|son|sa|entre|vers|mais|puis|il|elle|ils|"
    r"elles|mille|millions|million|milliards|milliard|après|dans|très",
    singular_below_two=True,
    of=_of,
    per=lambda noun: f"par {noun.one}",
    units=nouns(
        "km=kilomètre|kilomètres; hm=hectomètre|hectomètres; m=mètre|mètres; "
        "dm=décimètre|décimètres; cm=centimètre|centimètres; mm=millimètre|millimètres; "
        "µm,μm=micromètre|micromètres; nm=nanomètre|nanomètres; kg,Kg=kilogramme|kilogrammes; "
        "g=gramme|grammes; mg=milligramme|milligrammes; µg,μg=microgramme|microgrammes; "
        "t=tonne|tonnes|f; l,L=litre|litres; dl,dL=décilitre|décilitres; "
        "cl,cL=centilitre|centilitres; ml,mL=millilitre|millilitres; hl,hL=hectolitre|hectolitres; "
        "h=heure|heures|f; min,mn=minute|minutes|f; s,sec=seconde|secondes|f; "
        "ms=milliseconde|millisecondes|f; °C,° C,ºC,℃=degré Celsius|degrés Celsius; "
        "°F,° F,℉=degré Fahrenheit|degrés Fahrenheit; °=degré|degrés; Hz=hertz|hertz; "
        "kHz=kilohertz|kilohertz; MHz=mégahertz|mégahertz; GHz=gigahertz|gigahertz; "
        "Ko,ko,kB,KB=kilooctet|kilooctets; Mo,MB=mégaoctet|mégaoctets; Go,GB=gigaoctet|gigaoctets; "
        "To,TB=téraoctet|téraoctets; Mb=mégabit|mégabits; Gb=gigabit|gigabits; "
        "kbps=kilobit par seconde|kilobits par seconde; "
        "Mbps=mégabit par seconde|mégabits par seconde; "
        "Gbps=gigabit par seconde|gigabits par seconde; W=watt|watts; kW=kilowatt|kilowatts; "
        "MW=mégawatt|mégawatts; GW=gigawatt|gigawatts; Wh=watt-heure|watts-heures; "
        "kWh=kilowatt-heure|kilowatt-heures; MWh=mégawatt-heure|mégawatt-heures; V=volt|volts; "
        "kV=kilovolt|kilovolts; mA=milliampère|milliampères; "
        "mAh=milliampère-heure|milliampères-heures; kJ=kilojoule|kilojoules; "
        "cal=calorie|calories|f; kcal=kilocalorie|kilocalories|f; Pa=pascal|pascals; "
        "hPa=hectopascal|hectopascals; kPa=kilopascal|kilopascals; bar=bar|bars; "
        "dB=décibel|décibels; ha=hectare|hectares; px=pixel|pixels; "
        "rpm=tour par minute|tours par minute; ppm=partie par million|parties par million|f; "
        "ch=cheval|chevaux; lb=livre|livres|f; oz=once|onces|f; ft=pied|pieds; mi=mille|milles"
    ),
    squared=Noun("carré", "carrés"),
    cubed=Noun("cube", "cubes"),
    squared_f=Noun("carrée", "carrées"),
    cubed_f=Noun("cube", "cubes"),
    powers={"²": "au carré", "³": "au cube"},
    power="puissance",
    money={
        "€": _EURO, "EUR": _EURO, "£": _POUND, "GBP": _POUND, "$": _DOLLAR, "US$": _DOLLAR,
        "USD": _DOLLAR, "$US": _DOLLAR, "¥": _YEN, "JPY": _YEN,
        "₹": Money(Noun("roupie", "roupies", True), Noun("paisa", "paisas")),
        "R$": Money(Noun("réal", "réaux"), _CENT), "CHF": Money(Noun("franc suisse",
        "francs suisses"), _CENT),
        "FCFA": Money(Noun("franc CFA", "francs CFA"), _CENT), "¢": Money(_US_CENT, _US_CENT),
    },
    dollar="US$",
    cents=lambda units, number, name: f"{units} {number}",
    magnitudes={
        "M": _MILLION, "Md": _MILLIARD, "Mds": _MILLIARD, "million": _MILLION, "millions": _MILLION,
        "milliard": _MILLIARD, "milliards": _MILLIARD, "mille": Noun("mille", "mille"),
        "k": Noun("mille", "mille"), "K": Noun("mille", "mille"),
    },
    months=tuple(
        "janvier février mars avril mai juin juillet août septembre octobre novembre "
        "décembre".split()
    ),
    date="{day} {month} {year}",
    day_month="{day} {month}",
    first_day="premier",
    at_hours="heure|heures",
    hours=Noun("heure", "heures", True),
    minutes=Noun("minute", "minutes", True),
    seconds=Noun("seconde", "secondes", True),
    clock=_clock,
    half_day=_half_day,
    date_context="le|du|au|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
    kings="Alexandre|Alphonse|Benoît|Charles|Clément|Clovis|Édouard|Edouard|François|Frédéric|"
    "George|Georges|Grégoire|Guillaume|Henri|Innocent|Jacques|Jean|Jean-Paul|Léon|Léopold|Louis|"
    "Napoléon|Nicolas|Paul|Philippe|Pie|Pierre|Richard|Robert|Urbain|Albert|Baudouin|Ivan|Ramsès|"
    "Darius|Ferdinand|Joseph|Guillaume|Otton|Hugues|Raoul|Lothaire",
    queens="Élisabeth|Elisabeth|Élizabeth|Elizabeth|Catherine|Christine|Jeanne|Marguerite|Marie|"
    "Victoria|Cléopâtre|Anne|Isabelle|Béatrice",
    regnal=_regnal,
    numeral_ordinals=r"(?P<f>re|ère)|er|nde?|i?[eè]mes?|es?",
    century="siècles?",
    century_after="siècle",
    century_number=lambda n: ordinal(n),
    ordinal_before="république guerre",
    titles=phrases(
        "M.=monsieur; MM.=messieurs; Mme=madame; Mmes=mesdames; Mlle=mademoiselle; "
        "Mlles=mesdemoiselles; Dr=docteur; Dr.=docteur; Drs=docteurs; Pr=professeur; "
        "Pr.=professeur; Prof.=professeur; Me=maître; Mgr=monseigneur; St=saint; Ste=sainte; "
        "St.=saint; Ste.=sainte; Sts=saints; Cie=compagnie; Mr=monsieur; Mr.=monsieur; "
        "Mme.=madame; Gén.=général; Col.=colonel; Cdt=commandant; Lt=lieutenant; Vve=veuve"
    ),
    abbreviations=phrases(
        "c.-à-d.=c'est-à-dire; c-à-d=c'est-à-dire; càd=c'est-à-dire; p. ex.=par exemple; "
        "par ex.=par exemple; etc.=et cetera; etc=et cetera; av. J.-C.=avant Jésus-Christ; "
        "ap. J.-C.=après Jésus-Christ; J.-C.=Jésus-Christ; bd=boulevard; boul.=boulevard; "
        "av.=avenue; env.=environ; tél.=téléphone; cf.=confer; vs.=versus; vs=versus; "
        "max.=maximum; min.=minimum; hab.=habitants; dépt=département; apt.=appartement; "
        "appt=appartement; éd.=édition; réf.=référence; S. A.=société anonyme; "
        "P.-S.=post-scriptum; "
        "s.v.p.=s'il vous plaît; svp=s'il vous plaît; SVP=s'il vous plaît; RDV=rendez-vous; "
        "rdv=rendez-vous; janv.=janvier; févr.=février; juil.=juillet; "
        "oct.=octobre; nov.=novembre; déc.=décembre; ch.-l.=chef-lieu; qqch.=quelque chose; "
        "qqn=quelqu'un; É.-U.=États-Unis; i. e.=c'est-à-dire; N.B.=nota bene"
    ),
    before_number=phrases(
        "n°=numéro; nº=numéro; n.°=numéro; N°=numéro; no=numéro; no.=numéro; n°s=numéros; "
        "№=numéro; p.=page; pp.=pages; pag.=page; chap.=chapitre; ch.=chapitre; vol.=volume; "
        "art.=article; fig.=figure; t.=tome; s.=siècle; v.=vers; ca.=circa; §=paragraphe; "
        "al.=alinéa; éd.=édition; env.=environ"
    ),
    signs=phrases(
        "+=plus; −=moins; ±=plus ou moins; ×=fois; ·=fois; *=fois; ÷=divisé par; "
        "<=inférieur à; >=supérieur à; ≤=inférieur ou égal à; ≥=supérieur ou égal à; "
        "≠=différent de; ≈=environ; ~=environ; ∞=infini; √=racine de; π=pi; &=et; %=pour cent; "
        "‰=pour mille; °=degrés; €=euros; £=livres; $=dollars; ¥=yens; ₹=roupies; @=arobase; "
        "№=numéro; §=paragraphe; →=à"
    )
    | {"=": "égale"},
    and_word="et",
    or_word="ou",
    either="et/ou",
    marks=phrases(
        ".=point; @=arobase; /=barre; -=tiret; _=tiret bas; :=deux points; "
        "?=point d'interrogation; &=et; #=dièse; ~=tilde; +=plus; %=pour cent; ,=virgule"
    )
    | {"=": "égale", ";": "point-virgule"},
    hashtag="hashtag",
    version="version",
    phones=r"0\d(?:[ .-]\d\d){4}|0\d{9}|0[89]\d\d \d{3} \d{3}",
    phone_context="tél|tél\\.|téléphone|portable|fax|appelez|appeler|numéro|composez",
    phone_pairs=True,
)  # fmt: skip

RULES = rules(_WORDS)
"""Highest priority first: the first rule that matches a span wins."""
