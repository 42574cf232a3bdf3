"""The style of the book's diagrams: one theme for every kind, in the colours and typeface of the book."""

# Fonts of the functions (course_kit.fonts), then fonts of readers' machines. The first also has Latin letters, and has
# a fixed weight: typst shows labels of an SVG in the thinnest weight of a variable font.
FONT_FAMILIES = (
    *("IBM Plex Sans Arabic", "IBM Plex Sans", "Source Sans 3", "Noto Sans CJK JP", "Noto Sans CJK SC"),
    *("Hiragino Sans", "PingFang SC", "Segoe UI", "Noto Sans", "Helvetica", "Arial", "sans-serif"),
)
INK, BORDER, FILL, EDGE = "#14304f", "#2f6fb3", "#e9f1fb", "#5b6b7f"
_WARM, _WARM_LINE, _GREEN, _GREEN_LINE = "#fdf3e1", "#d0a050", "#e9f6ee", "#5fa27c"
_VIOLET, _VIOLET_LINE = "#f0ebfa", "#8d76c2"
# For series: periods of a timeline, branches of a mind map, slices. They are pale, so that dark text is readable.
_SERIES = ("#cfe2f7", "#fbe3b8", "#cdebd8", "#e0d6f5", "#c9ebee", "#f7d4d4", "#dfe5ec", "#e6efc8")
# Strong colours for use on the page or under white words: lines and bars over axes, branches of a git graph.
_STRONG = ("#2f6fb3", "#946312", "#2c7a50", "#6b53a6", "#1f7a86", "#a8484a", "#5b6b7f", "#66752a")
# The number of series colours in a Mermaid theme.
_COLORS_OF_A_SERIES = 12


def _series(colors: tuple[str, ...], first: int = 0) -> dict[int, str]:
    return {first + number: colors[number % len(colors)] for number in range(_COLORS_OF_A_SERIES)}


