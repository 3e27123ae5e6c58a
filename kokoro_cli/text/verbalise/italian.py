"""Italian: its words for the rules that the Romance languages share."""

from __future__ import annotations

from kokoro_cli.text.verbalise.romance import Form, Money, Noun, Vocabulary, nouns, phrases, rules

_SMALL = (
    "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
    "quindici sedici diciassette diciotto diciannove"
).split()
_TENS = "_ _ venti trenta quaranta cinquanta sessanta settanta ottanta novanta".split()
_SCALES = ("", "", "milione", "miliardo", "bilione", "biliardo")
_ORDINALS = "_ primo secondo terzo quarto quinto sesto settimo ottavo nono decimo".split()


def cardinal(number: int, form: Form = "alone") -> str:
    """Return "uno", "un" or "una" before a noun; "ventitré", "duemilaventicinque"."""
    if number == 0:
        return _SMALL[0]
    if number == 1:
        return {"alone": "uno", "m": "un", "f": "una"}[form]
    words: list[str] = []
    for power in range(5, 1, -1):
        group = number // 1000**power % 1000
        if group == 1:
            words.append(f"un {_SCALES[power]}")
        elif group:
            words.append(f"{_accented(_below_thousand(group))} {_SCALES[power][:-1]}i")
    thousands, rest = number // 1000 % 1000, number % 1000
    joined = ""
    if thousands:
        joined = "mille" if thousands == 1 else _below_thousand(thousands) + "mila"
    if rest:
        joined += _below_thousand(rest)
    return " ".join([*words, _accented(joined)] if joined else words)


def _accented(word: str) -> str:
    return word[:-1] + "é" if word.endswith("tre") and word != "tre" else word


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    word = ("" if hundreds < 2 else _SMALL[hundreds]) + "cento" * bool(hundreds)
    if rest < 20:
        # "Centotto", but "centouno".
        short = word[:-1] if word and rest == 8 else word
        return short + (_SMALL[rest] if rest else "")
    tens, ones = divmod(rest, 10)
    name = _TENS[tens]
    if word and name[0] == "o":
        word = word[:-1]
    if ones in (1, 8):
        name = name[:-1]
    return word + name + (_SMALL[ones] if ones else "")


def ordinal(number: int, form: Form = "alone") -> str:
    """Return "terza", "ventitreesimo"."""
    if number <= 10:
        word = _ORDINALS[number]
    else:
        stem = cardinal(number)
        if stem.endswith("mila"):
            stem = stem[:-2] + "lle"
        keeps = stem.endswith("sei")
        stem = stem[:-1] + "e" if stem.endswith("é") else stem if keeps else stem[:-1]
        word = stem + "esimo"
    return word[:-1] + "a" if form == "f" else word


def _fraction(top: int, bottom: int) -> str:
    if bottom == 2:
        return f"{cardinal(top, 'm')} mezz{'o' if top == 1 else 'i'}"
    share = ordinal(bottom)
    return f"{cardinal(top, 'm')} {share[:-1] + 'i' if top > 1 else share}"


def _clock(hour: int, minute: int) -> str:
    if minute == 0:
        return "una" if hour == 1 else cardinal(hour)
    return f"{'una' if hour == 1 else cardinal(hour)} e {cardinal(minute)}"


def _half_day(hour: int, afternoon: bool) -> str:
    if afternoon:
        return "del pomeriggio" if hour in (12, 1, 2, 3, 4, 5) else "di sera"
    return "di notte" if hour in (12, 1, 2, 3, 4) else "di mattina"


def _per(noun: Noun) -> str:
    name = noun.one
    if name[0] in "aeiou" or name.startswith("ora"):
        return f"all'{name}"
    if noun.feminine:
        return f"alla {name}"
    return f"allo {name}" if name[0] in "zy" else f"al {name}"


_CENT = Noun("centesimo", "centesimi")
_US_CENT = Noun("centesimo", "centesimi")
_EURO = Money(Noun("euro", "euro"), _CENT)
_POUND = Money(Noun("sterlina", "sterline", True), Noun("penny", "pence"))
_DOLLAR = Money(Noun("dollaro", "dollari"), _US_CENT)
_YEN = Money(Noun("yen", "yen"), Noun("sen", "sen"))
_MILLION = Noun("milione", "milioni")
_MILLIARD = Noun("miliardo", "miliardi")

