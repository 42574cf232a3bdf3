// The sidebar on a small screen, and the search: an index made from search-index.js when it is first wanted.
(() => {
  const menu = document.querySelector("[data-menu]");
  const sidebar = document.querySelector(".sidebar");
  menu.addEventListener("click", () => menu.setAttribute("aria-expanded", String(sidebar.classList.toggle("open"))));
  const current = sidebar.querySelector("[aria-current]");
  if (current) sidebar.scrollTop = current.offsetTop - sidebar.clientHeight / 3;

  const input = document.querySelector(".search input");
  const results = document.querySelector(".search-results");
  const MOST = 12;
  // Chinese and Japanese have no spaces: their characters are words, two by two.
  const WIDE = /[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+/g;
  const tokenize = (text) => {
    const tokens = text.split(/[^\p{L}\p{N}\p{M}_]+/u).filter(Boolean);
    for (const run of text.match(WIDE) ?? []) {
      for (let at = 0; at < Math.max(run.length - 1, 1); at += 1) tokens.push(run.slice(at, at + 2));
    }
    return tokens;
  };
  const plain = (term) => term.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  let index = null;
  const open = () => {
    if (index) return;
    index = new MiniSearch({
      fields: ["title", "text"], storeFields: ["title", "url", "place", "text"], tokenize, processTerm: plain,
      searchOptions: { boost: { title: 3 }, prefix: true, combineWith: "AND", fuzzy: (term) => (term.length > 4 ? 0.2 : 0) },
    });
    index.addAll(window.SEARCH_INDEX);
  };
  const excerpt = (text, terms) => {
    const folded = plain(text);
    const at = Math.max(0, ...terms.map((term) => folded.indexOf(term)));
    const start = Math.max(0, at - 50);
    return (start ? "…" : "") + text.slice(start, start + 150) + (start + 150 < text.length ? "…" : "");
  };
  const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });
  const show = () => {
    const query = input.value.trim();
    results.hidden = query === "";
    results.replaceChildren();
    if (!query) return;
    open();
    const found = index.search(query).slice(0, MOST);
    for (const hit of found) {
      const link = element("a", "");
      link.href = hit.url;
      link.append(element("strong", hit.title), element("small", `${hit.place} `), element("span", excerpt(hit.text, hit.terms)));
      const item = element("li", "");
      item.append(link);
      results.append(item);
    }
    if (!found.length) {
      const item = element("li", "");
      item.append(Object.assign(element("span", document.body.dataset.noResults), { className: "none" }));
      results.append(item);
    }
  };
  input.addEventListener("focus", open, { once: true });
  input.addEventListener("input", show);
  document.addEventListener("keydown", (event) => {
    const typing = /^(input|textarea|select)$/i.test(event.target.tagName);
    if (event.key === "/" && !typing) { event.preventDefault(); input.focus(); }
    if (event.key === "Escape") { results.hidden = true; sidebar.classList.remove("open"); menu.setAttribute("aria-expanded", "false"); }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.closest(".search") && !results.hidden) {
      event.preventDefault();
      const links = [...results.querySelectorAll("a")];
      const next = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      (links[next] ?? input).focus();
    }
    if (event.key === "Enter" && event.target === input) results.querySelector("a")?.click();
  });
  document.addEventListener("click", (event) => { if (!event.target.closest(".search")) results.hidden = true; });
})();