_THEME_VARIABLES: dict[str, object] = {
    "fontSize": "15px",
    "primaryColor": FILL,
    "primaryBorderColor": BORDER,
    "primaryTextColor": INK,
    "secondaryColor": _WARM,
    "secondaryBorderColor": _WARM_LINE,
    "secondaryTextColor": INK,
    "tertiaryColor": _GREEN,
    "tertiaryBorderColor": _GREEN_LINE,
    "tertiaryTextColor": INK,
    "lineColor": EDGE,
    "textColor": INK,
    "titleColor": INK,
    "clusterBkg": "#f6f8fb",
    "clusterBorder": "#b9c6d6",
    "edgeLabelBackground": "#ffffff",
    "noteBkgColor": _WARM,
    "noteBorderColor": _WARM_LINE,
    "noteTextColor": INK,
    "actorLineColor": "#8095ac",
    "signalColor": EDGE,
    "signalTextColor": INK,
    "labelBoxBkgColor": _WARM,
    "labelBoxBorderColor": _WARM_LINE,
    "activationBkgColor": _VIOLET,
    "activationBorderColor": _VIOLET_LINE,
    **{f"cScale{number}": color for number, color in _series(_SERIES).items()},
    **{f"cScaleLabel{number}": INK for number in range(_COLORS_OF_A_SERIES)},
    **{f"cScalePeer{number}": BORDER for number in range(_COLORS_OF_A_SERIES)},
    **{f"cScaleInv{number}": color for number, color in _series(_STRONG).items()},
    **{f"pie{number}": color for number, color in _series(_SERIES, first=1).items()},
    "pieStrokeColor": "#ffffff",
    "pieStrokeWidth": "2px",
    "pieOuterStrokeWidth": "0px",
    "pieTitleTextSize": "18px",
    "pieSectionTextColor": INK,
    "pieLegendTextColor": INK,
    # Branches of a git graph, fields of a packet, bars and lines over axes.
    **{f"git{number}": color for number, color in _series(_STRONG).items()},
    **{f"gitInv{number}": color for number, color in _series(_SERIES).items()},
    **{f"gitBranchLabel{number}": "#ffffff" for number in range(_COLORS_OF_A_SERIES)},
    "commitLabelFontSize": "13px",
    "tagLabelFontSize": "13px",
    "commitLabelColor": INK,
    "commitLabelBackground": "#f6f8fb",
    "xyChart": {
        "backgroundColor": "#ffffff",
        "titleColor": INK,
        **{f"{axis}Axis{part}Color": INK for axis in "xy" for part in ("Label", "Title", "Tick", "Line")},
        "plotColorPalette": ", ".join(_STRONG),
    },
    "packet": {
        "byteFontSize": "12px",
        "labelFontSize": "12px",
        "titleFontSize": "16px",
        "startByteColor": INK,
        "endByteColor": INK,
        "labelColor": INK,
        "titleColor": INK,
        "blockStrokeColor": BORDER,
        "blockFillColor": FILL,
    },
    "radar": {
        "axisColor": EDGE,
        "axisLabelFontSize": 15,
        "legendFontSize": 15,
        "curveOpacity": 0.25,
        "graticuleColor": "#b9c6d6",
        "graticuleOpacity": 0.15,
    },
    "archEdgeColor": EDGE,
    "archEdgeArrowColor": EDGE,
    "archGroupBorderColor": "#b9c6d6",
    "arrowheadColor": EDGE,
    "sequenceNumberColor": "#ffffff",
    "quadrant1Fill": _GREEN,
    "quadrant2Fill": FILL,
    "quadrant3Fill": "#f6f8fb",
    "quadrant4Fill": _WARM,
    "quadrantPointFill": BORDER,
    "quadrantPointTextFill": INK,
    "quadrantTitleFill": INK,
    "quadrantXAxisTextFill": INK,
    "quadrantYAxisTextFill": INK,
    "quadrant1TextFill": INK,
    "quadrant2TextFill": INK,
    "quadrant3TextFill": INK,
    "quadrant4TextFill": INK,
    "quadrantInternalBorderStrokeFill": "#b9c6d6",
    "quadrantExternalBorderStrokeFill": BORDER,
}
_AXES = {f"{axis}Axis": {"labelFontSize": 14, "titleFontSize": 15} for axis in "xy"}
CONFIG: dict[str, object] = {
    # Labels as SVG text: typst, Word and many e-readers do not show HTML labels.
    "htmlLabels": False,
    "fontSize": 15,
    "flowchart": {"htmlLabels": False, "padding": 14, "nodeSpacing": 42, "rankSpacing": 46},
    "sequence": {"mirrorActors": False},
    "quadrantChart": {
        "chartWidth": 520,
        "chartHeight": 420,
        "quadrantLabelFontSize": 15,
        "pointLabelFontSize": 13,
        "xAxisLabelFontSize": 14,
        "yAxisLabelFontSize": 14,
        "titleFontSize": 17,
        "pointTextPadding": 9,
    },
    "class": {"hideEmptyMembersBox": True},
    "xyChart": {"width": 620, "height": 380, "titleFontSize": 17, **_AXES},
    # 32 bits a row, as in standards.
    "packet": {"bitsPerRow": 32, "rowHeight": 40, "bitWidth": 25},
    "radar": {"width": 400, "height": 400, "marginTop": 60, "marginBottom": 40, "marginLeft": 110, "marginRight": 140},
    "block": {"padding": 18},
    "timeline": {"disableMulticolor": False},
    # In quotation marks, because an unquoted name must not end in a digit.
    "fontFamily": ",".join(f"'{family}'" if " " in family else family for family in FONT_FAMILIES),
    "themeVariables": _THEME_VARIABLES,
}
# Without HTML labels, a mind map's root label has a wrong position; svg_drawing converts them to text later.
HTML_LABEL_KINDS = ("mindmap",)
HTML_LABEL_CONFIG = {
    **CONFIG,
    "htmlLabels": True,
    "flowchart": {"htmlLabels": True, "padding": 14},
    # The root of a mind map has the colour of a git graph's first branch.
    "themeVariables": {**_THEME_VARIABLES, "git0": _SERIES[0]},
}
# The smallest layout that the labels allow.
CLOSE_CONFIG: dict[str, object] = {
    "flowchart": {"htmlLabels": False, "padding": 8, "nodeSpacing": 22, "rankSpacing": 26, "wrappingWidth": 140},
    "sequence": {"mirrorActors": False, "wrap": True, "actorMargin": 20, "width": 110, "messageMargin": 24},
    "class": {"hideEmptyMembersBox": True, "nodeSpacing": 26, "rankSpacing": 30},
    "state": {"nodeSpacing": 26, "rankSpacing": 30},
    "er": {"nodeSpacing": 60, "rankSpacing": 50, "entityPadding": 10},
}
# Styles that no theme can set, after mermaid's own rules. `#drawing` stands for the id of a drawing. Words on a line
# get a background.
STYLE_SHEET = f"""
#drawing .edgeLabel rect, #drawing .edgeLabel .label rect {{fill: #ffffff !important; opacity: 1 !important;}}
#drawing .edgeTerminals, #drawing .edgeTerminals text {{font-size: 13px !important;}}
#drawing .sequenceNumber {{fill: #ffffff !important;}}
#drawing .lineWrapper line {{stroke: {EDGE} !important;}}
#drawing .messageText, #drawing .architecture-service text, #drawing .edgeTerminals text {{
  paint-order: stroke; stroke: #ffffff; stroke-width: 5px; stroke-linejoin: round;
}}
#drawing .commit-label-bkg {{opacity: 0 !important;}}
#drawing .timeline-node line {{stroke: {EDGE} !important;}}
#drawing .rect {{stroke: #b9c6d6;}}
#drawing .kanban-ticket-link {{fill: {INK};}}
""" + "".join(
    f"#drawing .radarCurve-{number}, #drawing .radarLegendBox-{number} {{fill: {color}; stroke: {color};}}\n"
    for number, color in _series(_STRONG).items()
)
