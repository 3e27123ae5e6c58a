"""Spanish: its words for the rules that the Romance languages share."""

from __future__ import annotations

from kokoro_cli.text.verbalise.romance import Form, Money, Noun, Vocabulary, nouns, phrases, rules

_SMALL = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro "
    "veinticinco veintiséis veintisiete veintiocho veintinueve"
).split()
_TENS = "_ _ _ treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
_HUNDREDS = (
    "_ ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos "
    "novecientos"
).split()
_MILLIONS = ("", "millón", "billón", "trillón")
_UNITS = "_ primero segundo tercero cuarto quinto sexto séptimo octavo noveno".split()
_TENTHS = (
    "_ décimo vigésimo trigésimo cuadragésimo quincuagésimo sexagésimo septuagésimo octogésimo "
    "nonagésimo"
).split()
_HUNDREDTHS = (
    "_ centésimo ducentésimo tricentésimo cuadringentésimo quingentésimo sexcentésimo "
    "septingentésimo octingentésimo noningentésimo"
).split()
_SHARES = "_ _ medio tercio cuarto quinto sexto séptimo octavo noveno décimo".split()


def cardinal(number: int, form: Form = "alone") -> str:
    """Return "veintiuno", "veintiún" before a noun, "doscientas veintiuna" before a feminine."""
    if number == 0:
        return _SMALL[0]
    words: list[str] = []
    for power in range(3, -1, -1):
        group = number // 1_000_000**power % 1_000_000
        if not group:
            continue
        words.append(_below_million(group, form if power == 0 else "m"))
        if power:
            words.append(_MILLIONS[power] if group == 1 else _MILLIONS[power][:-2] + "ones")
    return " ".join(words)


def _below_million(number: int, form: Form) -> str:
    thousands, rest = divmod(number, 1000)
    words = []
    if thousands:
        # "Doscientas mil libras", but "veintiún mil libras".
        words += [_below_thousand(thousands, form, "m")] if thousands > 1 else []
        words.append("mil")
    if rest:
        words.append(_below_thousand(rest, form, form))
    return " ".join(words)


def _below_thousand(number: int, form: Form, last: Form) -> str:
    if number == 100:
        return "cien"
    hundreds, rest = divmod(number, 100)
    words = []
    if hundreds:
        name = _HUNDREDS[hundreds]
        words.append(name[:-2] + "as" if form == "f" and hundreds > 1 else name)
    if rest:
        words.append(_below_hundred(rest, last))
    return " ".join(words)


def _below_hundred(number: int, form: Form) -> str:
    if number >= 30:
        tens, ones = divmod(number, 10)
        return f"{_TENS[tens]} y {_below_hundred(ones, form)}" if ones else _TENS[tens]
    name = _SMALL[number]
    if number not in (1, 21) or form == "alone":
        return name
    if form == "f":
        return name[:-1] + "a"
    return "veintiún" if number == 21 else "un"


def ordinal(number: int, form: Form = "alone") -> str:
    """Return "tercero", "tercer", "vigésima tercera"; "m" is the form before a noun."""
    if number >= 1000:
        return "milésima" if number == 1000 and form == "f" else cardinal(number, form)
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    if tens == 1 and ones:
        joined = {1: "undécimo", 2: "duodécimo", 7: "decimoséptimo"}
        last = [joined.get(ones, "decimo" + _UNITS[ones])]
    else:
        last = [_TENTHS[tens]] * bool(tens) + [_UNITS[ones]] * bool(ones)
    words = [_HUNDREDTHS[hundreds]] * bool(hundreds) + last
    if form == "f":
        words = [word[:-1] + "a" for word in words]
    elif form == "m" and words[-1].endswith(("primero", "tercero")):
        words[-1] = words[-1][:-1]
    return " ".join(words)


def _fraction(top: int, bottom: int) -> str:
    if (top, bottom) == (1, 2):
        return "un medio"
    large = {100: "centésimo", 1000: "milésimo"}
    if bottom <= 10:
        share = _SHARES[bottom]
    else:
        share = large.get(bottom) or cardinal(bottom).replace(" ", "") + "avo"
    return f"{cardinal(top, 'm')} {share}{'s' * (top > 1)}"


def _clock(hour: int, minute: int) -> str:
    if minute == 0:
        return f"{cardinal(hour, 'f')} {'hora' if hour == 1 else 'horas'}"
    between = " cero " if minute < 10 else " "
    return f"{cardinal(hour, 'f')}{between}{cardinal(minute)}"