_WORDS = Vocabulary(
    cardinal=cardinal,
    ordinal=ordinal,
    digits=tuple(_SMALL[:10]),
    comma="virgola",
    point="punto",
    minus="meno",
    plus="più",
    percent="per cento",
    per_mille="per mille",
    to="a",
    over="su",
    number="numero",
    fraction=_fraction,
    half=("mezzo", "mezza"),
    and_half=("e mezzo", "e mezza"),
    ordinals=r"\.?(?:(?P<f>ª|(?<!\.)(?:a|ma)\b)|(?P<m>(?!))|º|(?<!\.)(?:o|mo)\b)"
    r"|°(?= [a-z]{3})(?! (?:nord|sud|est|ovest|gradi|all|nel|con|per|non))",
    feminine=r"ore|.*(?:a|zione|sione|tà|tù|trice|gione|ie|udine)|notte|parte|chiave|nave|mano|"
        r"moto|foto|"
    r"radio|classe|fase|base|sede|frase|mente|voce|luce|croce|pace|legge|rete|gente|morte|torre|"
    r"serie|specie|crisi|analisi|tesi|ipotesi",
    masculine=r".*(?:gramm|blem|stem|tem|plom|clim|poet|pianet|panoram|dramm)a|cinema|"
        r"pigiama|colega|"
    r"papa|sofà|papà|.*ista",
    no_nouns=r"[aeioyu]|ed?|od?|di|da|del|dello|della|dei|degli|delle|al|allo|alla|ai|agli|alle|in|"
    r"nel|nella|con|su|sul|sulla|per|tra|fra|che|è|era|sono|erano|ha|hanno|fu|si|non|se|come|più|"
    r"meno|il|lo|la|gli|le|ma|dal|dalla|circa|contro|fino|dopo|prima|mila|milioni|va|sta|ogni|già|"
    r"gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|"
    r"dicembre",
    singular_below_two=False,
    of=lambda noun: f"di {noun}",
    per=_per,
    units=nouns(
        "km,Km=chilometro|chilometri; hm=ettometro|ettometri; m=metro|metri; "
        "dm=decimetro|decimetri; "
        "cm=centimetro|centimetri; mm=millimetro|millimetri; µm,μm=micrometro|micrometri; "
        "nm=nanometro|nanometri; kg,Kg=chilogrammo|chilogrammi; hg=ettogrammo|ettogrammi; "
        "g,gr=grammo|grammi; mg=milligrammo|milligrammi; µg,μg=microgrammo|microgrammi; "
        "q=quintale|quintali; t=tonnellata|tonnellate|f; l,L=litro|litri; "
        "dl,dL=decilitro|decilitri; "
        "cl,cL=centilitro|centilitri; ml,mL=millilitro|millilitri; hl,hL=ettolitro|ettolitri; "
        "h=ora|ore|f; min=minuto|minuti; s,sec=secondo|secondi; ms=millisecondo|millisecondi; "
        "°C,° C,ºC,℃=grado Celsius|gradi Celsius; °F,° F,℉=grado Fahrenheit|gradi Fahrenheit; "
        "°=grado|gradi; Hz=hertz|hertz; kHz=chilohertz|chilohertz; MHz=megahertz|megahertz; "
        "GHz=gigahertz|gigahertz; kB,KB=kilobyte|kilobyte; MB=megabyte|megabyte; "
        "GB=gigabyte|gigabyte; TB=terabyte|terabyte; Mb=megabit|megabit; Gb=gigabit|gigabit; "
        "kbps=kilobit al secondo|kilobit al secondo; Mbps=megabit al secondo|megabit al secondo; "
        "Gbps=gigabit al secondo|gigabit al secondo; W=watt|watt; kW=chilowatt|chilowatt; "
        "MW=megawatt|megawatt; GW=gigawatt|gigawatt; Wh=wattora|wattora; "
        "kWh=chilowattora|chilowattora; MWh=megawattora|megawattora; V=volt|volt; "
        "kV=chilovolt|chilovolt; mA=milliampere|milliampere; mAh=milliamperora|milliamperora; "
        "kJ=chilojoule|chilojoule; cal=caloria|calorie|f; kcal=chilocaloria|chilocalorie|f; "
        "Pa=pascal|pascal; hPa=ettopascal|ettopascal; kPa=chilopascal|chilopascal; bar=bar|bar; "
        "dB=decibel|decibel; ha=ettaro|ettari; mq=metro quadrato|metri quadrati; "
        "mc=metro cubo|metri cubi; kmq=chilometro quadrato|chilometri quadrati; px=pixel|pixel; "
        "rpm=giro al minuto|giri al minuto; ppm=parte per milione|parti per milione|f; "
        "CV=cavallo|cavalli; lb=libbra|libbre|f; oz=oncia|once|f; ft=piede|piedi; mi=miglio|miglia"
    ),
    squared=Noun("quadrato", "quadrati"),
    cubed=Noun("cubo", "cubi"),
    squared_f=Noun("quadrata", "quadrate"),
    cubed_f=Noun("cuba", "cube"),
    powers={"²": "al quadrato", "³": "al cubo"},
    power="elevato a",
    money={
        "€": _EURO, "EUR": _EURO, "£": _POUND, "GBP": _POUND, "$": _DOLLAR, "US$": _DOLLAR,
        "USD": _DOLLAR, "¥": _YEN, "JPY": _YEN, "₹": Money(Noun("rupia", "rupie", True), _CENT),
        "R$": Money(Noun("real", "real"), _CENT), "¢": Money(_US_CENT, _US_CENT),
        "CHF": Money(Noun("franco svizzero", "franchi svizzeri"), _CENT),
    },
    dollar="US$",
    cents=lambda units, number, name: f"{units} e {number} {name}",
    magnitudes={
        "M": _MILLION, "Mln": _MILLION, "mln": _MILLION, "Mrd": _MILLIARD, "mld": _MILLIARD,
        "milione": _MILLION, "milioni": _MILLION, "miliardo": _MILLIARD, "miliardi": _MILLIARD,
        "mila": Noun("mila", "mila"), "k": Noun("mila", "mila"),
    },
    months=tuple(
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
        "dicembre".split()
    ),
    date="{day} {month} {year}",
    day_month="{day} {month}",
    first_day="primo",
    at_hours="ore|ora|alle|dalle|le|all|sulle|verso le",
    hours=Noun("ora", "ore", True),
    minutes=Noun("minuto", "minuti"),
    seconds=Noun("secondo", "secondi"),
    clock=_clock,
    half_day=_half_day,
    date_context="il|del|dal|al|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica",
    kings="Alessandro|Alfonso|Benedetto|Carlo|Alberto|Clemente|Enrico|Edoardo|Eugenio|Federico|"
    "Ferdinando|Filippo|Francesco|Gregorio|Guglielmo|Innocenzo|Giacomo|Giorgio|Giovanni|Giulio|"
    "Giovanni Paolo|Leone|Leopoldo|Luigi|Napoleone|Nicola|Paolo|Pietro|Pio|Riccardo|Umberto|Urbano|"
    "Vittorio Emanuele|Emanuele|Amedeo|Cosimo|Lorenzo|Ottone|Sisto|Bonifacio|Ruggero|Ivan|Dario|"
    "Ramses|Giuseppe|Ludovico|Martino|Callisto|Adriano|Celestino|Onorio",
    queens="Elisabetta|Caterina|Cristina|Giovanna|Margherita|Maria|Vittoria|Cleopatra|Anna|"
        "Isabella|"
    "Beatrice",
    regnal=ordinal,
    numeral_ordinals=r"\.?(?:(?P<f>ª)|[º°])",
    century="secol[oi]|sec\\.|secc\\.",
    century_after="secolo|sec\\.",
    century_number=ordinal,
    ordinal_before="guerra|repubblica|edizione|congresso|festival|vertice|conferenza|legislatura|"
    "reich|premio|concilio|municipio|piano|giornata|dinastia|settimana|concorso|internazionale|"
    "rapporto|corso",
    titles=phrases(
        "Sig.=signor; Sigg.=signori; Sig.ra=signora; Sigg.re=signore; Sig.na=signorina; "
        "Sig.r=signor; Dott.=dottor; Dott.ssa=dottoressa; Dr.=dottor; Dr.ssa=dottoressa; "
        "Prof.=professor; Prof.ssa=professoressa; Ing.=ingegner; Avv.=avvocato; Arch.=architetto; "
        "Geom.=geometra; Rag.=ragionier; On.=onorevole; Sen.=senatore; Cav.=cavalier; "
        "Comm.=commendator; Mons.=monsignor; Gen.=generale; Col.=colonnello; Cap.=capitano; "
        "Magg.=maggiore; Ten.=tenente; S.=san; Spett.=spettabile; Gent.mo=gentilissimo; "
        "Gent.ma=gentilissima; Egr.=egregio; P.zza=piazza; V.le=viale; C.so=corso; L.go=largo; "
        "Sig.ri=signori; Ill.mo=illustrissimo; Card.=cardinale; Min.=ministro; Pres.=presidente; "
        "F.lli=fratelli; Vs.=vostro; Ns.=nostro; D.=don"
    ),
    abbreviations=phrases(
        "ecc.=eccetera; etc.=eccetera; p. es.=per esempio; per es.=per esempio; ad es.=ad esempio; "
        "es.=esempio; a. C.=avanti Cristo; d. C.=dopo Cristo; S.p.A.=società per azioni; "
        "S. r. l.=società a responsabilità limitata; c. d.=cosiddetto; cd.=cosiddetto; "
        "cfr.=confronta; vs.=versus; tel.=telefono; ca.=circa; cell.=cellulare; "
        "c. m.=corrente mese; c. a.=corrente anno; u. s.=ultimo scorso; p. v.=prossimo venturo; "
        "max.=massimo; min.=minimo; q. b.=quanto basta; N. B.=nota bene; P. S.=post scriptum; "
        "R. S. V. P.=si prega di rispondere; s. n. c.=senza numero civico; rif.=riferimento; "
        "all.=allegato; int.=interno; dx=destra; sx=sinistra; b/n=bianco e nero; "
        "gg.=giorni; aut.=autore; ab.=abitanti; a. m.=di mattina; p. m.=del pomeriggio; "
        "i. e.=cioè; e. g.=per esempio; apr.=aprile; sett.=settembre; ott.=ottobre; nov.=novembre; "
        "genn.=gennaio; febbr.=febbraio; ecc=eccetera; sec.=secolo"
    )
    | {"S.M.": "Sua Maestà"},
    before_number=phrases(
        "n.=numero; n°=numero; nº=numero; n.°=numero; n.º=numero; N.=numero; N°=numero; "
        "nn.=numeri; "
        "№=numero; nr.=numero; num.=numero; pag.=pagina; pagg.=pagine; p.=pagina; pp.=pagine; "
        "cap.=capitolo; capp.=capitoli; vol.=volume; voll.=volumi; art.=articolo; artt.=articoli; "
        "fig.=figura; figg.=figure; tab.=tabella; sec.=secolo; secc.=secoli; km.=chilometro; "
        "lett.=lettera; co.=comma; ed.=edizione; c.=circa; ca.=circa; par.=paragrafo; "
        "sez.=sezione; §=paragrafo; L.=legge"
    ),
    signs=phrases(
        "+=più; −=meno; ±=più o meno; ×=per; ·=per; *=per; ÷=diviso; <=minore di; >=maggiore di; "
        "≤=minore o uguale a; ≥=maggiore o uguale a; ≠=diverso da; ≈=circa; ~=circa; ∞=infinito; "
        "√=radice di; π=pi greco; &=e; %=per cento; ‰=per mille; °=gradi; €=euro; £=sterline; "
        "$=dollari; ¥=yen; ₹=rupie; @=chiocciola; №=numero; §=paragrafo; →=a"
    )
    | {"=": "uguale"},
    and_word="e",
    or_word="o",
    either="e/o|e/od",
    marks=phrases(
        ".=punto; @=chiocciola; /=barra; -=trattino; _=trattino basso; :=due punti; "
        "?=punto interrogativo; &=e; #=cancelletto; ~=tilde; +=più; %=per cento; ,=virgola"
    )
    | {"=": "uguale", ";": "punto e virgola"},
    hashtag="hashtag",
    version="versione",
    phones=r"3\d\d[ ./-]?\d{3}[ .]?\d{3,4}|0\d{1,3}[ ./-]\d{3,4} ?\d{2,4}|0[1-9]\d{6,9}|"
        r"800[ .-]\d{3}[ .-]?\d{3}",
    phone_context="tel|tel\\.|telefono|cell|cell\\.|cellulare|fax|chiama|chiamate|chiamare|"
    "numero verde|whatsapp",
    phone_pairs=False,
)  # fmt: skip

RULES = rules(_WORDS)
"""Highest priority first: the first rule that matches a span wins."""
