-- What each format makes of the book's own structure: figures, numbers of chapters and sections, boxes, leads.
local figures = {}
local is_markdown = FORMAT:match("gfm") ~= nil
local is_typst = FORMAT == "typst"
local is_html = FORMAT == "html5" or FORMAT == "html" or FORMAT == "chunkedhtml"

local is_epub = FORMAT:match("^epub") ~= nil
-- Word and the Markdown's readers get the PNG; typst as well where it has the letters in a variable font alone.
local takes_vectors = is_html or is_typst or is_epub
-- Whether it is a Word document from right to left.
local is_word_from_right = false

local function read_metadata(meta)
  figures = meta.figures or {}
  meta.figures = nil
  if is_typst and meta["print-pixels"] then takes_vectors = false end
  is_word_from_right = FORMAT == "docx" and pandoc.utils.stringify(meta.dir or "") == "rtl"
  return meta
end

local function figure_of(image)
  return figures[image.src:match("^images/([%d-]+)%.png$")]
end


-- What a reader who does not see the figure is told; in files where nothing can be opened beside it, all at once.
local function alternative_of(figure)
  local alt = pandoc.utils.stringify(figure.alt)
  if is_html or is_epub or is_markdown or not figure.details then return alt end
  local lines = pandoc.List(figure.details):map(pandoc.utils.stringify)
  return alt .. " " .. pandoc.utils.stringify(figure["details-title"]) .. ": " .. table.concat(lines, "; ") .. "."
end

-- An author's own picture comes with its words and its width. In a line, a page gives it the height of the line.
local function show_own_image(image)
  if is_markdown then return pandoc.Image(image.caption, "../" .. image.src:gsub(" ", "%%20")) end
  if FORMAT == "docx" and image.src:match("%.[sS][vV][gG]$") then image.src = image.src .. ".png" end
  if is_html then
    image.attributes.width = nil
    image.attributes.loading = "lazy"
  end
  return image
end

local function show_image(image)
  if image.classes:includes("own") then return show_own_image(image) end
  local figure = figure_of(image)
  if not figure then return image.caption end
  local alt = alternative_of(figure)
  image.caption = pandoc.Inlines(alt)
  if is_markdown then
    image.src = "../" .. image.src
    return image
  end
  image.attributes.alt = alt
  if figure.vector and takes_vectors then image.src = image.src:gsub("png$", "svg") end
  if is_html then
    image.classes:insert(pandoc.utils.stringify(figure.kind))
    image.attributes.loading = "lazy"
  else
    image.attributes.width = pandoc.utils.stringify(figure.width)
  end
  return image
end

local function typst(text) return pandoc.RawBlock("typst", text) end

local function typst_content(blocks)
  return (pandoc.write(pandoc.Pandoc(blocks), "typst"):gsub("%s+$", ""))
end

