// Before the page is drawn: the reader's choice of light or dark, else the system's.
(() => {
  const root = document.documentElement;
  let chosen = null;
  try { chosen = localStorage.getItem("coursewright-theme"); } catch { /* a page from disk may have no storage */ }
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => { root.dataset.theme = chosen ?? (system.matches ? "dark" : "light"); };
  apply();
  system.addEventListener("change", apply);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-switch-theme]")) return;
    chosen = root.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem("coursewright-theme", chosen); } catch { /* kept for this page alone */ }
    apply();
  });
})();
