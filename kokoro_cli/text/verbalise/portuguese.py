"""Brazilian Portuguese: its words for the rules that the Romance languages share."""

from __future__ import annotations

from kokoro_cli.text.verbalise.romance import Form, Money, Noun, Vocabulary, nouns, phrases, rules

_SMALL = (
    "zero um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze "
    "dezesseis dezessete dezoito dezenove"
).split()
_TENS = "_ _ vinte trinta quarenta cinquenta sessenta setenta oitenta noventa".split()
_HUNDREDS = (
    "_ cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos"
).split()
_SCALES = ("", "mil", "milhão", "bilhão", "trilhão", "quatrilhão")
_UNITS = "_ primeiro segundo terceiro quarto quinto sexto sétimo oitavo nono".split()
_TENTHS = (
    "_ décimo vigésimo trigésimo quadragésimo quinquagésimo sexagésimo septuagésimo octogésimo "
    "nonagésimo"
).split()
_HUNDREDTHS = (
    "_ centésimo ducentésimo trecentésimo quadringentésimo quingentésimo sexcentésimo "
    "septingentésimo octingentésimo nongentésimo"
).split()
_SHARES = "_ _ meio terço quarto quinto sexto sétimo oitavo nono décimo".split()


def cardinal(number: int, form: Form = "alone") -> str:
    """Return "vinte e dois", "vinte e duas" and "duzentas" before a feminine noun."""
    if number == 0:
        return _SMALL[0]
    words: list[str] = []
    for power in range(5, -1, -1):
        group = number // 1000**power % 1000
        if not group:
            continue
        spoken = _below_thousand(group, form if power <= 1 else "m")
        if power == 1:
            spoken = "mil" if group == 1 else f"{spoken} mil"
        elif power:
            spoken += f" {_SCALES[power]}" if group == 1 else f" {_SCALES[power][:-2]}ões"
        # "Mil e cem", "mil e um", but "mil duzentos e dez".
        last = number % 1000**power == 0 if power else True
        if words and last and (group < 100 or group % 100 == 0):
            words.append("e")
        words.append(spoken)
    return " ".join(words)