local function typst_string(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", "\\n") .. '"'
end

local function escape(text)
  return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;"))
end

-- pandoc's own writer leaves the alternative text out.
local function typst_image(image)
  return 'image("' .. image.src .. '", width: ' .. image.attributes.width .. ", alt: " .. typst_string(image.attributes.alt) .. ")"
end

local function show_inline_image(image)
  if image.attributes.alt then return pandoc.RawInline("typst", "#box(" .. typst_image(image) .. ")") end
end

-- On a page, what a complex figure shows opens below it; whoever hears the page is told of it at the picture.
local function with_details(figure, image)
  local known = figures[image.src:match("^images/([%d-]+)%.%a+$")]
  if not (known and known.details and (is_html or is_epub)) then return figure end
  local identifier = "shown-in-" .. image.src:match("([%d-]+)%.%a+$")
  local described = figure:walk({
    Image = function(found)
      found.attributes["aria-describedby"] = identifier
      return found
    end,
  })
  local title = pandoc.write(pandoc.Pandoc({ pandoc.Plain(known["details-title"]) }), "html")
  local lines = pandoc.List(known.details):map(function(line) return { pandoc.Plain(pandoc.utils.stringify(line)) } end)
  return {
    described,
    pandoc.RawBlock("html", '<details class="figure-details"><summary>' .. title .. "</summary>"),
    pandoc.Div({ pandoc.BulletList(lines) }, { id = identifier }),
    pandoc.RawBlock("html", "</details>"),
  }
end

local function show_figure(figure)
  local caption = pandoc.utils.blocks_to_inlines(figure.caption.long)
  local image
  figure:walk({ Image = function(found) image = found end })
  if is_markdown then return { pandoc.Para({ image }), pandoc.Para({ pandoc.Emph(caption) }) } end
  if is_typst and image then
    return typst("#figure(" .. typst_image(image) .. ", caption: [" .. typst_content({ pandoc.Plain(caption) }) .. "])")
  end
  return image and with_details(figure, image) or figure
end

-- pandoc names some signs as typst did before its version 0.14.
local SIGNS_OF_TODAY = {
  { "%f[%w]sect%f[%W]", "inter" }, { "%.circle%f[%W]", ".o" },
  { "(%f[%w]paren%.[lr])%.double", "%1.stroked" }, { "(%f[%w]bracket%.[lr])%.double", "%1.stroked" },
  { "(%f[%w]brace%.[lr])%.double", "%1.stroked" }, { "angle%.right%.sq", "angle.right.square" },
  { "angle%.spheric%.top", "angle.spheric.t" }, { "angle%.oblique", "angle.obtuse" }, { "plus%.o%.arrow", "plus.o" },
}

local function with_signs_of_today(source)
  local parts, is_text = {}, false
  for part, quote in source:gmatch('([^"]*)("?)') do
    if not is_text then
      for _, sign in ipairs(SIGNS_OF_TODAY) do part = part:gsub(sign[1], sign[2]) end
    end
    parts[#parts + 1] = part .. quote
    if quote ~= "" then is_text = not is_text end
  end
  return table.concat(parts)
end

-- A formula as the format sets it, with words for who cannot see it; its TeX stays out of what readers get.
local function show_formula(span)
  local formula = span.content[1]
  if not span.classes:includes("formula") or not formula or formula.t ~= "Math" then return nil end
  local said = span.attributes.alt or ""
  if is_html or is_epub then
    local mathml = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ formula }) }), "html", { html_math_method = "mathml" })
    mathml = mathml:gsub("<annotation.-</annotation>", "")
    mathml = mathml:gsub("<math ", function() return '<math alttext="' .. escape(said):gsub('"', "&quot;") .. '" ' end, 1)
    return pandoc.RawInline("html", mathml)
  end
  if is_typst then
    local source = with_signs_of_today(typst_content({ pandoc.Plain({ formula }) }))
    local block = formula.mathtype == "DisplayMath" and "true" or "false"
    return pandoc.RawInline("typst", "#math.equation(block: " .. block .. ", alt: " .. typst_string(said) .. ", " .. source .. ")")
  end
  if is_markdown then
    local is_displayed = formula.mathtype == "DisplayMath"
    local source = is_displayed and "$$\n" .. formula.text:gsub("\n%s*\n", "\n") .. "\n$$" or "$" .. formula.text .. "$"
    return pandoc.RawInline("markdown", source)
  end
  return formula
end

local function is_number(inline)
  return inline and inline.t == "Span" and inline.classes:includes("number")
end

local function show_header(header)
  if header.classes:includes("runs-on") and is_typst then
    header.classes = {}
    return { typst("#runs-on.update(true)"), header, typst("#runs-on.update(false)") }
  end
  if header.level > 2 or not is_number(header.content[1]) then
    return header
  end
  local number = pandoc.utils.stringify(header.content[1])
  if is_typst then
    header.content[1] = pandoc.RawInline("typst", "#number[" .. typst_content({ pandoc.Plain(number) }) .. "]")
    return header
  end
  if header.level == 1 then
    -- A style sheet that puts the number on a line of its own leaves the colon out.
    header.content[1].content:insert(pandoc.Span(":", { class = "colon" }))
    if is_markdown then header.content[1] = pandoc.Str(number .. ":") end
  elseif is_markdown then
    header.content[1] = pandoc.Str(number)
  end
  return header
end

-- In print, a link within the book names the page.
local function show_link(link)
  -- Readers of the Markdown book do not agree on identifiers of headings; the section's number stands in the link.
  if is_markdown and link.target:match("^#") then return link.content end
  local target = is_typst and link.target:match("^#(.+)$")
  if not target then return link end
  local text = typst_content({ pandoc.Plain(link.content) })
  return pandoc.RawInline("typst", '#to("' .. target .. '", [' .. text .. "])")
end

