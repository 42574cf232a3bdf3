-- What a model wrote is not trusted: no raw HTML or TeX, only web links, and no image but the book's own figures.
-- Figures get their alternative text and printed width from the metadata.
local figures, as_plain_images = {}, false

local function read_metadata(meta)
  figures = meta.figures or {}
  as_plain_images = meta["plain-images"] ~= nil
  meta.figures = nil
  return meta
end

local function figure_of(source)
  local id = source:match("^images/([%d-]+)%.png$")
  return id, id and figures[id]
end

local function clean_image(image)
  local id, figure = figure_of(image.src)
  if not figure then return {} end
  if as_plain_images then image.src = "../" .. image.src end
  image.title = ""
  image.caption = pandoc.Inlines(pandoc.utils.stringify(figure.alt))
  if not as_plain_images then
    image.attributes.width = pandoc.utils.stringify(figure.width)
    image.attributes.alt = pandoc.utils.stringify(figure.alt)
  end
  return image
end

local function plain_figure(figure)
  if not as_plain_images then return figure end
  local caption = pandoc.utils.blocks_to_inlines(figure.caption.long)
  local image
  figure:walk({ Image = function(found) image = found end })
  if not image then return {} end
  return { pandoc.Para({ image }), pandoc.Para({ pandoc.Emph(caption) }) }
end

local function clean_link(link)
  if link.target:match("^https?://") or link.target:match("^mailto:") or link.target:match("^#") then return link end
  return link.content
end

-- Pictures float in print; those of a chapter stay in it.
local function chapter(header)
  if FORMAT ~= "typst" or header.level ~= 1 then return header end
  return { pandoc.RawBlock("typst", "#place.flush()"), header }
end

return {
  { Meta = read_metadata },
  {
    RawBlock = function() return {} end,
    RawInline = function() return {} end,
    Link = clean_link,
    Image = clean_image,
  },
  { Figure = plain_figure, Header = chapter },
}
