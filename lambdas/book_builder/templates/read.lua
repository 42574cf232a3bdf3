-- What a model wrote is not trusted: no raw HTML or TeX gets through, only web links, and no image but the book's own
-- figures. What is dropped for safety stays visible as text. Then our own headings and boxes take their places.
local password
-- Chapters are level 1 and sections level 2; both are ours alone.
local HIGHEST_LEVEL = 3

local function read_metadata(meta)
  password = pandoc.utils.stringify(meta.password)
  return pandoc.Meta({})
end

local function show_raw_block(raw)
  if raw.text:match("^%s*<!%-%-.-%-%->%s*$") then return {} end
  return pandoc.CodeBlock(raw.text)
end

local function show_raw_inline(raw)
  if raw.text:match("^<br%s*/?>$") then return pandoc.LineBreak() end
  return {}
end

local function clean_image(image)
  if image.src:match("^images/[%d-]+%.png$") then
    image.title = ""
    return image
  end
  return image.caption
end

-- A picture that is not the book's leaves its description.
local function clean_figure(figure)
  local is_ours = false
  figure:walk({ Image = function(image) is_ours = is_ours or image.src:match("^images/[%d-]+%.png$") end })
  if is_ours then return figure end
  return figure.caption.long
end

local function clean_link(link)
  if link.target:match("^https?://") or link.target:match("^mailto:") or link.target:match("^#") then return link end
  return link.content
end

local function lower_heading(header)
  header.level = math.max(header.level, HIGHEST_LEVEL)
  return header
end

local function heading(fields)
  local text = pandoc.Inlines(fields.text)
  if fields.number ~= "" then
    text = pandoc.Inlines({ pandoc.Span(fields.number, { class = "number" }), pandoc.Space() }) .. text
  end
  return pandoc.Header(fields.level, text, { id = fields.identifier })
end

local function lead(fields)
  return pandoc.Div({ pandoc.Para(fields.text) }, { class = fields.role })
end

local function box(fields, blocks)
  if fields.only then return pandoc.Div(blocks, { class = "only-" .. fields.only }) end
  local title = pandoc.Div({ pandoc.Para(fields.title) }, { class = "title" })
  return pandoc.Div({ title, table.unpack(blocks) }, { class = "box " .. fields.kind })
end

local function put_in_place(document)
  local open = { { blocks = pandoc.Blocks({}) } }
  for _, block in ipairs(document.blocks) do
    local top = open[#open]
    if block.t == "CodeBlock" and block.text:sub(1, #password) == password then
      local fields = pandoc.json.decode(block.text:sub(#password + 1), false)
      if fields.does == "open" then
        open[#open + 1] = { fields = fields, blocks = pandoc.Blocks({}) }
      elseif fields.does == "close" then
        open[#open] = nil
        open[#open].blocks:insert(box(top.fields, top.blocks))
      elseif fields.does == "heading" then
        top.blocks:insert(heading(fields))
      else
        top.blocks:insert(lead(fields))
      end
    else
      top.blocks:insert(block)
    end
  end
  document.blocks = open[1].blocks
  return document
end

-- Links that name an identifier of another passage: pandoc took them for the passage's own.
local function mend_links(document)
  local known = {}
  document:walk({
    Block = function(block) if block.identifier and block.identifier ~= "" then known[block.identifier] = true end end,
  })
  return document:walk({
    Link = function(link)
      local target = link.target:match("^#(.*)$")
      if not target or known[target] then return nil end
      local elsewhere = target:match("^.-__(.*)$")
      if elsewhere and known[elsewhere] then
        link.target = "#" .. elsewhere
        return link
      end
      return link.content
    end,
  })
end

-- No level of heading is left out on the way down: who reads by headings would look for what is not there (PDF/UA-1, 7.4.2).
local function keep_levels(document)
  local last = HIGHEST_LEVEL - 1
  return document:walk({
    traverse = "topdown",
    Header = function(header)
      header.level = math.min(header.level, math.max(last, HIGHEST_LEVEL - 1) + 1)
      last = header.level
      return header
    end,
  })
end

return {
  { Meta = read_metadata },
  { RawBlock = show_raw_block, RawInline = show_raw_inline, Link = clean_link, Header = lower_heading },
  -- Before images, which are gone from a figure that is not ours.
  { Figure = clean_figure },
  { Image = clean_image },
  { Pandoc = put_in_place },
  { Pandoc = keep_levels },
  { Pandoc = mend_links },
}