local function title_of(div)
  local title = div.content[1]
  if title and title.t == "Div" and title.classes:includes("title") then
    return pandoc.utils.blocks_to_inlines(title.content), pandoc.Blocks({ table.unpack(div.content, 2) })
  end
  return pandoc.Inlines({}), div.content
end

local function kind_of(div)
  if div.classes[1] == "box" then return div.classes[2] end
end

-- Code within a line: typst breaks it like text only when it is given word by word (`code` in book.typ).
local function show_code(code)
  if is_word_from_right then return pandoc.Span({ code }, { dir = "ltr" }) end
  if is_typst then return pandoc.RawInline("typst", "#code(" .. typst_string(code.text) .. ")") end
end

-- A listing runs from left to right in every language; the other formats' style sheets say so.
local function show_listing(listing)
  if is_word_from_right then return pandoc.Div({ listing }, { dir = "ltr" }) end
end

-- A cell may have room for a few letters only. In Word, pandoc has one style for cells, heads and short lists.
local function style_rows(rows, style)
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      for position, block in ipairs(cell.contents) do
        if block.t == "Plain" then
          cell.contents[position] = pandoc.Div({ pandoc.Para(block.content) }, { ["custom-style"] = style })
        end
      end
    end
  end
end

local function show_cells(table, size)
  if FORMAT == "docx" then
    style_rows(table.head.rows, "Table Head" .. (size or ""))
    for _, body in ipairs(table.bodies) do style_rows(body.body, "Table Text" .. (size or "")) end
    return table
  end
  return table:walk({
    Code = function(code) return pandoc.RawInline("typst", "#cell-code(" .. typst_string(code.text) .. ")") end,
  })
end

local function show_small_cells(div)
  if not div.classes:includes("small-table") then return nil end
  return div:walk({ Table = function(table) return show_cells(table, " Small") end })
end

-- Divisions that only say how a page sets what is in them.
local SET_BY_TYPST = { ["small-table"] = "small-table", together = "together" }

-- Long code in a justified paragraph tears its other lines apart.
local LONG_CODE = 24