def _half_day(hour: int, afternoon: bool) -> str:
    if afternoon:
        return "de la tarde" if hour in (12, 1, 2, 3, 4, 5, 6, 7) else "de la noche"
    return "de la madrugada" if hour in (12, 1, 2, 3, 4, 5) else "de la mañana"


def _regnal(number: int, form: Form) -> str:
    return ordinal(number, form) if number <= 10 else cardinal(number)


_CENT = Noun("céntimo", "céntimos")
_CENTAVO = Noun("centavo", "centavos")
_EURO = Money(Noun("euro", "euros"), _CENT)
_POUND = Money(Noun("libra", "libras", True), Noun("penique", "peniques"))
_DOLLAR = Money(Noun("dólar", "dólares"), _CENTAVO)
_YEN = Money(Noun("yen", "yenes"), Noun("sen", "sen"))
_MILLION = Noun("millón", "millones")

_MARKS = phrases(
    ".=punto; @=arroba; /=barra; -=guion; _=guion bajo; :=dos puntos; ?=interrogación; &=y; "
    "#=almohadilla; ~=virgulilla; +=más; %=por ciento; ,=coma"
) | {"=": "igual", ";": "punto y coma"}

_WORDS = Vocabulary(
    cardinal=cardinal,
    ordinal=ordinal,
    digits=tuple(_SMALL[:10]),
    comma="coma",
    point="punto",
    minus="menos",
    plus="más",
    percent="por ciento",
    per_mille="por mil",
    to="a",
    over="sobre",
    number="número",
    fraction=_fraction,
    half=("medio", "media"),
    and_half=("y medio", "y media"),
    ordinals=r"\.?(?:(?P<f>ª|(?<!\.)(?:ra|da|ta|ma|va|na)\b)|(?P<m>er\b|ᵉʳ)|º"
    r"|(?<!\.)(?:ro|do|to|mo|vo|no)\b)|°(?= [a-zà-ÿ]{4})(?! (?:norte|oeste|este|grados))",
    feminine=r".*(?:[^r]as?|ras?|ción|ciones|sión|siones|dad|dades|tud|tudes|triz|trices|vez|veces)"
    r"|mujer(?:es)?|noches?|calles?|clases?|partes?|tardes?|llaves?|naves?|imagen|imágenes|leyes|"
    r"ley|redes|red|manos?|fotos?|motos?|serie|series|flor|flores|sangre|gente|muertes?|torres?|"
    r"sedes?|bases?|fases?|frases?",
    masculine=r"días?|mediodía|.*(?:gram|blem|stem|plom|idiom|plan[ei]t|poet)as?|.*temas?|"
    r"mapas?|climas?|guardias?|tranvías?|sofás?|papás?|kilos?|"
    r"(?!(?:entre|re)?vistas?|(?:auto)?pistas?|listas?|conquistas?|aristas?).*istas?",
    no_nouns=r"[aeoyu]|de|del|al|en|con|por|para|que|es|era|eran|fue|fueron|son|ha|han|hay|"
        r"se|no|si|"
    r"sí|como|más|menos|hasta|desde|sin|sobre|entre|la|el|las|los|lo|le|les|su|sus|mi|mis|ya|está|"
    r"están|tras|según|ante|contra|pero|cuando|donde|mil|millones|millón|tiene|va|sus|es|esas?|"
    r"estas?|este|ese|a|cada|veces",
    singular_below_two=False,
    of=lambda noun: f"de {noun}",
    per=lambda noun: f"por {noun.one}",
    units=nouns(
        "km=kilómetro|kilómetros; hm=hectómetro|hectómetros; m=metro|metros; "
        "dm=decímetro|decímetros; cm=centímetro|centímetros; mm=milímetro|milímetros; "
        "µm,μm=micrómetro|micrómetros; nm=nanómetro|nanómetros; kg,Kg=kilogramo|kilogramos; "
        "g,gr=gramo|gramos; mg=miligramo|miligramos; µg,μg=microgramo|microgramos; "
        "t=tonelada|toneladas|f; l,L=litro|litros; dl,dL=decilitro|decilitros; "
        "cl,cL=centilitro|centilitros; ml,mL=mililitro|mililitros; hl,hL=hectolitro|hectolitros; "
        "h,hs=hora|horas|f; min=minuto|minutos; s,seg=segundo|segundos; "
        "ms=milisegundo|milisegundos; °C,º C,° C,ºC,℃=grado Celsius|grados Celsius; "
        "°F,° F,ºF,℉=grado Fahrenheit|grados Fahrenheit; °=grado|grados; Hz=hercio|hercios; "
        "kHz=kilohercio|kilohercios; MHz=megahercio|megahercios; GHz=gigahercio|gigahercios; "
        "kB,KB=kilobyte|kilobytes; MB=megabyte|megabytes; GB=gigabyte|gigabytes; "
        "TB=terabyte|terabytes; Mb=megabit|megabits; Gb=gigabit|gigabits; "
        "kbps=kilobit por segundo|kilobits por segundo; "
        "Mbps=megabit por segundo|megabits por segundo; "
        "Gbps=gigabit por segundo|gigabits por segundo; W=vatio|vatios; kW=kilovatio|kilovatios; "
        "MW=megavatio|megavatios; GW=gigavatio|gigavatios; Wh=vatio hora|vatios hora; "
        "kWh=kilovatio hora|kilovatios hora; MWh=megavatio hora|megavatios hora; "
        "V=voltio|voltios; kV=kilovoltio|kilovoltios; mA=miliamperio|miliamperios; "
        "mAh=miliamperio hora|miliamperios hora; kJ=kilojulio|kilojulios; "
        "cal=caloría|calorías|f; kcal=kilocaloría|kilocalorías|f; Pa=pascal|pascales; "
        "hPa=hectopascal|hectopascales; kPa=kilopascal|kilopascales; bar=bar|bares; "
        "dB=decibelio|decibelios; ha=hectárea|hectáreas|f; px=píxel|píxeles; "
        "rpm=revolución por minuto|revoluciones por minuto|f; "
        "ppm=parte por millón|partes por millón|f; CV=caballo|caballos; lb=libra|libras|f; "
        "oz=onza|onzas|f; ft=pie|pies; mi=milla|millas|f; kg=kilogramo|kilogramos"
    ),
    squared=Noun("cuadrado", "cuadrados"),
    cubed=Noun("cúbico", "cúbicos"),
    squared_f=Noun("cuadrada", "cuadradas"),
    cubed_f=Noun("cúbica", "cúbicas"),
    powers={"²": "al cuadrado", "³": "al cubo"},
    power="elevado a",
    money={
        "€": _EURO, "EUR": _EURO, "£": _POUND, "GBP": _POUND, "$": _DOLLAR, "US$": _DOLLAR,
        "USD": _DOLLAR, "¥": _YEN, "JPY": _YEN, "₹": Money(Noun("rupia", "rupias", True), _CENT),
        "R$": Money(Noun("real", "reales"), _CENTAVO), "MXN": Money(Noun("peso",
        "pesos"), _CENTAVO),
        "CHF": Money(Noun("franco suizo", "francos suizos"), _CENT), "¢": Money(_CENTAVO, _CENTAVO),
    },
    dollar="US$",
    cents=lambda units, number, name: f"{units} con {number} {name}",
    magnitudes={
        "M": _MILLION, "millón": _MILLION, "millones": _MILLION, "mill.": _MILLION,
        "mil": Noun("mil", "mil"), "k": Noun("mil", "mil"),
        "mil millones": Noun("mil millones", "mil millones de"), "billón": Noun("billón",
        "billones"),
        "billones": Noun("billón", "billones"),
    },
    months=tuple(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
        "diciembre".split()
    ),
    date="{day} de {month} de {year}",
    day_month="{day} de {month}",
    first_day="primero",
    at_hours="las|la|hora|horas",
    hours=Noun("hora", "horas", True),
    minutes=Noun("minuto", "minutos"),
    seconds=Noun("segundo", "segundos"),
    clock=_clock,
    half_day=_half_day,
    date_context="el|del|al|día|lunes|martes|miércoles|jueves|viernes|sábado|domingo",
    kings="Alejandro|Alfonso|Amadeo|Benedicto|Carlos|Clemente|Enrique|Eduardo|Felipe|Fernando|"
    "Francisco|Federico|Gregorio|Guillermo|Harald|Inocencio|Jacobo|Jaime|Jorge|José|Juan|"
    "Juan Carlos|Juan Pablo|León|Leopoldo|Luis|Napoleón|Nicolás|Pablo|Pedro|Pío|Ramiro|Ramón|"
    "Ricardo|Sancho|Urbano|Alejo|Manuel|Maximiliano|Otón|Darío|Ramsés|Iván",
    queens="Isabel|Catalina|Cristina|Juana|Margarita|María|Victoria|Cleopatra|Ana|Urraca|Beatriz",
    regnal=_regnal,
    numeral_ordinals=r"\.?(?:(?P<f>ª)|º)",
    century="siglos?|s\\.|ss\\.",
    century_after="siglo",
    century_number=lambda n: _regnal(n, "alone"),
    ordinal_before="guerra|república|edición|congreso|festival|cumbre|jornadas|conferencia|bienal|"
    "centenario|reich|plan|premio|certamen|torneo|campeonato|copa|concilio|maratón|dinastía|feria|"
    "semana|encuentro|concurso|asamblea|internacional",
    titles=phrases(
        "Sr.=señor; Sres.=señores; Sra.=señora; Sras.=señoras; Srta.=señorita; Dr.=doctor; "
        "Dres.=doctores; Dra.=doctora; D.=don; Dña.=doña; D.ª=doña; Dª=doña; Prof.=profesor; "
        "Profa.=profesora; Ing.=ingeniero; Lic.=licenciado; Arq.=arquitecto; Gral.=general; "
        "Cap.=capitán; Cnel.=coronel; Sto.=santo; Sta.=santa; Mons.=monseñor; "
        "Excmo.=excelentísimo; "
        "Excma.=excelentísima; Ilmo.=ilustrísimo; Avda.=avenida; Av.=avenida; Pza.=plaza; "
        "Pl.=plaza; Ntra.=nuestra; Fdo.=firmado; Hno.=hermano; Hna.=hermana"
    )
    | {"C/": "calle"},
    abbreviations=phrases(
        "Ud.=usted; Uds.=ustedes; Vd.=usted; Vds.=ustedes; EE. UU.=Estados Unidos; "
        "EEUU=Estados Unidos; EE UU=Estados Unidos; p. ej.=por ejemplo; etc.=etcétera; "
        "a. C.=antes de Cristo; d. C.=después de Cristo; a. de C.=antes de Cristo; "
        "d. de C.=después de Cristo; a. m.=de la mañana; p. m.=de la tarde; "
        "S. A.=sociedad anónima; "
        "S. L.=sociedad limitada; Cía.=compañía; aprox.=aproximadamente; tel.=teléfono; "
        "tfno.=teléfono; teléf.=teléfono; dcha.=derecha; izq.=izquierda; izda.=izquierda; "
        "cf.=confróntese; vs.=versus; ref.=referencia; dpto.=departamento; depto.=departamento; "
        "admón.=administración; máx.=máximo; mín.=mínimo; JJ. OO.=Juegos Olímpicos; "
        "RR. HH.=recursos humanos; FF. AA.=Fuerzas Armadas; P. D.=posdata; S. M.=Su Majestad; "
        "e. g.=por ejemplo; i. e.=es decir; q. e. p. d.=que en paz descanse; "
        "c/u=cada uno; s/n=sin número; etc=etcétera; nov.=noviembre; dic.=diciembre"
    ),
    before_number=phrases(
        "n.º=número; n.°=número; nº=número; n°=número; núm.=número; núms.=números; No.=número; "
        "№=número; n.os=números; pág.=página; págs.=páginas; p.=página; pp.=páginas; "
        "cap.=capítulo; "
        "caps.=capítulos; vol.=volumen; vols.=volúmenes; art.=artículo; arts.=artículos; "
        "fig.=figura; figs.=figuras; ed.=edición; s.=siglo; ss.=siglos; c.=circa; ca.=circa; "
        "km.=kilómetro; §=sección; tomo=tomo; párr.=párrafo; ap.=apartado"
    ),
    signs=phrases(
        "+=más; −=menos; ±=más menos; ×=por; ·=por; *=por; ÷=entre; <=menor que; >=mayor que; "
        "≤=menor o igual que; ≥=mayor o igual que; ≠=distinto de; ≈=aproximadamente; "
        "~=aproximadamente; ∞=infinito; √=raíz de; π=pi; &=y; %=por ciento; ‰=por mil; °=grados; "
        "€=euros; £=libras; $=dólares; ¥=yenes; ₹=rupias; @=arroba; №=número; §=sección; →=a"
    )
    | {"=": "igual a"},
    and_word="y",
    or_word="o",
    either="y/o|e/o",
    marks=_MARKS,
    hashtag="almohadilla",
    version="versión",
    phones=r"[6-9]\d\d \d\d \d\d \d\d|900[ .]?\d{3}[ .]?\d{3}|90[0-2] \d\d \d\d \d\d",
    phone_context="tel|tel\\.|tfno\\.?|teléfono|telf\\.?|móvil|fax|llame|llama|llamar|llámame|"
    "whatsapp|celular",
    phone_pairs=True,
)  # fmt: skip

RULES = rules(_WORDS)
"""Highest priority first: the first rule that matches a span wins."""
