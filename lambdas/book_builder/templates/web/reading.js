// Code that can be copied, wide tables and code that can be scrolled, by keyboard too.
(() => {
  const words = document.body.dataset;
  for (const pre of document.querySelectorAll("pre")) {
    const block = document.createElement("div");
    block.className = "code-block";
    (pre.parentElement.classList.contains("sourceCode") ? pre.parentElement : pre).replaceWith(block);
    block.append(pre);
    pre.tabIndex = 0;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = words.copy;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(pre.innerText);
      } catch {
        getSelection().selectAllChildren(pre);
        document.execCommand("copy");
        getSelection().removeAllRanges();
      }
      button.textContent = words.copied;
      setTimeout(() => { button.textContent = words.copy; }, 1500);
    });
    block.append(button);
  }
  const wide = [...document.querySelectorAll("math:not([display=block])")].filter(
    (math) => math.getBoundingClientRect().width > math.parentElement.getBoundingClientRect().width,
  );
  for (const math of wide) {
    const wrap = document.createElement("span");
    wrap.className = "wide-formula";
    wrap.tabIndex = 0;
    math.replaceWith(wrap);
    wrap.append(math);
  }
  for (const code of document.querySelectorAll("td code")) {
    if (code.textContent.length > 36) code.classList.add("long");
  }
  for (const table of document.querySelectorAll("main table")) {
    const wrap = document.createElement("div");
    wrap.className = "table-wrap";
    wrap.tabIndex = 0;
    table.replaceWith(wrap);
    wrap.append(table);
  }
})();