local function show_paragraph(paragraph)
  local has_long_code = false
  paragraph:walk({ Code = function(code) has_long_code = has_long_code or #code.text > LONG_CODE end })
  if has_long_code then return { typst("#ragged["), paragraph, typst("]") } end
end

-- pandoc gives the paragraphs of a loose list no style in Word.
local function style_items(list)
  for _, item in ipairs(list.content) do
    for position, block in ipairs(item) do
      if block.t == "Para" then item[position] = pandoc.Div({ block }, { ["custom-style"] = "Body Text" }) end
    end
  end
  return list
end

-- Boxes to tick need no bullets beside them.
local function show_tasks(list)
  for _, item in ipairs(list.content) do
    local first = item[1] and item[1].content and item[1].content[1]
    if not first or first.t ~= "Str" or not (first.text == "☐" or first.text == "☒") then return nil end
  end
  return { typst("#[#set list(marker: none)"), list, typst("]") }
end

local function kept_together(div)
  for position, block in ipairs(div.content) do
    if position < #div.content and block.t == "Para" then
      div.content[position] = pandoc.Div({ block }, { ["custom-style"] = "Kept Text" })
    end
  end
  return div.content
end

local function show_box(div)
  local setting = SET_BY_TYPST[div.classes[1]]
  if setting then
    if is_typst then return { typst("#" .. setting .. "["), div, typst("]") } end
    if FORMAT == "docx" and setting == "together" then return kept_together(div) end
    return is_markdown and div.content or nil
  end
  if div.classes:includes("summary") or div.classes:includes("minutes") then
    if is_markdown then return pandoc.Para({ pandoc.Emph(pandoc.utils.blocks_to_inlines(div.content)) }) end
    if is_typst then
      return typst("#lead-" .. div.classes[1] .. "[" .. typst_content(div.content) .. "]")
    end
    if FORMAT == "docx" then div.attributes["custom-style"] = div.classes[1] == "summary" and "Summary" or "Minutes" end
    return div
  end
  local kind = kind_of(div)
  if not kind then return nil end
  local title, blocks = title_of(div)
  if is_markdown then
    return { pandoc.Para({ pandoc.Strong(title) }), table.unpack(blocks) }
  end
  if is_typst then
    local opening = typst('#box-of("' .. kind .. '", [' .. typst_content({ pandoc.Plain(title) }) .. "])[")
    return { opening, pandoc.Div(blocks), typst("]") }
  end
  if FORMAT == "docx" then
    local styled = pandoc.Div({ pandoc.Para(title) }, { ["custom-style"] = "Box Title" })
    return { styled, pandoc.Div(blocks, { ["custom-style"] = "Box" }) }
  end
  if kind == "answer" and is_html then
    local summary = pandoc.write(pandoc.Pandoc({ pandoc.Plain(title) }), "html")
    return {
      pandoc.RawBlock("html", '<details class="box answer"><summary>' .. summary .. "</summary>"),
      pandoc.Div(blocks),
      pandoc.RawBlock("html", "</details>"),
    }
  end
  return pandoc.Div({ pandoc.Div({ pandoc.Para(title) }, { class = "title" }), table.unpack(blocks) }, { class = "box " .. kind })
end

-- Front and back matter have parts without numbers right below a chapter; in print they are sections that no list names.
local function keep_levels(document)
  local last = 0
  for position, block in ipairs(document.blocks) do
    if block.t == "Header" then
      if block.level > last + 1 then
        local text = typst_content({ pandoc.Plain(block.content) })
        block.level = last + 1
        document.blocks[position] =
          typst("#heading(level: " .. block.level .. ", outlined: false)[" .. text .. "] <" .. block.identifier .. ">")
      else
        last = block.level
      end
    end
  end
  return document
end

-- From right to left, pandoc gives Word's paragraphs no style.
local function style_paragraphs(blocks)
  for position, block in ipairs(blocks) do
    if block.t == "Para" then
      blocks[position] = pandoc.Div({ block }, { ["custom-style"] = "Body Text" })
    elseif block.t == "Div" and not block.attributes["custom-style"] then
      block.content = style_paragraphs(block.content)
      blocks[position] = block
    end
  end
  return blocks
end

-- Word fills in its contents when somebody asks it to; these are there before, and page numbers are fields of their own.
local function word_contents(document)
  if is_word_from_right then document.blocks = style_paragraphs(document.blocks) end
  local direction = is_word_from_right and "<w:bidi/>" or ""
  local lines = pandoc.Blocks({})
  local heading = pandoc.utils.stringify(document.meta["contents-label"] or "")
  lines:insert(pandoc.Div({ pandoc.Para(heading) }, { ["custom-style"] = "TOC Heading" }))
  local letters = is_word_from_right and "<w:rPr><w:rtl/></w:rPr>" or ""
  local function run(inner) return "<w:r>" .. letters .. inner .. "</w:r>" end
  local begin = run('<w:fldChar w:fldCharType="begin" w:dirty="true"/>')
    .. run('<w:instrText xml:space="preserve">TOC \\o "1-2" \\h \\z \\u</w:instrText>')
    .. run('<w:fldChar w:fldCharType="separate"/>')
  for _, block in ipairs(document.blocks) do
    if block.t == "Header" and block.level <= 2 and block.identifier ~= "" then
      local text = escape(pandoc.utils.stringify(block.content))
      local page = '<w:fldSimple w:instr="PAGEREF ' .. block.identifier .. ' \\h"><w:r><w:t></w:t></w:r></w:fldSimple>'
      lines:insert(pandoc.RawBlock("openxml",
        '<w:p><w:pPr><w:pStyle w:val="TOC' .. block.level .. '"/>' .. direction .. "</w:pPr>" .. begin .. '<w:hyperlink w:anchor="' .. block.identifier
          .. '">' .. run('<w:t xml:space="preserve">' .. text .. "</w:t>") .. run("<w:tab/>") .. "</w:hyperlink>" .. page .. "</w:p>"))
      begin = ""
    end
  end
  lines:insert(pandoc.RawBlock("openxml", "<w:p>" .. run('<w:fldChar w:fldCharType="end"/>') .. "</w:p>"))
  -- The style of a chapter's heading begins a page; what only shares it says that it does not.
  for position, block in ipairs(document.blocks) do
    if block.t == "Header" and block.classes:includes("runs-on") then
      local mark = ' w:id="' .. 900000 + position .. '"'
      document.blocks[position] = pandoc.RawBlock("openxml",
        '<w:p><w:pPr><w:pStyle w:val="Heading1"/><w:pageBreakBefore w:val="0"/>' .. direction .. '<w:spacing w:before="640" w:after="120"/></w:pPr>'
          .. "<w:bookmarkStart" .. mark .. ' w:name="' .. block.identifier .. '"/>'
          .. run('<w:t xml:space="preserve">' .. escape(pandoc.utils.stringify(block.content)) .. "</w:t>")
          .. "<w:bookmarkEnd" .. mark .. "/></w:p>")
    end
  end
  document.blocks = lines .. document.blocks
  if document.meta["draft-notice"] then
    local notice = document.meta.draft .. { pandoc.Str("."), pandoc.Space() } .. document.meta["draft-notice"]
    document.blocks:insert(1, pandoc.Div({ pandoc.Para(notice) }, { ["custom-style"] = "Box" }))
  end
  if document.meta["part-notice"] then
    document.blocks:insert(1, pandoc.Div({ pandoc.Para(document.meta["part-notice"]) }, { ["custom-style"] = "Box" }))
  end
  return document
end

-- Markdown has no title page: a book of some modules says so in its first line.
local function begin_with_part(document)
  local notice = document.meta["part-notice"]
  if notice then document.blocks:insert(1, pandoc.Para({ pandoc.Emph(notice) })) end
  return document
end

-- Inlines with some of them written otherwise: by what a function of each and its neighbours returns, unless that is nil.
local function rewritten(inlines, write)
  local kept = pandoc.Inlines({})
  for position, inline in ipairs(inlines) do
    kept:extend(write(inline, inlines[position - 1], inlines[position + 1]) or { inline })
  end
  return kept
end

-- A text with a backslash before one of its characters, in three parts; the first and the last may be empty.
local function with_backslash(text, place, format)
  local raw = pandoc.RawInline(format, "\\" .. text:sub(place, place))
  return pandoc.Str(text:sub(1, place - 1)), raw, pandoc.Str(text:sub(place + 1))
end

-- What begins a line begins a list, a heading or a term in typst, in every pair of brackets anew; pandoc escapes it at the
-- beginning of a paragraph only, not in an item, a cell or a link.
local function keep_beginnings(inlines)
  return rewritten(inlines, function(inline, before, behind)
    local begins = before == nil or before.t == "LineBreak" or before.t == "SoftBreak"
    local ends = behind == nil or behind.t == "Space" or behind.t == "SoftBreak"
    local is_mark = inline.t == "Str"
      and (inline.text:match("^[-+/]$") or inline.text:match("^=+$") or inline.text:match("^%d+%.$"))
    if not (begins and ends and is_mark) then return nil end
    local _, mark, rest = with_backslash(inline.text, 1, "typst")
    return { mark, rest }
  end)
end

-- Of Markdown, pandoc escapes neither what stands for a character by its name (`&amp;`) nor a line of hyphens.
local function keep_signs(inlines)
  return rewritten(inlines, function(inline, before, behind)
    local text = inline.t == "Str" and inline.text or ""
    local is_rule = before == nil and behind == nil and text:match("^%-%-%-+$")
    local place = is_rule and 1 or text:find("&#?%w+;")
    if not place then return nil end
    local first, mark, rest = with_backslash(text, place, "markdown")
    return pandoc.Inlines({ first, mark }) .. keep_signs({ rest })
  end)
end

-- Each pass hands its elements to Lua and back. Two passes over all inlines cost a format a quarter of its time, so each
-- format has only the passes that it needs.
local passes = pandoc.List({
  { Meta = read_metadata },
  { Image = show_image, Span = show_formula },
})
if is_typst then passes:insert({ Para = show_paragraph, BulletList = show_tasks }) end
if FORMAT == "docx" then passes:insert({ BulletList = style_items, OrderedList = style_items }) end
if is_typst or FORMAT == "docx" then
  passes:extend({
    { Div = show_small_cells },
    { Table = function(table) return show_cells(table) end },
    { Code = show_code, CodeBlock = show_listing },
  })
end
passes:extend({
  { Figure = show_figure, Header = show_header, Div = show_box, Link = show_link },
})
if is_typst then passes:extend({ { Image = show_inline_image }, { Inlines = keep_beginnings }, { Pandoc = keep_levels } }) end
if is_markdown then passes:insert({ Inlines = keep_signs }) end
if is_markdown then passes:insert({ Pandoc = begin_with_part }) end
if FORMAT == "docx" then passes:insert({ Pandoc = word_contents }) end
return passes