def _below_thousand(number: int, form: Form) -> str:
    if number == 100:
        return "cem"
    hundreds, rest = divmod(number, 100)
    words = []
    if hundreds:
        name = _HUNDREDS[hundreds]
        words.append(name[:-2] + "as" if form == "f" and hundreds > 1 else name)
    if rest >= 20:
        words.append(_TENS[rest // 10])
        rest %= 10
    if rest:
        feminine = {1: "uma", 2: "duas"} if form == "f" else {}
        words.append(feminine.get(rest, _SMALL[rest]))
    return " e ".join(words)


def ordinal(number: int, form: Form = "alone") -> str:
    """Return "terceiro", "vigésima primeira"."""
    if number >= 1000:
        return "milésim" + "oa"[form == "f"] if number == 1000 else cardinal(number, form)
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = [_HUNDREDTHS[hundreds]] * bool(hundreds)
    words += [_TENTHS[tens]] * bool(tens) + [_UNITS[ones]] * bool(ones)
    return " ".join(word[:-1] + "a" if form == "f" else word for word in words)


def _fraction(top: int, bottom: int) -> str:
    if bottom > 10:
        large = {100: "centésimo", 1000: "milésimo"}.get(bottom)
        if not large:
            return f"{cardinal(top)} {cardinal(bottom)} avo{'s' * (top > 1)}"
        return f"{cardinal(top)} {large}{'s' * (top > 1)}"
    return f"{cardinal(top)} {_SHARES[bottom]}{'s' * (top > 1)}"


def _clock(hour: int, minute: int) -> str:
    if minute == 0:
        return f"{cardinal(hour, 'f')} {'hora' if hour < 2 else 'horas'}"
    return f"{cardinal(hour, 'f')} e {cardinal(minute)}"


def _half_day(hour: int, afternoon: bool) -> str:
    if afternoon:
        return "da tarde" if hour in (12, 1, 2, 3, 4, 5) else "da noite"
    return "da madrugada" if hour in (12, 1, 2, 3, 4) else "da manhã"


def _regnal(number: int, form: Form) -> str:
    return ordinal(number, form) if number <= 10 else cardinal(number)


_CENT = Noun("centavo", "centavos")
_EURO = Money(Noun("euro", "euros"), Noun("centavo", "centavos"))
_POUND = Money(Noun("libra", "libras", True), Noun("pêni", "pence"))
_DOLLAR = Money(Noun("dólar", "dólares"), _CENT)
_REAL = Money(Noun("real", "reais"), _CENT)
_YEN = Money(Noun("iene", "ienes"), Noun("sen", "sen"))
_MILLION = Noun("milhão", "milhões")
_BILLION = Noun("bilhão", "bilhões")

_WORDS = Vocabulary(
    cardinal=cardinal,
    ordinal=ordinal,
    digits=tuple(_SMALL[:10]),
    comma="vírgula",
    point="ponto",
    minus="menos",
    plus="mais",
    percent="por cento",
    per_mille="por mil",
    to="a",
    over="sobre",
    number="número",
    fraction=_fraction,
    half=("meio", "meia"),
    and_half=("e meio", "e meia"),
    ordinals=r"\.?(?:(?P<f>ª|(?<!\.)a\b)|(?P<m>(?!))|º|(?<!\.)o\b)"
    r"|°(?= [a-zà-ÿ]{4})(?! (?:norte|oeste|leste|graus))",
    feminine=r".*(?:[^r]as?|ras?|ção|ções|são|sões|dades?|tudes?|agens?|gem|triz|trizes|vez|vezes)|"
    r"mulher(?:es)?|noites?|partes?|tardes?|chaves?|naves?|leis?|redes?|mãos?|fotos?|motos?|"
    r"séries?|"
    r"flor|flores|gente|mortes?|torres?|sedes?|bases?|fases?|frases?|vozes|voz|crianças?|"
    r"maçãs?|irmãs?|"
    r"manhãs?|cidades?|árvores?|colheres|colher|luzes|luz|aves?",
    masculine=r"dias?|meio-dia|.*(?:gram|blem|stem|plom|idiom|planet|poet|clim|dram)as?|"
        r".*temas?|mapas?|"
    r"cinemas?|(?!(?:entre|re)?vistas?|pistas?|listas?|conquistas?|aristas?).*istas?|guardas?|sofás?|papas?",
    no_nouns=r"[aeouyàé]|de|da|do|das|dos|em|no|na|nos|nas|com|por|pelo|pela|para|que|era|"
        r"eram|foi|foram|"
    r"são|há|não|se|como|mais|menos|até|desde|sem|sobre|entre|os|as|ao|aos|às|seu|sua|seus|suas|já|"
    r"está|estão|contra|mas|quando|onde|mil|milhões|milhão|bilhões|tem|têm|vai|pra|ou|vezes|"
    r"cada|apenas|"
    r"antes|depois|ambas|essas?|estas?|elas?|eles|apesar|atrás|através|fica|faz|era|esta|seria",
    singular_below_two=True,
    of=lambda noun: f"de {noun}",
    per=lambda noun: f"por {noun.one}",
    units=nouns(
        "km=quilômetro|quilômetros; hm=hectômetro|hectômetros; m=metro|metros; "
        "dm=decímetro|decímetros; cm=centímetro|centímetros; mm=milímetro|milímetros; "
        "µm,μm=micrômetro|micrômetros; nm=nanômetro|nanômetros; kg,Kg=quilograma|quilogramas; "
        "g=grama|gramas; mg=miligrama|miligramas; µg,μg=micrograma|microgramas; "
        "t=tonelada|toneladas|f; l,L=litro|litros; dl,dL=decilitro|decilitros; "
        "cl,cL=centilitro|centilitros; ml,mL=mililitro|mililitros; hl,hL=hectolitro|hectolitros; "
        "h,hs=hora|horas|f; min=minuto|minutos; s,seg=segundo|segundos; "
        "ms=milissegundo|milissegundos; °C,° C,ºC,℃=grau Celsius|graus Celsius; "
        "°F,° F,℉=grau Fahrenheit|graus Fahrenheit; °=grau|graus; Hz=hertz|hertz; "
        "kHz=quilohertz|quilohertz; MHz=mega-hertz|mega-hertz; GHz=giga-hertz|giga-hertz; "
        "kB,KB=quilobyte|quilobytes; MB=megabyte|megabytes; GB=gigabyte|gigabytes; "
        "TB=terabyte|terabytes; Mb=megabit|megabits; Gb=gigabit|gigabits; "
        "kbps=quilobit por segundo|quilobits por segundo; "
        "Mbps=megabit por segundo|megabits por segundo; "
        "Gbps=gigabit por segundo|gigabits por segundo; W=watt|watts; kW=quilowatt|quilowatts; "
        "MW=megawatt|megawatts; GW=gigawatt|gigawatts; Wh=watt-hora|watts-hora; "
        "kWh=quilowatt-hora|quilowatts-hora; MWh=megawatt-hora|megawatts-hora; V=volt|volts; "
        "kV=quilovolt|quilovolts; mA=miliampere|miliamperes; "
        "mAh=miliampere-hora|miliamperes-hora; kJ=quilojoule|quilojoules; "
        "cal=caloria|calorias|f; kcal=quilocaloria|quilocalorias|f; Pa=pascal|pascals; "
        "hPa=hectopascal|hectopascais; kPa=quilopascal|quilopascais; bar=bar|bars; "
        "dB=decibel|decibéis; ha=hectare|hectares; px=pixel|pixels; "
        "rpm=rotação por minuto|rotações por minuto|f; "
        "ppm=parte por milhão|partes por milhão|f; cv=cavalo|cavalos; lb=libra|libras|f; "
        "oz=onça|onças|f; ft=pé|pés; mi=milha|milhas|f"
    ),
    squared=Noun("quadrado", "quadrados"),
    cubed=Noun("cúbico", "cúbicos"),
    squared_f=Noun("quadrada", "quadradas"),
    cubed_f=Noun("cúbica", "cúbicas"),
    powers={"²": "ao quadrado", "³": "ao cubo"},
    power="elevado a",
    money={
        "R$": _REAL, "BRL": _REAL, "€": _EURO, "EUR": _EURO, "£": _POUND, "GBP": _POUND,
        "$": _DOLLAR, "US$": _DOLLAR, "USD": _DOLLAR, "¥": _YEN, "JPY": _YEN,
        "₹": Money(Noun("rupia", "rupias", True), _CENT), "¢": Money(_CENT, _CENT),
        "CHF": Money(Noun("franco suíço", "francos suíços"), _CENT),
    },
    dollar="US$",
    cents=lambda units, number, name: f"{units} e {number} {name}",
    magnitudes={
        "M": _MILLION, "mi": _MILLION, "bi": _BILLION, "milhão": _MILLION, "milhões": _MILLION,
        "bilhão": _BILLION, "bilhões": _BILLION, "trilhão": Noun("trilhão", "trilhões"),
        "trilhões": Noun("trilhão", "trilhões"), "tri": Noun("trilhão", "trilhões"),
        "mil": Noun("mil", "mil"), "k": Noun("mil", "mil"),
    },
    months=tuple(
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro "
        "dezembro".split()
    ),
    date="{day} de {month} de {year}",
    day_month="{day} de {month}",
    first_day="primeiro",
    at_hours="às|as|à|hora|horas|das",
    hours=Noun("hora", "horas", True),
    minutes=Noun("minuto", "minutos"),
    seconds=Noun("segundo", "segundos"),
    clock=_clock,
    half_day=_half_day,
    date_context="dia|em|no|até|segunda|terça|quarta|quinta|sexta|sábado|domingo|feira",
    kings="Alexandre|Afonso|Bento|Carlos|Clemente|Dinis|Duarte|Eduardo|Felipe|Filipe|Fernando|"
    "Francisco|Frederico|Gregório|Guilherme|Henrique|Inocêncio|Jaime|Jorge|José|João|João Paulo|"
    "Leão|Leopoldo|Luís|Luis|Manuel|Napoleão|Nicolau|Paulo|Pedro|Pio|Ricardo|Sancho|"
    "Sebastião|Urbano|"
    "Ivan|Dario|Ramsés|Miguel|Otão|Júlio",
    queens="Isabel|Elizabeth|Elisabete|Catarina|Cristina|Joana|Margarida|Maria|Vitória|"
        "Cleópatra|Ana|"
    "Beatriz|Leonor",
    regnal=_regnal,
    numeral_ordinals=r"\.?(?:(?P<f>ª)|º)",
    century="séculos?|séc\\.|sécs\\.",
    century_after="século",
    century_number=lambda n: _regnal(n, "alone"),
    ordinal_before="guerra|república|edição|congresso|festival|cúpula|jornada|conferência|bienal|"
    "reich|prêmio|torneio|campeonato|copa|concílio|maratona|dinastia|feira|semana|encontro|"
    "concurso|assembleia|internacional|seminário|simpósio|bienal",
    titles=phrases(
        "Sr.=senhor; Srs.=senhores; Sra.=senhora; Sras.=senhoras; Srta.=senhorita; Dr.=doutor; "
        "Drs.=doutores; Dra.=doutora; D.=dom; Prof.=professor; Profa.=professora; "
        "Prof.ª=professora; "
        "Profª=professora; Eng.=engenheiro; Arq.=arquiteto; Gen.=general; Cap.=capitão; "
        "Cel.=coronel; Sgt.=sargento; Sto.=santo; Sta.=santa; S.=são; Pe.=padre; Fr.=frei; "
        "Exmo.=excelentíssimo; Exma.=excelentíssima; Ilmo.=ilustríssimo; Ilma.=ilustríssima; "
        "Av.=avenida; R.=rua; Pç.=praça; Pça.=praça; Rod.=rodovia; Al.=alameda; Dep.=deputado; "
        "Sen.=senador; Min.=ministro; Me.=mestre; Ir.=irmã; N. Sra.=Nossa Senhora; Jr.=júnior"
    ),
    abbreviations=phrases(
        "V. Exa.=Vossa Excelência; V. Ex.ª=Vossa Excelência; V. Sa.=Vossa Senhoria; "
        "V. S.ª=Vossa Senhoria; S. Exa.=Sua Excelência; p. ex.=por exemplo; por ex.=por exemplo; "
        "ex.=exemplo; etc.=et cetera; etc=et cetera; a. C.=antes de Cristo; "
        "d. C.=depois de Cristo; "
        "EUA=Estados Unidos; E.U.A.=Estados Unidos; Cia.=companhia; Ltda.=limitada; "
        "S. A.=sociedade anônima; S/A=sociedade anônima; tel.=telefone; aprox.=aproximadamente; "
        "cf.=conforme; vs.=versus; obs.=observação; ref.=referência; depto.=departamento; "
        "apto.=apartamento; máx.=máximo; mín.=mínimo; hab.=habitantes; i. e.=isto é; "
        "e. g.=por exemplo; P. S.=pós-escrito; a. m.=da manhã; p. m.=da tarde; "
        "c/=com; s/n=sem número; vc=você; vcs=vocês; edif.=edifício; bl.=bloco; "
        "qtd.=quantidade; adj.=adjetivo; loc. cit.=no lugar citado; op. cit.=na obra citada; "
        "séc.=século"
    ),
    before_number=phrases(
        "n.º=número; n.°=número; nº=número; n°=número; n.=número; núm.=número; "
        "№=número; pág.=página; págs.=páginas; p.=página; pp.=páginas; "
        "cap.=capítulo; caps.=capítulos; vol.=volume; vols.=volumes; art.=artigo; arts.=artigos; "
        "fig.=figura; figs.=figuras; tab.=tabela; ed.=edição; séc.=século; sécs.=séculos; "
        "c.=circa; "
        "ca.=circa; inc.=inciso; apto.=apartamento; ap.=apartamento; km.=quilômetro; §=parágrafo; "
        "par.=parágrafo"
    ),
    signs=phrases(
        "+=mais; −=menos; ±=mais ou menos; ×=vezes; ·=vezes; *=vezes; ÷=dividido por; "
        "<=menor que; >=maior que; ≤=menor ou igual a; ≥=maior ou igual a; ≠=diferente de; "
        "≈=aproximadamente; ~=aproximadamente; ∞=infinito; √=raiz de; π=pi; &=e; %=por cento; "
        "‰=por mil; °=graus; €=euros; £=libras; $=dólares; ¥=ienes; ₹=rupias; @=arroba; "
        "№=número; §=parágrafo; →=para"
    )
    | {"=": "igual a"},
    and_word="e",
    or_word="ou",
    either="e/ou",
    marks=phrases(
        ".=ponto; @=arroba; /=barra; -=hífen; _=sublinhado; :=dois pontos; ?=interrogação; "
        "&=e; #=cerquilha; ~=til; +=mais; %=por cento; ,=vírgula"
    )
    | {"=": "igual", ";": "ponto e vírgula"},
    hashtag="hashtag",
    version="versão",
    phones=r"\d{3}\.\d{3}\.\d{3}-\d\d|\d{5}-\d{3}|"
    r"\(0?\d\d\) ?9? ?\d{4}[- ]?\d{4}|\d\d 9\d{4}-\d{4}|9\d{4}-\d{4}|"
        r"0[389]00[ -]\d{3}[ -]?\d{3,4}"
    r"|(?<![\d-])[2-5]\d{3}-\d{4}(?=$|[ ,;!?])(?<!20\d\d-20\d\d)",
    phone_context="tel|tel\\.|telefone|celular|fax|ligue|ligar|whatsapp|zap|fone",
    phone_pairs=False,
)  # fmt: skip

RULES = rules(_WORDS)
"""Highest priority first: the first rule that matches a span wins."""
